package io.torosim.experiment.later;

import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.guest.boot.BootSequence.BootPath;
import java.util.Locale;

/** Limits of Toro's own continuous integration, to KernelMain, and its author's figure for Firecracker. */
enum BootLimit {
    PC_2019(BootPath.MULTIBOOT, 459, "ProfileBootTime.sh, pc, 2019"),
    MICROVM_2021(BootPath.MICROVM, 200, "the same on microvm, 2021"),
    MICROVM_2022(BootPath.MICROVM, 75, "the same, 2022"),
    FIRECRACKER(BootPath.FIRECRACKER, 30, "about 20: Toro blog, 2019-04-30; half of it on top");

    private final BootPath path;
    private final double limitMs;
    private final String source;

    BootLimit(BootPath path, double limitMs, String source) {
        this.path = path;
        this.limitMs = limitMs;
        this.source = source;
    }

    BootPath path() {
        return path;
    }

    CaseResult figure(double millis) {
        return new CaseResult(
                "boot." + CaseResult.part(this),
                "Boot ladder, " + name().toLowerCase(Locale.ROOT).replace('_', ' '),
                "start to KernelStart",
                "ms",
                this == FIRECRACKER ? "about 20" : String.format(Locale.ROOT, "at most %.0f", limitMs),
                millis,
                0,
                limitMs,
                source + "; the loader here is that of 2018");
    }
}
