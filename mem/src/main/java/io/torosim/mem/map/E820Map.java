package io.torosim.mem.map;

import io.torosim.core.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The firmware's memory map as Toro's boot loader leaves it in memory: 24-byte entries (base 8, length 8, type 4,
 * attributes 4) from 0x30000, ended by a double word 0x1234 (Toro, boot/x86_64.s).
 *
 * @param entries in table order, at most {@link #MAX_ENTRIES}
 */
public record E820Map(List<E820Entry> entries) {
    /** Where the boot loader puts the table. */
    public static final long TABLE = 0x30000;
    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 24;
    /** Marks the end of the table. */
    public static final int TERMINATOR = 0x1234;
    /** A longer table is refused: a bound for reading what may have no end mark. */
    public static final int MAX_ENTRIES = 128;

    private static final long MIB = 1L << 20;
    private static final long FOUR_GIB = 1L << 32;
    private static final long LOW_LIMIT = 0xE0000000L; // more RAM than this is split at 3 GiB
    private static final long SPLIT = 0xC0000000L;

    /** Copies the list and checks its length. */
    public E820Map {
        entries = List.copyOf(entries);
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries must be at most " + MAX_ENTRIES + ", entries=" + entries.size());
        }
    }

    /**
     * Returns the map that SeaBIOS gives on QEMU's {@code pc} machine (i440FX): 639 KiB of base memory, RAM from 1 MiB to
     * 128 KiB below its end (ACPI tables lie there), RAM beyond 3.5 GiB split around the PCI hole.
     *
     * @param ramBytes a multiple of 1 MiB in {@code [4 MiB, 1 TiB]}
     */
    public static E820Map qemuPc(long ramBytes) {
        if (ramBytes < 4 * MIB || ramBytes > 1L << 40 || ramBytes % MIB != 0) {
            throw new IllegalArgumentException(
                    "ramBytes must be a multiple of 1 MiB in [4 MiB, 1 TiB], ramBytes=" + ramBytes);
        }
        long low = ramBytes > LOW_LIMIT ? SPLIT : ramBytes;
        List<E820Entry> entries = new ArrayList<>();
        entries.add(new E820Entry(0, 0x9FC00, E820Entry.USABLE));
        entries.add(new E820Entry(0x9FC00, 0x400, E820Entry.RESERVED));
        entries.add(new E820Entry(0xF0000, 0x10000, E820Entry.RESERVED));
        entries.add(new E820Entry(MIB, low - 0x20000 - MIB, E820Entry.USABLE));
        entries.add(new E820Entry(low - 0x20000, 0x20000, E820Entry.RESERVED));
        entries.add(new E820Entry(0xFFFC0000L, 0x40000, E820Entry.RESERVED));
        if (ramBytes > low) {
            entries.add(new E820Entry(FOUR_GIB, ramBytes - low, E820Entry.USABLE));
        }
        return new E820Map(entries);
    }

    /** Writes the table and its end mark at {@link #TABLE}. */
    public void writeTo(GuestMemory memory) {
        long at = TABLE;
        for (E820Entry entry : entries) {
            memory.store64(at, entry.base());
            memory.store64(at + 8, entry.lengthBytes());
            memory.store32(at + 16, entry.type());
            memory.store32(at + 20, 0);
            at += ENTRY_BYTES;
        }
        memory.store32(at, TERMINATOR);
    }

    /**
     * Reads the table at {@link #TABLE}. A base whose low half is 0x1234 ends the table too, as in Toro.
     *
     * @throws IllegalArgumentException if there is no end mark or a range is impossible
     */
    public static E820Map readFrom(GuestMemory memory) {
        List<E820Entry> entries = new ArrayList<>();
        for (long at = TABLE; memory.load32(at) != TERMINATOR; at += ENTRY_BYTES) {
            if (entries.size() == MAX_ENTRIES) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "E820 table at 0x%x must end with 0x%x within %d entries",
                        TABLE,
                        TERMINATOR,
                        MAX_ENTRIES));
            }
            entries.add(new E820Entry(memory.load64(at), memory.load64(at + 8), memory.load32(at + 16)));
        }
        return new E820Map(entries);
    }

    /**
     * One range of the firmware's memory map (ACPI specification, "INT 15H, E820H - Query System Address Map").
     *
     * @param base guest-physical address of the first byte, at least 0
     * @param lengthBytes at least 1
     * @param type 1 = RAM the kernel may use, 2 = reserved, 3 = ACPI tables, 4 = ACPI NVS; others as found
     */
    public record E820Entry(long base, long lengthBytes, int type) {
        /** RAM that the kernel may use. */
        public static final int USABLE = 1;
        /** Not to be used. */
        public static final int RESERVED = 2;

        /** Checks the range. */
        public E820Entry {
            if (base < 0 || lengthBytes < 1 || base + lengthBytes < 0) {
                throw new IllegalArgumentException("E820 range must lie in [0, 2^63) and not be empty, base=0x"
                        + Long.toHexString(base) + ", lengthBytes=" + lengthBytes);
            }
        }

        /** Returns the address of the first byte behind the range. */
        public long end() {
            return base + lengthBytes;
        }
    }
}
