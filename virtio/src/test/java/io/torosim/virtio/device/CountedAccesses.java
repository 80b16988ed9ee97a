package io.torosim.virtio.device;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.EnumMap;
import java.util.Map;

/** Counts a driver's accesses to registers, by what each is. */
public final class CountedAccesses {
    /** What an access is. */
    public enum Kind {
        PORT_IO,
        MMIO,
        /** A write to a notification register. */
        KICK,
        PCI_CONFIG
    }

    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    CountedAccesses() {}

    public long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    public long all() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns {@code space} with every access counted as {@code kind}. */
    public RegisterSpace of(RegisterSpace space, Kind kind) {
        return of(space, kind, 0, 0);
    }

    /** The same with writes to offsets in {@code [kickFrom, kickTo)} counted as kicks. */
    public RegisterSpace of(RegisterSpace space, Kind kind, int kickFrom, int kickTo) {
        return new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                counts.merge(kind, 1L, Long::sum);
                return space.read(offset, widthBytes);
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                counts.merge(offset >= kickFrom && offset < kickTo ? Kind.KICK : kind, 1L, Long::sum);
                space.write(offset, widthBytes, value);
            }
        };
    }
}
