package io.torosim.virtio.nic;

import io.torosim.core.cost.CostModel;
import io.torosim.virtio.transport.AccessCosts;

/**
 * What the comparison charges to the vCPU.
 *
 * @param access device accesses and interrupts
 * @param copyBytePs one byte copied by a driver's byte loop; a guess: one cycle at 2.4 GHz
 * @param stackPs network stack and application for one packet; a guess, the same for every card
 */
public record NicCosts(AccessCosts access, long copyBytePs, long stackPs) {
    /** Checks that nothing is negative. */
    public NicCosts {
        if (copyBytePs < 0 || stackPs < 0) {
            throw new IllegalArgumentException("costs must not be negative");
        }
    }

    /** Returns accesses by a cost model, copies at one cycle a byte, and 2 us of stack a packet. */
    public static NicCosts of(CostModel model) {
        return new NicCosts(AccessCosts.of(model), 1_000_000_000_000L / model.count("machine.tsc_hz"), 2_000_000);
    }
}
