package io.torosim.mem.alloc;

import io.torosim.core.machine.Vcpu.GuestPanic;
import java.util.Locale;

/** The allocator found its own state damaged. In Toro the executing core stops for ever; the others go on. */
public final class MemoryPanic extends GuestPanic {
    private static final long serialVersionUID = 1L;

    private final int cpuId;
    private final long address;

    MemoryPanic(String rule, int cpuId, long address, long header) {
        super(String.format(Locale.ROOT, "%s: block 0x%x, header 0x%x, on core %d", rule, address, header, cpuId));
        this.cpuId = cpuId;
        this.address = address;
    }

    /** Returns the core that stops. */
    public int cpuId() {
        return cpuId;
    }

    /** Returns the address of the block that was looked at. */
    public long address() {
        return address;
    }
}
