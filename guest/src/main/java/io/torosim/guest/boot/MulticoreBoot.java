package io.torosim.guest.boot;

import io.torosim.core.machine.MachineSpec;

/**
 * A boot by QEMU-Lite on several cores: the {@link BootSequence} with the other cores brought up in one order or another. "Support
 * multiprocessing" was future work when Toro ran on QEMU-Lite.
 *
 * <p>The published kernel has one flag for all cores to confirm with; the orders that start them all at once take one for
 * each.
 */
public final class MulticoreBoot {
    private final BootSequence sequence;

    /** Lays out the boot of {@code spec}. */
    public MulticoreBoot(BringUpOrder order, MachineSpec spec) {
        this.sequence = new BootSequence(BootPath.QEMU_LITE, spec, order);
    }

    /**
     * What a boot came to.
     *
     * @param bootPs from the start of QEMU until the first thread runs and every core is there
     * @param cores how many cores are up
     * @param digest digest of the trace
     */
    public record Outcome(long bootPs, int cores, long digest) {}

    /** Boots a machine. */
    public Outcome run() {
        BootSequence.Outcome outcome = sequence.run();
        return new Outcome(outcome.bootPs(), outcome.cores(), outcome.digest());
    }
}
