package io.torosim.virtio.transport;

import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;

/**
 * Interrupts by message of a modern PCI function (MSI-X; virtio 1.4 sections 4.1.5.1.2, 4.1.5.3 and 4.1.5.4): a table of vectors in a BAR of its own,
 * masks, pending bits. While the driver has not enabled it, interrupts go to the line as ever.
 *
 * <pre>{@code
 * Msix msix = new Msix(2, line, (vector, address, data) -> memory.store32(address, data));
 * VirtioDevice device = new VirtioDevice(model, memory, profile, msix);
 * ModernPciDevice pci = new ModernPciDevice(device, msix);
 * }</pre>
 *
 * <p>An event whose vector is {@link #NO_VECTOR} interrupts nobody. What comes while its vector, or the function, is masked sets a pending bit
 * and is sent once that is over. Confined to one thread.
 */
public final class Msix implements InterruptSink {
    /** In place of a vector: this event has none. */
    public static final int NO_VECTOR = 0xffff;
    /** The BAR with table and pending bits. */
    public static final int BAR = 1;
    /** Most vectors that a function can have. */
    public static final int MOST_VECTORS = 0x800;

    private static final int ENTRY_BYTES = 16;
    private static final int CONTROL = 12; // in an entry; bit 0 masks it
    private static final int LEAST_PENDING_AT = 0x800;
    private static final int ENABLE = 0x8000;
    private static final int MASK_ALL = 0x4000;

    /** Takes messages. */
    @FunctionalInterface
    public interface MessageSink {
        /**
         * Takes one.
         *
         * @param vector its entry in the table
         * @param address what the driver wrote there
         * @param data what the driver wrote there
         */
        void message(int vector, long address, int data);
    }

    private final int vectors;
    private final InterruptSink line;
    private final MessageSink messages;
    private final byte[] table;
    private final boolean[] pending;
    private final int pendingAt;

    @SuppressWarnings("NullAway.Init") // attach comes first
    private VirtioDevice device;

    private int control; // enable and function mask

    /**
     * Creates a table whose entries are masked, not enabled.
     *
     * @param vectors how many, in {@code [1, 2048]}
     * @param line takes interrupts while MSI-X is not enabled
     * @param messages takes them when it is
     */
    public Msix(int vectors, InterruptSink line, MessageSink messages) {
        if (vectors < 1 || vectors > MOST_VECTORS) {
            throw new IllegalArgumentException("vectors must be in [1, 2048], vectors=" + vectors);
        }
        this.vectors = vectors;
        this.line = line;
        this.messages = messages;
        this.table = new byte[ENTRY_BYTES * vectors];
        this.pending = new boolean[vectors];
        this.pendingAt = Math.max(LEAST_PENDING_AT, Integer.highestOneBit(2 * table.length - 1));
        for (int vector = 0; vector < vectors; vector++) {
            table[ENTRY_BYTES * vector + CONTROL] = 1;
        }
    }

    void of(VirtioDevice virtioDevice) {
        device = virtioDevice;
    }

    /** Returns how many vectors there are. */
    public int vectors() {
        return vectors;
    }

    /** Returns whether the driver has enabled it. */
    public boolean enabled() {
        return (control & ENABLE) != 0;
    }

    int pendingAt() {
        return pendingAt;
    }

    /** Returns Message Control: table size, function mask, enable. */
    int control() {
        return control | vectors - 1;
    }

    void control(int value) {
        control = value & (ENABLE | MASK_ALL);
        sendPending();
    }

    /** Returns the vector that an event gets for what a driver has written. */
    int accepted(int vector) {
        return vector < vectors ? vector : NO_VECTOR;
    }

    @Override
    public void raise(int cause, int queueIndex) {
        if (!enabled()) {
            line.raise(cause, queueIndex);
            return;
        }
        int vector = cause == CONFIG ? device.configVector() : device.queueVector(queueIndex);
        if (vector < vectors) {
            if (masked(vector)) {
                pending[vector] = true;
            } else {
                send(vector);
            }
        }
    }

    private boolean masked(int vector) {
        return (control & MASK_ALL) != 0 || (table[ENTRY_BYTES * vector + CONTROL] & 1) != 0;
    }

    private void send(int vector) {
        messages.message(vector, get(ENTRY_BYTES * vector, 8), (int) get(ENTRY_BYTES * vector + 8, 4));
    }

    private void sendPending() {
        for (int vector = 0; vector < vectors && enabled(); vector++) {
            if (pending[vector] && !masked(vector)) {
                pending[vector] = false;
                send(vector);
            }
        }
    }

    private long get(int at, int width) {
        long value = 0;
        for (int i = 0; i < width && at + i < table.length; i++) {
            value |= (table[at + i] & 0xffL) << 8 * i;
        }
        return value;
    }

    /** Returns the BAR: the table from 0 on, behind it the pending bits, which are read-only. */
    RegisterSpace bar() {
        return new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                if (offset < pendingAt) {
                    return get(offset, widthBytes);
                }
                long value = 0;
                for (int bit = 0; bit < 8 * widthBytes; bit++) {
                    int vector = 8 * (offset - pendingAt) + bit;
                    value |= vector < vectors && pending[vector] ? 1L << bit : 0;
                }
                return value;
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                for (int i = 0; i < widthBytes && offset + i < table.length; i++) {
                    table[offset + i] = (byte) (value >>> 8 * i);
                }
                sendPending();
            }
        };
    }
}
