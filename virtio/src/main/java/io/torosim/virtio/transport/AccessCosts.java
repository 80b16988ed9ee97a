package io.torosim.virtio.transport;

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

    /**
     * KVM on a 2.4 GHz host: port I/O 3 us and MMIO 4 us to user space, kick 1.2 us, interrupt 1.5 us. Middle values of
     * kvm-unit-tests practice and of Dall et al., ISCA 2016; the ranges are 2-5, 3-6, 0.6-2 and 0.4-3 us.
     */
    public static final AccessCosts KVM = new AccessCosts(3_000_000, 4_000_000, 1_200_000, 3_000_000, 1_500_000);
}
