package io.torosim.core.bus;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.memory.GuestAddressSpace;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies between vCPUs and devices: 65,536 ports, memory-mapped registers, model-specific registers, and interrupt lines. An access takes effect at its instant;
 * who makes it counts it and pays for it by its {@link AccessKind}.
 *
 * <p>A port that nobody has claimed reads as all ones and swallows what is written, as on a PC. Cost: O(1) a port access, O(log ranges) a
 * memory-mapped one. Confined to the simulation thread.
 *
 * <p>A {@link io.torosim.core.machine.Machine Machine} has one; {@link io.torosim.core.code.GuestCpu GuestCpu} brings the accesses of guest code to it,
 * devices claim their places on it. Registers in memory it lays over the machine's {@link GuestAddressSpace}, so that a load finds them there.
 */
public final class Bus {
    /** How many ports there are. */
    public static final int PORTS = 65_536;

    private record PortRange(String name, int first, int count, PortDevice device) {}

    private record Msr(String name, int number, LongConsumer onWrite, AccessKind kind) {}

    /** Who serves all of its registers, or who knows which. */
    private record MmioRange(
            String name,
            long first,
            long bytes,
            AccessKind onRead,
            AccessKind onWrite,
            @Nullable RegisterKinds kinds) {}

    private final GuestAddressSpace memory;
    /** By the upper and the lower half of the port's number; pages come into being when claimed. */
    private static final int LINES = 256;

    private static final int APIC_PAGE = 0x1000;

    private final PortRange[][] pages = new PortRange[256][];

    private MmioRange[] mmio = {};
    private Msr[] msrs = {};
    private long lowestMmio = Long.MAX_VALUE;
    private final IntConsumer[] lines = new IntConsumer[LINES];
    private int accessor;
    private @Nullable ApicRegisters apics;
    /** What takes back what was claimed, mapped and connected within {@link #allOrNothing}, the last first; null outside. */
    private @Nullable Deque<Runnable> undo;

    /**
     * Creates a bus without devices.
     *
     * @param memory where memory-mapped registers are laid over RAM
     */
    public Bus(GuestAddressSpace memory) {
        Objects.requireNonNull(memory, "memory");
        this.memory = memory;
    }

    /**
     * Plugs a device in that wants several things: what {@code claims} has claimed, mapped and connected is taken back if it throws, so that bus and memory
     * are as before.
     */
    public void allOrNothing(Runnable claims) {
        Objects.requireNonNull(claims, "claims");
        if (undo != null) {
            claims.run();
            return;
        }
        Deque<Runnable> done = new ArrayDeque<>();
        undo = done;
        boolean over = false;
        try {
            claims.run();
            over = true;
        } finally {
            undo = null;
            if (!over) {
                done.forEach(Runnable::run);
            }
        }
    }

    private void toUndo(Runnable back) {
        if (undo != null) {
            undo.addFirst(back);
        }
    }

