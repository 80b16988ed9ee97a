package io.torosim.virtio.nic;

import io.torosim.core.cost.CostModel;

/**
 * What accesses to a device cost the vCPU, in picoseconds: under a hypervisor each is an exit.
 *
 * @param portIoPs one {@code in} or {@code out} that the user-space device model serves
 * @param mmioPs one access to device memory that the user-space device model serves
 * @param kickPs one notification that the host kernel takes (ioeventfd)
 * @param pciConfigPs one access to PCI configuration space
 * @param interruptPs one interrupt into a running vCPU
 */
public record AccessCosts(long portIoPs, long mmioPs, long kickPs, long pciConfigPs, long interruptPs) {
    /** Checks that nothing is negative. */
    public AccessCosts {
        if ((portIoPs | mmioPs | kickPs | pciConfigPs | interruptPs) < 0) {
            throw new IllegalArgumentException("costs must not be negative");
        }
    }

    /** Returns the costs that a cost model names {@code kvm.exit_*} and {@code kvm.irq_inject_running}. */
    public static AccessCosts of(CostModel model) {
        return new AccessCosts(
                model.ps("kvm.exit_pio_user"),
                model.ps("kvm.exit_mmio_user"),
                model.ps("kvm.exit_ioeventfd_kick"),
                model.ps("kvm.exit_pio_user"), // configuration mechanism 1 is port I/O
                model.ps("kvm.irq_inject_running"));
    }
}
