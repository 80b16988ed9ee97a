package io.torosim.guest.load;

import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** When there was traffic: what follows within 20 ms belongs to one stretch. */
public final class TrafficLog {
    private static final long GAP_PS = 20 * Picos.PER_MILLI;

    private final List<long[]> stretches = new ArrayList<>();

    /** Creates a log of no traffic. */
    public TrafficLog() {}

    /** There is traffic now; moments come in order. */
    public void note(long nowPs) {
        if (!stretches.isEmpty()) {
            long[] last = stretches.get(stretches.size() - 1);
            if (nowPs - last[1] <= GAP_PS) {
                last[1] = nowPs;
                return;
            }
        }
        stretches.add(new long[] {nowPs, nowPs});
    }

    /** Returns the stretches so far, each {start, end} in picoseconds, in order. */
    public List<long[]> stretches() {
        return Collections.unmodifiableList(stretches);
    }
}
