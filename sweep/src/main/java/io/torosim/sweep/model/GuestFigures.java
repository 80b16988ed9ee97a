package io.torosim.sweep.model;

import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.name.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures of a run of a guest by the keys that {@code torosim run study} gives them. */
final class GuestFigures {
    private static final Pattern AWAKE = Pattern.compile("awake\\.vcpu([0-9]{1,3})");
    private static final Pattern PERCENTILE = Pattern.compile("latency\\.p([0-9]{1,2}(\\.[0-9]{1,6})?|100)");
    private static final String EXITS = "exits.";

    private GuestFigures() {}

    /** Throws {@link StudyException} if there is no such key. */
    static void check(String key) {
        boolean known =
                switch (key) {
                    case "cpu.top",
                            "cpu.top-other-mode",
                            "cpu.exact",
                            "halts",
                            "wake-ups",
                            "requests.answered",
                            "latency.mean",
                            "power.watts" -> true;
                    default -> AWAKE.matcher(key).matches()
                            || PERCENTILE.matcher(key).matches()
                            || Arrays.stream(ExitCause.values()).anyMatch(c -> key.equals(exits(c)));
                };
        if (!known) {
            throw new StudyException(
                    "outputs",
                    "no such figure of a guest; nearest are " + String.join(", ", Nearest.to(key, names(), 3))
                            + "; there are cpu.top, cpu.top-other-mode, cpu.exact, awake.vcpuN, halts, wake-ups,"
                            + " exits.CAUSE, requests.answered, latency.mean, latency.pN, power.watts",
                    key);
        }
    }

    /** Throws {@link StudyException} if {@code torosim run study} has no such key, or no guest of so many vCPUs has. */
    static void checkOfFile(String key, int vcpus) {
        check(key);
        if (PERCENTILE.matcher(key).matches() && !key.equals("latency.p50") && !key.equals("latency.p99")) {
            throw new StudyException(
                    "outputs", "of percentiles a file knows latency.p50 and latency.p99 (GuestRunModel all)", key);
        }
        Matcher awake = AWAKE.matcher(key);
        if (awake.matches() && Integer.parseInt(awake.group(1)) >= vcpus) {
            throw new StudyException("outputs", "the guest has " + vcpus + " vCPUs at most, from awake.vcpu0 on", key);
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of(
                "cpu.top",
                "cpu.top-other-mode",
                "cpu.exact",
                "awake.vcpu0",
                "awake.vcpu1",
                "halts",
                "wake-ups",
                "requests.answered",
                "latency.mean",
                "latency.p50",
                "latency.p99",
                "power.watts"));
        Arrays.stream(ExitCause.values()).map(GuestFigures::exits).forEach(names::add);
        return names;
    }

    /**
     * Returns a figure.
     *
     * @throws IllegalArgumentException if the guest has no such vCPU
     */
    static double of(GuestOutcome outcome, String key) {
        return switch (key) {
            case "cpu.top" -> outcome.topPercent();
            case "cpu.top-other-mode" -> outcome.otherTopPercent();
            case "cpu.exact" -> outcome.cpuPercent();
            case "halts" -> outcome.halts() / outcome.seconds();
            case "wake-ups" -> outcome.wakeUps() / outcome.seconds();
            case "requests.answered" -> outcome.answered();
            case "latency.mean" -> outcome.latencyMicros();
            case "power.watts" -> outcome.watts();
            default -> parsed(outcome, key);
        };
    }

    private static double parsed(GuestOutcome outcome, String key) {
        Matcher percentile = PERCENTILE.matcher(key);
        if (percentile.matches()) {
            return outcome.latencyMicros(Double.parseDouble(percentile.group(1)));
        }
        Matcher awake = AWAKE.matcher(key);
        if (awake.matches()) {
            int vcpu = Integer.parseInt(awake.group(1));
            if (vcpu >= outcome.awakePercent().size()) {
                throw new IllegalArgumentException(
                        "the guest has " + outcome.awakePercent().size() + " vCPUs, output=" + key);
            }
            return outcome.awakePercent().get(vcpu);
        }
        for (ExitCause cause : ExitCause.values()) {
            if (key.equals(exits(cause))) {
                return outcome.exits().getOrDefault(cause, 0L) / outcome.seconds();
            }
        }
        throw new IllegalArgumentException("no such figure of a guest, output=" + key);
    }

    private static String exits(ExitCause cause) {
        return EXITS + cause.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
