package io.torosim.virtio.transport;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.device.VirtioDevice.InterruptSink;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The device's end of the modern PCI interface: configuration space with the virtio capabilities, and one memory BAR
 * that holds, a page each, the common, ISR, device and notify structures (as QEMU lays them out in BAR 4). Without an {@link Msix} it
 * has no MSI-X: an {@link io.torosim.virtio.device.VirtioDevice.InterruptSink} is told the cause and the queue.
 */
public final class ModernPciDevice {
    /** The memory BAR that holds all structures. */
    public static final int BAR = 4;
    /** Offset of the notify structure in the BAR. */
    public static final int NOTIFY = 0x3000;

    private static final int COMMON = 0;
    private static final int ISR = 0x1000;
    private static final int DEVICE = 0x2000;
    private static final int PAGE = 0x1000;
    private static final int BAR_BYTES = NOTIFY + PAGE;
    private static final int NOTIFY_MULTIPLIER = 4;

    private final VirtioDevice device;
    private final @Nullable Msix msix;
    private final RegisterSpace bar = new Bar();
    private final PciConfigSpace config;
    private @Nullable IntUnaryOperator names; // of queues in notifications, or null
    private int deviceFeatureSelect;
    private int driverFeatureSelect;
    private int selected;

    /** Creates the PCI function of a device. */
    public ModernPciDevice(VirtioDevice device) {
        this(device, null);
    }

    /**
     * Creates the PCI function of a device with interrupts by message.
     *
     * @param device the device
     * @param msix where the device's interrupts go; null: it has none
     */
    public ModernPciDevice(VirtioDevice device, @Nullable Msix msix) {
        Objects.requireNonNull(device, "device");
        this.device = device;
        this.msix = msix;
        config = new PciConfigSpace(device.deviceId(), bar, BAR, BAR_BYTES);
        config.structure(0x40, 0x54, 16, PciCommon.CFG_COMMON, COMMON, PAGE);
        config.structure(0x54, 0x64, 16, PciCommon.CFG_ISR, ISR, PAGE);
        config.structure(0x64, 0x74, 16, PciCommon.CFG_DEVICE, DEVICE, PAGE);
        config.structure(0x74, 0, 20, PciCommon.CFG_NOTIFY, NOTIFY, PAGE);
        config.put(0x74 + 16, 4, NOTIFY_MULTIPLIER);
        if (msix != null) {
            msix.of(device);
            config.interrupts(msix);
        }
    }

    /**
     * Offers NOTIF_CONFIG_DATA (section 4.1.5.2.1): in notifications queues go by numbers of the device's own.
     *
     * @param newNames gives for each queue its number, 16 bits, no two alike
     */
    public ModernPciDevice notifyData(IntUnaryOperator newNames) {
        names = newNames;
        device.transportFeatures(VirtioFeatures.NOTIF_CONFIG_DATA);
        return this;
    }

    private int name(int queue) {
        return names == null ? queue : names.applyAsInt(queue) & 0xffff;
    }

    /** A notification: by its place, or where that was agreed on, by the queue's name. */
    private void notified(int within, int value) {
        if (names == null || !VirtioFeatures.has(device.driverFeatures(), VirtioFeatures.NOTIF_CONFIG_DATA)) {
            device.notifyQueue(within / NOTIFY_MULTIPLIER);
            return;
        }
        for (int queue = 0; queue < device.queueCount(); queue++) {
            if (name(queue) == value) {
                device.notifyQueue(queue);
            }
        }
    }

    /** Returns the PCI configuration space. */
    public RegisterSpace configSpace() {
        return config;
    }

    /** Returns the memory BAR. */
    public RegisterSpace bar() {
        return bar;
    }

    /**
     * Returns a BAR by its number: {@value #BAR}, and where there is MSI-X {@value Msix#BAR}.
     *
     * @throws IllegalArgumentException if there is no such BAR
     */
    public RegisterSpace bar(int number) {
        if (number == BAR) {
            return bar;
        }
        if (msix == null || number != Msix.BAR) {
            throw new IllegalArgumentException("this function has no BAR " + number);
        }
        return msix.bar();
    }

    private int vector(long written) {
        return msix == null ? Msix.NO_VECTOR : msix.accepted((int) written & 0xffff);
    }

    private final class Bar implements RegisterSpace {
        @Override
        public long read(int offset, int widthBytes) {
            int page = offset & -PAGE;
            int within = offset & PAGE - 1;
            return switch (page) {
                case COMMON -> readCommon(within, widthBytes);
                case ISR -> within == 0 ? device.readIsr() : 0;
                case DEVICE -> device.configRead(within, widthBytes);
                default -> 0;
            };
        }

