package io.torosim.virtio.nic;

import io.torosim.core.cost.CostModel;

/**
 * What the comparison charges to the vCPU.
 *
 * @param access device accesses and interrupts
 * @param copyBytePs one byte copied by a driver's byte loop ({@code nic.copy_byte}, a guess)
 * @param stackPs network stack and application for one packet ({@code nic.stack_packet}, a guess), the same for
 *     every card
 */
public record NicCosts(AccessCosts access, long copyBytePs, long stackPs) {
    /** Checks that nothing is negative. */
    public NicCosts {
        if (copyBytePs < 0 || stackPs < 0) {
            throw new IllegalArgumentException("costs must not be negative");
        }
    }

    /** Returns the costs of a cost model. */
    public static NicCosts of(CostModel model) {
        return new NicCosts(
                AccessCosts.of(model),
                model.cyclesPs("nic.copy_byte", model.count("machine.tsc_hz")),
                model.ps("nic.stack_packet"));
    }
}
