package io.torosim.experiment.power;

import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.experiment.ExperimentResult.CaseResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the power experiment says of its runs, with bands and why they are what they are. */
final class PowerCases {
    private static final String SCALING = "a solution must also scale the CPU";

    private PowerCases() {}

    /** The lesson of the post in figures. */
    static List<CaseResult> scaling(
            Map<Governor, PowerRun> busyPoll,
            Map<Governor, PowerRun> pollThenHalt,
            Map<Governor, PowerRun> haltAtOnce) {
        PowerRun full = under(busyPoll, Governor.PERFORMANCE);
        PowerRun slow = under(busyPoll, Governor.POWERSAVE);
        PowerRun halted = under(pollThenHalt, Governor.PERFORMANCE);
        return List.of(
                new CaseResult(
                        "scaling.busy-poll-clock.ondemand",
                        SCALING,
                        "busy poll: mean clock under ondemand",
                        "permille",
                        "always 100 % CPU",
                        under(busyPoll, Governor.ONDEMAND).clockPermille(),
                        990,
                        1000,
                        "a busy wait is use: one period at the lowest clock, then the highest for ever"),
                new CaseResult(
                        "scaling.busy-poll-clock.schedutil",
                        SCALING,
                        "busy poll: mean clock under schedutil",
                        "permille",
                        "always 100 % CPU",
                        under(busyPoll, Governor.SCHEDUTIL).clockPermille(),
                        950,
                        1000,
                        "the same after a quarter of a second"),
                CaseResult.info(
                        "scaling.busy-poll-energy.powersave",
                        SCALING,
                        "busy poll: energy under powersave against performance",
                        "%",
                        percent(slow.watts(), full.watts()),
                        "what the clock alone can save"),
                new CaseResult(
                        "scaling.busy-poll-request.powersave",
                        SCALING,
                        "busy poll: time of a request under powersave against performance",
                        "%",
                        "",
                        percent(slow.latencyMicros(), full.latencyMicros()),
                        101,
                        250,
                        "the guest's part of the time is 2.5 times as long, the client's and the wire's is not"),
                new CaseResult(
                        "scaling.window-saves",
                        SCALING,
                        "200 ms, then halt: energy saved of vCPU 0's core, half of the time quiet",
                        "%",
                        "",
                        100 - percent(halted.core0Watts(), full.core0Watts()),
                        32,
                        49,
                        "expected from the power table alone: sleep in C1 to C6 for half of the time"),
                new CaseResult(
                        "scaling.window-saves-least",
                        SCALING,
                        "200 ms, then halt: the same at the power table's end that favours polling",
                        "%",
                        "",
                        100 - percent(halted.extremes()[1], full.extremes()[1]),
                        0.1,
                        100,
                        "both cores; executing cheap, sleep dear: the sign stays"),
                CaseResult.info(
                        "scaling.halt-at-once-energy",
                        SCALING,
                        "halt at once: energy against busy poll, both under schedutil",
                        "%",
                        percent(
                                under(haltAtOnce, Governor.SCHEDUTIL).watts(),
                                under(busyPoll, Governor.SCHEDUTIL).watts()),
                        "a halt and a governor together"));
    }

    /** Returns the run under {@code governor}; there is one under each. */
    static PowerRun under(Map<Governor, PowerRun> runs, Governor governor) {
        return Objects.requireNonNull(runs.get(governor), governor::name);
    }

    /** Energy against wake-up latency: what the host's choice of a sleep state does to a guest that halts. */
    static List<CaseResult> sleep(HostSleep.Choice choice, PowerRun run) {
        String name = "halt at once, host sleeps in " + choice.label();
        return List.of(
                CaseResult.info(
                        "sleep-" + CaseResult.part(choice) + ".both-cores-performance",
                        name,
                        "both cores, performance",
                        "W",
                        run.watts(),
                        ""),
                CaseResult.info(
                        "sleep-" + CaseResult.part(choice) + ".mean-time-request",
                        name,
                        "mean time of a request",
                        "us",
                        run.latencyMicros(),
                        ""),
                CaseResult.info(
                        "sleep-" + CaseResult.part(choice) + ".longest-wake-up",
                        name,
                        "longest wake-up",
                        "us",
                        run.longestWakeMicros(),
                        "from the interrupt's sending"));
    }

    /** A guest that idles with an instruction which its hypervisor makes a no-operation: a busy wait again. */
    static List<CaseResult> mwaitNop(String key, String name, PowerRun run, Duration time) {
        return List.of(
                new CaseResult(
                        key + ".clock.ondemand",
                        name,
                        "mean clock under ondemand",
                        "permille",
                        "",
                        run.clockPermille(),
                        900,
                        1000,
                        "KVM hides and ignores mwait: the loop around it is a busy wait, seen for " + time.toMillis()
                                + " ms"),
                CaseResult.info(key + ".watts.ondemand", name, "both cores, ondemand", "W", run.watts(), ""));
    }

    /** VM exits by cause, those that came. */
    static List<CaseResult> exits(PowerRun.Guest guest, PowerRun run, Duration time) {
        List<CaseResult> cases = new ArrayList<>();
        run.exits().forEach((cause, count) -> {
            if (count > 0) {
                cases.add(CaseResult.info(
                        guest.key() + ".exits." + CaseResult.part(cause),
                        guest.name() + ", VM exits",
                        cause.label(),
                        "a second",
                        count * 1000.0 / time.toMillis(),
                        "both vCPUs, schedutil"));
            }
        });
        return cases;
    }

    private static double percent(double part, double whole) {
        return 100 * part / whole;
    }
}