        @Override
        public void write(int offset, int widthBytes, long value) {
            int page = offset & -PAGE;
            int within = offset & PAGE - 1;
            switch (page) {
                case COMMON -> writeCommon(within, widthBytes, value);
                case DEVICE -> device.configWrite(within, widthBytes, value);
                case NOTIFY -> notified(within, (int) value & 0xffff);
                default -> {} // ISR is read-only
            }
        }
    }

    private static long half(long value, int within, int base) {
        return within == base ? value : value >>> 32;
    }

    private long readCommon(int within, int widthBytes) {
        long value =
                switch (within) {
                    case PciCommon.DEVICE_FEATURE_SELECT -> deviceFeatureSelect;
                    case PciCommon.DEVICE_FEATURE -> deviceFeatureSelect > 1
                            ? 0
                            : device.offeredFeatures() >>> 32 * deviceFeatureSelect;
                    case PciCommon.DRIVER_FEATURE_SELECT -> driverFeatureSelect;
                    case PciCommon.DRIVER_FEATURE -> driverFeatureSelect > 1
                            ? 0
                            : device.driverFeatures() >>> 32 * driverFeatureSelect;
                    case PciCommon.CONFIG_MSIX_VECTOR -> device.configVector();
                    case PciCommon.QUEUE_MSIX_VECTOR -> device.queueVector(selected);
                    case PciCommon.NUM_QUEUES -> device.queueCount();
                    case PciCommon.DEVICE_STATUS -> device.status();
                    case PciCommon.CONFIG_GENERATION -> device.configGeneration();
                    case PciCommon.QUEUE_SELECT -> selected;
                    case PciCommon.QUEUE_SIZE -> device.queueSize(selected);
                    case PciCommon.QUEUE_ENABLE -> device.queueEnabled(selected) ? 1 : 0;
                    case PciCommon.QUEUE_NOTIFY_OFF -> selected;
                    case PciCommon.QUEUE_NOTIFY_DATA -> names == null ? 0 : name(selected);
                    case PciCommon.QUEUE_DESC, PciCommon.QUEUE_DESC + 4 -> half(
                            device.queueArea(selected, 0), within, PciCommon.QUEUE_DESC);
                    case PciCommon.QUEUE_DRIVER, PciCommon.QUEUE_DRIVER + 4 -> half(
                            device.queueArea(selected, 1), within, PciCommon.QUEUE_DRIVER);
                    case PciCommon.QUEUE_DEVICE, PciCommon.QUEUE_DEVICE + 4 -> half(
                            device.queueArea(selected, 2), within, PciCommon.QUEUE_DEVICE);
                    default -> 0; // QUEUE_RESET: done at once
                };
        return widthBytes == 8 ? value : value & (1L << 8 * widthBytes) - 1;
    }

    private void writeCommon(int within, int widthBytes, long value) {
        switch (within) {
            case PciCommon.DEVICE_FEATURE_SELECT -> deviceFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case PciCommon.DRIVER_FEATURE_SELECT -> driverFeatureSelect = (int) Math.min(value & 0xffff_ffffL, 2);
            case PciCommon.DRIVER_FEATURE -> device.acceptFeatures(driverFeatureSelect, value);
            case PciCommon.DEVICE_STATUS -> {
                device.status((int) value & 0xff);
                if (device.status() == 0) {
                    deviceFeatureSelect = 0;
                    driverFeatureSelect = 0;
                    selected = 0;
                }
            }
                // what cannot be mapped reads back as NO_VECTOR (section 4.1.5.1.2)
            case PciCommon.CONFIG_MSIX_VECTOR -> device.configVector(vector(value));
            case PciCommon.QUEUE_MSIX_VECTOR -> device.queueVector(selected, vector(value));
            case PciCommon.QUEUE_SELECT -> selected = (int) value & 0xffff;
            case PciCommon.QUEUE_SIZE -> device.queueSize(selected, (int) value & 0xffff);
            case PciCommon.QUEUE_ENABLE -> {
                if ((value & 0xffff) == 1) {
                    device.enableQueue(selected);
                }
            }
            case PciCommon.QUEUE_RESET -> {
                if ((value & 0xffff) == 1) {
                    device.resetQueue(selected);
                }
            }
            default -> writeArea(within, widthBytes, value);
        }
    }

    private void writeArea(int within, int widthBytes, long value) {
        int area = (within - PciCommon.QUEUE_DESC) / 8;
        if (within < PciCommon.QUEUE_DESC || area > 2) {
            return;
        }
        long old = device.queueArea(selected, area);
        boolean high = (within & 7) == 4;
        long address = widthBytes == 8
                ? value
                : high ? old & 0xffff_ffffL | value << 32 : old & ~0xffff_ffffL | value & 0xffff_ffffL;
        device.queueArea(selected, area, address);
    }

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
    public static final class Msix implements InterruptSink {
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
}
