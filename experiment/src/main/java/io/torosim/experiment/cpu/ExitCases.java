package io.torosim.experiment.cpu;

import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Specification;
import java.util.ArrayList;
import java.util.List;

/** What a guest costs its hypervisor: exits a second by cause, what it took of its kernel's memory, and how long it waited for a CPU where it shares them. */
final class ExitCases {
    private static final String GROUP = "Exits and memory";

    private ExitCases() {}

    /** The figures of a run; causes that never came up are left out. */
    static List<CaseResult> of(Specification spec, String key, String name, CpuRun run) {
        List<CaseResult> cases = new ArrayList<>();
        run.exits().forEach((cause, count) -> {
            if (count > 0) {
                cases.add(CaseResult.info(
                        key + ".exits-" + CaseResult.part(cause),
                        GROUP,
                        name + ": " + cause.label(),
                        "exits/s",
                        count / run.seconds(),
                        "all vCPUs, traffic and silence"));
            }
        });
        run.heapBytes()
                .ifPresent(bytes -> cases.add(CaseResult.info(
                        key + ".heap-high-water",
                        GROUP,
                        name + ": kernel memory in use, at most",
                        "KiB",
                        bytes / 1024.0,
                        "packets, connections, rings, buffers")));
        run.steal(spec, key + ".steal", "Steal", name).ifPresent(cases::add);
        return cases;
    }
}
