package io.torosim.virtio.nic;

import io.torosim.virtio.transport.RegisterSpace;

/** A register space whose accesses are counted, and some of them (those of the notify registers) as kicks. */
public final class MeteredSpace implements RegisterSpace {
    /** What an access is. */
    public enum Kind {
        /** {@code in} or {@code out}. */
        PORT_IO,
        /** Device memory. */
        MMIO,
        /** A notification that the host kernel takes. */
        KICK,
        /** PCI configuration space. */
        PCI_CONFIG
    }

    private final RegisterSpace space;
    private final Kind kind;
    private final AccessMeter meter;
    private final int kickFrom;
    private final int kickTo;

    /** Counts every access as {@code kind}. */
    public MeteredSpace(RegisterSpace space, Kind kind, AccessMeter meter) {
        this(space, kind, meter, 0, 0);
    }

    /** As the other constructor, with writes to offsets in {@code [kickFrom, kickTo)} counted as kicks. */
    public MeteredSpace(RegisterSpace space, Kind kind, AccessMeter meter, int kickFrom, int kickTo) {
        this.space = space;
        this.kind = kind;
        this.meter = meter;
        this.kickFrom = kickFrom;
        this.kickTo = kickTo;
    }

    @Override
    public long read(int offset, int widthBytes) {
        meter.count(kind);
        return space.read(offset, widthBytes);
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        meter.count(offset >= kickFrom && offset < kickTo ? Kind.KICK : kind);
        space.write(offset, widthBytes, value);
    }
}