    /**
     * Claims ports for a device.
     *
     * @param first the first port, in [0, 65535]
     * @param count at least 1
     * @throws IllegalArgumentException if a port is out of range or claimed already, naming both devices, or if name or device is null
     */
    public void claim(String name, int first, int count, PortDevice device) {
        if (first < 0 || count < 1 || count > PORTS - first) {
            throw new IllegalArgumentException(
                    "ports must lie in [0, 65535], first=" + first + ", count=" + count + ", device=" + name);
        }
        if (name == null || device == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s must not be null, first port 0x%x, name=%s",
                    name == null ? "name" : "device",
                    first,
                    name));
        }
        PortRange range = new PortRange(name, first, count, device);
        for (int port = first; port < first + count; port++) {
            PortRange there = range(port);
            if (there != null) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "port 0x%x is claimed by %s and by %s", port, there.name(), name));
            }
        }
        for (int port = first; port < first + count; port++) {
            if (pages[port >> 8] == null) {
                pages[port >> 8] = new PortRange[256];
            }
            pages[port >> 8][port & 255] = range;
        }
        toUndo(() -> {
            for (int port = first; port < first + count; port++) {
                pages[port >> 8][port & 255] = null;
            }
        });
    }

    private @Nullable PortRange range(int port) {
        if (port < 0 || port >= PORTS) {
            throw new IllegalArgumentException("port must be in [0, 65535], port=" + port);
        }
        PortRange[] page = pages[port >> 8];
        return page == null ? null : page[port & 255];
    }

    /** The range at a port that is accessed. */
    private @Nullable PortRange range(int port, int widthBytes) {
        if (widthBytes != 1 && widthBytes != 2 && widthBytes != 4) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "an access to a port has 1, 2 or 4 bytes, port=0x%x, widthBytes=%d",
                    port,
                    widthBytes));
        }
        if (port > PORTS - widthBytes) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "an access must end with port 0xffff, port=0x%x, widthBytes=%d", port, widthBytes));
        }
        return range(port);
    }

    /** Gives all ports of a device back, as when its base address register is written; no effect if it has none. */
    public void release(PortDevice device) {
        for (PortRange[] page : pages) {
            for (int i = 0; page != null && i < page.length; i++) {
                if (page[i] != null && page[i].device() == device) {
                    page[i] = null;
                }
            }
        }
    }

    /**
     * Maps a device's registers into memory.
     *
     * @param first guest-physical address
     * @param bytes at least 1
     * @param onRead who serves a read
     * @param onWrite who serves a write
     * @throws IllegalArgumentException if the range overlaps another device's, naming both, or if anything is null
     */
    public void map(String name, long first, long bytes, MmioDevice device, AccessKind onRead, AccessKind onWrite) {
        checkGiven(name, first, "name", name);
        checkGiven(name, first, "device", device);
        checkGiven(name, first, "onRead", onRead);
        checkGiven(name, first, "onWrite", onWrite);
        map(new MmioRange(name, first, bytes, onRead, onWrite, null), device);
    }

    private static void checkGiven(String name, long first, String what, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s must not be null, first address 0x%x, name=%s", what, first, name));
        }
    }

    /**
     * Maps a device's registers into memory, of which some are served by others than the rest.
     *
     * @param kinds who serves which
     * @throws IllegalArgumentException as {@link #map(String, long, long, MmioDevice, AccessKind, AccessKind)} does
     */
    public void map(String name, long first, long bytes, MmioDevice device, RegisterKinds kinds) {
        checkGiven(name, first, "name", name);
        checkGiven(name, first, "device", device);
        checkGiven(name, first, "kinds", kinds);
        map(new MmioRange(name, first, bytes, AccessKind.MMIO, AccessKind.MMIO, kinds), device);
    }

    private void map(MmioRange range, MmioDevice device) {
        String name = range.name();
        long first = range.first();
        long bytes = range.bytes();
        for (MmioRange there : mmio) {
            if (first >= 0 && bytes > 0 && first < there.first() + there.bytes() && there.first() - first < bytes) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "MMIO ranges must not overlap: %s, [0x%x, 0x%x), and %s, [0x%x, 0x%x)",
                        name,
                        first,
                        first + bytes,
                        there.name(),
                        there.first(),
                        there.first() + there.bytes()));
            }
        }
        memory.map(first, bytes, device);
        MmioRange[] before = mmio;
        long lowestBefore = lowestMmio;
        lowestMmio = Math.min(lowestMmio, first);
        mmio = Arrays.copyOf(mmio, mmio.length + 1);
        mmio[mmio.length - 1] = range;
        toUndo(() -> {
            memory.unmap(first, bytes);
            mmio = before;
            lowestMmio = lowestBefore;
        });
    }

    /** Says which vCPU makes the next accesses, for devices that every vCPU has one of at the same address. */
    public void accessor(int vcpuId) {
        accessor = vcpuId;
    }

    /** Returns which vCPU makes the present access; 0 if nobody said so. */
    public int accessor() {
        return accessor;
    }

    /**
     * Reads a port, as a device model's own code or a test does; nothing is counted. Of what a device returns the bytes of the access count. An access
     * that goes beyond the ports of who has the first one is made byte by byte, each by whose port it is.
     *
     * @param port in [0, 65535], and so the last of the bytes
     * @param widthBytes 1, 2 or 4
     * @throws IllegalArgumentException if there is no such port or access
     */
    public int in(int port, int widthBytes) {
        PortRange range = range(port, widthBytes);
        if (!within(range, port, widthBytes)) {
            int value = 0;
            for (int i = 0; i < widthBytes; i++) {
                value |= in(port + i, 1) << 8 * i;
            }
            return value;
        }
        return cut(range == null ? -1 : range.device().read(port - range.first(), widthBytes), widthBytes);
    }

    /** Whether an access that begins in that range, or in no device's, ends there too. */
    private boolean within(@Nullable PortRange range, int port, int widthBytes) {
        if (range != null) {
            return port - range.first() <= range.count() - widthBytes;
        }
        for (int i = 1; i < widthBytes; i++) {
            if (range(port + i) != null) {
                return false;
            }
        }
        return true;
    }

    /** Writes a port; nothing is counted; see {@link #in}. */
    public void out(int port, int widthBytes, int value) {
        PortRange range = range(port, widthBytes);
        if (!within(range, port, widthBytes)) {
            for (int i = 0; i < widthBytes; i++) {
                out(port + i, 1, value >>> 8 * i);
            }
        } else if (range != null) {
            range.device().write(port - range.first(), widthBytes, cut(value, widthBytes));
        }
    }

    /** Returns of a value the bytes that an access of 1, 2 or 4 bytes has, zero-extended. */
    public static int cut(int value, int widthBytes) {
        return widthBytes == 4 ? value : value & (1 << 8 * widthBytes) - 1;
    }

    /** Writes a port for a vCPU; returns who serves that, by its first port; see {@link #in}. */
    public AccessKind outAs(int port, int widthBytes, int value) {
        PortRange range = range(port, widthBytes);
        AccessKind kind = range == null ? AccessKind.PORT : kind(range, port, true);
        if (range != null && within(range, port, widthBytes)) {
            range.device().write(port - range.first(), widthBytes, cut(value, widthBytes));
        } else {
            out(port, widthBytes, value);
        }
        return kind;
    }

    /** Returns who serves an access to a port. */
    public AccessKind portKind(int port, boolean write) {
        PortRange range = range(port);
        return range == null ? AccessKind.PORT : kind(range, port, write);
    }

    /** Returns whether nothing happens when a port is written but that this is read again, or not even that: it is a display's or nobody's. */
    public boolean onlyKeeps(int port) {
        PortRange range = range(port);
        return range == null || kind(range, port, true) == AccessKind.DISPLAY_PORT;
    }

    private static AccessKind kind(PortRange range, int port, boolean write) {
        AccessKind kind = range.device().kind(port - range.first(), write);
        if (kind == null) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "%s: kind must not be null, port 0x%x", range.name(), port));
        }
        return kind;
    }

    /** Returns who serves an access to a memory address; {@link AccessKind#MEMORY} for RAM. */
    public AccessKind memoryKind(long address, boolean write) {
        if (address < lowestMmio) {
            return AccessKind.MEMORY;
        }
        for (MmioRange range : mmio) {
            if (address >= range.first() && address - range.first() < range.bytes()) {
                RegisterKinds kinds = range.kinds();
                return kinds != null
                        ? kinds.of(address - range.first(), write)
                        : write ? range.onWrite() : range.onRead();
            }
        }
        return AccessKind.MEMORY;
    }

    /** Returns the device at a port for messages, or "nobody". */
    public String ownerOf(int port) {
        PortRange range = range(port);
        return range == null ? "nobody" : range.name();
    }

    // ---- model-specific registers

    /**
     * Gives a model-specific register, which every vCPU has one of, to a device.
     *
     * @param onWrite takes what a vCPU writes, {@link #accessor} says which
     * @param kind who serves a write
     * @throws IllegalArgumentException if it has a device already, naming both, or if anything is null
     */
    public void claimMsr(String name, int number, LongConsumer onWrite, AccessKind kind) {
        if (name == null || onWrite == null || kind == null) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s must not be null, model-specific register 0x%x, name=%s",
                    name == null ? "name" : onWrite == null ? "onWrite" : "kind",
                    number,
                    name));
        }
        for (Msr there : msrs) {
            if (there.number() == number) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "model-specific register 0x%x is claimed by %s and by %s",
                        number,
                        there.name(),
                        name));
            }
        }
        Msr[] before = msrs;
        msrs = Arrays.copyOf(msrs, msrs.length + 1);
        msrs[msrs.length - 1] = new Msr(name, number, onWrite, kind);
        toUndo(() -> msrs = before);
    }

    private Msr msr(int number) {
        for (Msr there : msrs) {
            if (there.number() == number) {
                return there;
            }
        }
        throw new IllegalArgumentException(String.format(
                Locale.ROOT, "no such model-specific register: 0x%x; a processor would raise #GP", number));
    }

    /**
     * Returns who serves a write of a model-specific register.
     *
     * @throws IllegalArgumentException if there is none of that number
     */
    public AccessKind msrKind(int number) {
        return msr(number).kind();
    }

    /** Writes a model-specific register of the {@link #accessor}; nothing is counted; see {@link #msrKind}. */
    public void writeMsr(int number, long value) {
        msr(number).onWrite().accept(value);
    }

    // ---- local APICs

    /** Returns what answers at the page of the local APICs: on a machine at first the plain ones that it has by nature. */
    public ApicRegisters apics() {
        if (apics == null) {
            throw new IllegalStateException("a bus without local APICs: a machine's has them");
        }
        return apics;
    }

    /**
     * Sets what answers at the page of the local APICs and at the deadline's model-specific register from now on: whole local APICs, or somebody who looks at accesses
     * and hands them on to those that were there. Loops that poll the current count of registers that do not say that it {@linkplain ApicRegisters#countsDown counts
     * down} are stepped, so each read comes here, and takes time of the host's.
     */
    public void apics(ApicRegisters registers) {
        Objects.requireNonNull(registers, "registers");
        if (apics == null) {
            map("local apic", ApicRegisters.BASE, APIC_PAGE, new ApicPage(this), Bus::apicKind);
            claimMsr(
                    "local apic",
                    ApicRegisters.TSC_DEADLINE_MSR,
                    tsc -> apics().deadline(accessor, tsc),
                    AccessKind.TSC_DEADLINE);
        }
        apics = registers;
    }

    private static AccessKind apicKind(long offset, boolean write) {
        return switch ((int) offset & -0x10) {
            case ApicRegisters.EOI -> write ? AccessKind.APIC_EOI : AccessKind.APIC;
            case ApicRegisters.COMMAND_LOW -> write ? AccessKind.APIC_ICR : AccessKind.APIC;
            case ApicRegisters.CURRENT_COUNT -> write ? AccessKind.APIC : AccessKind.APIC_COUNT;
            default -> AccessKind.APIC;
        };
    }

    private record ApicPage(Bus bus) implements MmioDevice {
        @Override
        public long read(long offset, int sizeBytes) {
            return bus.apics().read(bus.accessor, (int) offset);
        }

        @Override
        public void write(long offset, int sizeBytes, long value) {
            bus.apics().write(bus.accessor, (int) offset, (int) value);
        }
    }

    // ---- interrupt lines

    /**
     * Connects an input of the interrupt controller.
     *
     * @param line in [0, 255]: 0 to 15 on a PC's two PICs
     * @param input takes the level, 1 or 0, whenever a device sets it
     * @throws IllegalArgumentException if there is no such line, or it has an input, or this one is null
     */
    public void connect(int line, IntConsumer input) {
        checkLine(line);
        if (input == null) {
            throw new IllegalArgumentException("the input of interrupt line " + line + " must not be null");
        }
        if (lines[line] != null) {
            throw new IllegalArgumentException("interrupt line " + line + " is connected already");
        }
        lines[line] = input;
        toUndo(() -> lines[line] = null);
    }

    /**
     * Checks the number of an interrupt line, for devices that are given one.
     *
     * @throws IllegalArgumentException if it is not in [0, 255]
     */
    public static void checkLine(int line) {
        if (line < 0 || line >= LINES) {
            throw new IllegalArgumentException("line must be in [0, 255], line=" + line);
        }
    }

    /** Sets the level of an interrupt line that there is, now; an unconnected one goes nowhere. */
    public void setLine(int line, boolean high) {
        checkLine(line);
        IntConsumer input = lines[line];
        if (input != null) {
            input.accept(high ? 1 : 0);
        }
    }

    /** Who serves an access to a device, which decides what it costs the vCPU. */
    public enum AccessKind {
        /** A port that the user-space device model serves. */
        PORT,
        /** A port of a display that the user-space device model serves: what is written is read again, and nothing else happens. */
        DISPLAY_PORT,
        /** A port that the host kernel's interrupt controller or timer serves. */
        KERNEL_PORT,
        /** Device memory that the user-space device model serves. */
        MMIO,
        /** Memory of a display that the user-space device model serves: what is stored is read again, and nothing else happens. */
        DISPLAY,
        /** A notification that the host kernel turns into an event (ioeventfd). */
        NOTIFY,
        /** A register of the local APIC. */
        APIC,
        /** The current count of the local APIC's timer, which changes by the clock alone: who polls it says what the clock is compared with. */
        APIC_COUNT,
        /** The end-of-interrupt register of the local APIC. */
        APIC_EOI,
        /** The interrupt command register of the local APIC. */
        APIC_ICR,
        /** The model-specific register that holds the deadline of the local APIC's timer. */
        TSC_DEADLINE,
        /** Plain memory behind the device: no exit. */
        MEMORY
    }

    /** Who serves which of a device's registers in memory. */
    @FunctionalInterface
    public interface RegisterKinds {
        /** Returns who serves an access to the register at {@code offset} from the first address. */
        AccessKind of(long offset, boolean write);
    }

    /**
     * The registers of the local APICs (Intel SDM volume 3, chapter 10), each vCPU's at the same page, as who serves the accesses sees them. Guest code reaches them
     * through {@link io.torosim.core.code.GuestCpu}, by loads and stores of four bytes at {@link #BASE}, which are counted and priced there; nothing here counts.
     */
    public interface ApicRegisters {
        /** Where the page is. */
        long BASE = 0xfee0_0000L;
        /** Offset of the number of the vCPU, in the uppermost byte. */
        int ID = 0x20;
        /** Offset of the register whose write ends an interrupt. */
        int EOI = 0xb0;
        /** Offset of the spurious-interrupt register: its vector, and whether software has switched the local APIC on. */
        int SPURIOUS = 0xf0;
        /** The bit of {@link #SPURIOUS} that switches it on. */
        int SWITCHED_ON = 0x100;
        /** Offset of the lower half of the command register, whose write sends. */
        int COMMAND_LOW = 0x300;
        /** Offset of its upper half, with the destination in the uppermost byte. */
        int COMMAND_HIGH = 0x310;
        /** Offset of the timer's entry in the local vector table: vector, mask (bit 16), mode (bits 17 and 18). */
        int TIMER_ENTRY = 0x320;
        /** Offset of the count that a write loads and starts. */
        int INITIAL_COUNT = 0x380;
        /** Offset of what is left of it. */
        int CURRENT_COUNT = 0x390;
        /** Offset of the divide configuration, bits 0, 1 and 3: by 2 at 0, by 1 at 0Bh. */
        int DIVIDE = 0x3e0;
        /** What {@link #DIVIDE} holds where the timer counts at its full rate. */
        int DIVIDE_BY_1 = 0xb;
        /** The model-specific register {@code IA32_TSC_DEADLINE}. */
        int TSC_DEADLINE_MSR = 0x6e0;

        /** Returns the register at {@code offset} of the page, of that vCPU, as 32 bits without a sign. */
        long read(int vcpuId, int offset);

        /** Writes it. */
        void write(int vcpuId, int offset, int value);

        /**
         * Writes {@link #TSC_DEADLINE_MSR}; no effect unless the timer's entry says that mode.
         *
         * @param tsc when to interrupt, 0 for never
         */
        void deadline(int vcpuId, long tsc);

        /** What another one's command register has {@linkplain io.torosim.core.machine.Machine#carry sent} arrives. */
        void arrive(int vcpuId, int message);

        /**
         * Returns whether a read of the current count changes nothing, and what it gives changes by the clock and by this vCPU's writes alone, as {@link AccessKind#APIC_COUNT}
         * says: rounds of polling between two answers that matter may then be passed over, and do not come here. False unless overridden: each read may be answered in any way.
         */
        default boolean countsDown() {
            return false;
        }

        /** Returns by how many bits the divide configuration shifts what the timer counts, 0 to 7. */
        static int divideShift(int configuration) {
            return ((configuration & 3 | configuration >>> 1 & 4) + 1) & 7;
        }
    }

    /** The registers behind a range of ports. Both accesses may have side effects; neither may keep the caller waiting. */
    public interface PortDevice {
        /**
         * Reads a register.
         *
         * @param offset from the first port of the range
         * @param widthBytes 1, 2 or 4
         * @return the value, zero-extended
         */
        int read(int offset, int widthBytes);

        /** Writes a register; see {@link #read}. */
        void write(int offset, int widthBytes, int value);

        /** Returns who serves an access: {@link AccessKind#PORT}, unless the host kernel does. */
        default AccessKind kind(int offset, boolean write) {
            return AccessKind.PORT;
        }
    }
}
