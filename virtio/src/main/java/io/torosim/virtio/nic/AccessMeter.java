package io.torosim.virtio.nic;

/** Counts a driver's accesses to its device and what they cost. Confined to the simulation thread. */
public final class AccessMeter {
    private final AccessCosts costs;
    private long portIo;
    private long mmio;
    private long kicks;
    private long pciConfig;
    private long totalPs;

    /** Creates a meter at zero. */
    public AccessMeter(AccessCosts costs) {
        this.costs = costs;
    }

    void count(MeteredSpace.Kind kind) {
        switch (kind) {
            case PORT_IO -> {
                portIo++;
                totalPs += costs.portIoPs();
            }
            case MMIO -> {
                mmio++;
                totalPs += costs.mmioPs();
            }
            case KICK -> {
                kicks++;
                totalPs += costs.kickPs();
            }
            case PCI_CONFIG -> {
                pciConfig++;
                totalPs += costs.pciConfigPs();
            }
            default -> throw new AssertionError(kind);
        }
    }

    /** Returns the costs used. */
    public AccessCosts costs() {
        return costs;
    }

    /** Returns the number of port accesses. */
    public long portIo() {
        return portIo;
    }

    /** Returns the number of MMIO accesses, kicks not counted. */
    public long mmio() {
        return mmio;
    }

    /** Returns the number of notifications that the host kernel takes. */
    public long kicks() {
        return kicks;
    }

    /** Returns the number of PCI configuration accesses. */
    public long pciConfig() {
        return pciConfig;
    }

    /** Returns the number of all accesses: exits of the guest. */
    public long exits() {
        return portIo + mmio + kicks + pciConfig;
    }

    /** Returns what all of them cost, in picoseconds. */
    public long totalPs() {
        return totalPs;
    }
}
