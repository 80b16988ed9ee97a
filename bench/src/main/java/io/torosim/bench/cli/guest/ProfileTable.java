package io.torosim.bench.cli.guest;

import io.torosim.core.machine.CodeProfile;
import io.torosim.core.time.Picos;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the time of the vCPUs went: routines, the longest first. */
final class ProfileTable {
    private static final int SHOWN = 12;

    private final Map<String, Long> byRoutine = new LinkedHashMap<>();
    private final long allPs;

    ProfileTable(CodeProfile profile) {
        this(profile.shares());
    }

    ProfileTable(List<CodeProfile.Share> shares) {
        Map<String, Long> sums = new LinkedHashMap<>();
        long all = 0;
        for (CodeProfile.Share share : shares) {
            sums.merge("vcpu" + share.vcpu() + " " + share.routine(), share.ps(), Long::sum);
            all += share.ps();
        }
        allPs = all;
        List<Map.Entry<String, Long>> rows = new ArrayList<>(sums.entrySet());
        rows.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        rows.forEach(row -> byRoutine.put(row.getKey(), row.getValue()));
    }

    void print(PrintWriter out) {
        out.println("profile   share of the time executing, by routine");
        int row = 0;
        long rest = 0;
        for (Map.Entry<String, Long> each : byRoutine.entrySet()) {
            if (row++ < SHOWN) {
                line(out, each.getValue(), each.getKey());
            } else {
                rest += each.getValue();
            }
        }
        if (rest > 0) {
            line(out, rest, (byRoutine.size() - SHOWN) + " more");
        }
    }

    private void line(PrintWriter out, long ps, String what) {
        out.printf(Locale.ROOT, "%9.2f %% %11.6f s  %s%n", 100.0 * ps / allPs, ps / (double) Picos.PER_SECOND, what);
    }

    /** Returns the seconds in each routine. */
    Map<String, Double> seconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        byRoutine.forEach((routine, ps) -> seconds.put(routine, ps / (double) Picos.PER_SECOND));
        return seconds;
    }
}
