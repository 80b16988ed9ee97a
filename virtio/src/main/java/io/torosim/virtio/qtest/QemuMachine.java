package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real machine of QEMU with its RAM and its virtio functions, at which the drivers of this library work as they do at
 * simulated devices.
 *
 * <pre>{@code
 * try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image))) {
 *     VirtioTransport transport = qemu.virtio(0).modern();
 *     BlkDriver disk = new BlkDriver(transport, qemu.memory(), qemu.dma(), VirtioFeatures.EVENT_IDX, DeviceWait.NONE);
 * }
 * }</pre>
 *
 * <p>A {@link QtestSession} carries the accesses: {@link PciBus} and {@link MmioBus} find the functions, {@link QtestMemory} is its RAM.
 */
public final class QemuMachine implements AutoCloseable {
    /** Bytes of RAM. */
    public static final long RAM_BYTES = 64L << 20;

    private static final long DMA_BASE = 1 << 20; // above the ROM shadow of a pc
    private static final String BOTH_INTERFACES = ",disable-legacy=off,disable-modern=off,packed=on,ioeventfd=off";

    private static final List<String> MICROVM = List.of("-machine", "microvm");

    private final QtestSession session;
    private final GuestMemory memory;
    private final List<PciFunction> functions;
    private final List<RegisterSpace> mmioDevices;

    private QemuMachine(QtestSession session, boolean microvm) {
        this.session = session;
        this.memory = new QtestMemory(session, RAM_BYTES);
        this.functions = microvm ? List.of() : new PciBus(session).virtioFunctions();
        this.mmioDevices = microvm ? MmioBus.devices(session) : List.of();
    }

    /**
     * Starts a machine.
     *
     * @param devices its devices and drives as QEMU's arguments, see {@link #blkOnRaw} and its sisters
     * @throws IOException if QEMU is not installed
     * @throws QtestException if QEMU does not come up
     */
    public static QemuMachine start(List<String> devices) throws IOException {
        return start(devices, QtestSession.USUAL_TIMEOUT);
    }

    /** As {@link #start(List)}, with a longest time for one command. */
    public static QemuMachine start(List<String> devices, Duration timeout) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-m", Long.toString(RAM_BYTES >> 20)));
        arguments.addAll(devices);
        QtestSession session = QtestSession.start(arguments, timeout);
        boolean up = false;
        try {
            QemuMachine machine = new QemuMachine(session, devices.contains(MICROVM.get(1)));
            up = true;
            return machine;
        } finally {
            if (!up) {
                session.close();
            }
        }
    }

    /**
     * Returns the arguments that make the machine a {@code microvm}, whose devices are named {@code virtio-blk-device} and so
     * on and found with {@link #mmio}.
     *
     * @param legacy whether they have version 1 of virtio over MMIO, else version 2
     */
    public static List<String> microvm(boolean legacy) {
        List<String> arguments = new ArrayList<>(MICROVM);
        arguments.addAll(List.of("-global", "virtio-mmio.ioeventfd=off"));
        arguments.addAll(List.of("-global", "virtio-mmio.force-legacy=" + (legacy ? "on" : "off")));
        return arguments;
    }

    /** Returns the arguments for a transitional virtio-blk over a raw image file, written through. */
    public static List<String> blkOnRaw(java.nio.file.Path image) {
        return blk("file=" + escape(image) + ",format=raw");
    }

    /** Returns the arguments for a transitional virtio-blk over QEMU's virtual FAT disk of a directory. */
    public static List<String> blkOnDirectory(java.nio.file.Path directory) {
        return blk("file=fat:16:" + escape(directory) + ",format=raw,read-only=on");
    }

    private static List<String> blk(String drive) {
        return List.of(
                "-drive",
                "if=none,id=disk," + drive,
                "-device",
                "virtio-blk-pci,drive=disk,serial=torosim" + BOTH_INTERFACES);
    }

    /**
     * Returns the arguments for a transitional virtio-net on a network of QEMU's own.
     *
     * @param netdev the back end with all its options but the id, such as {@code user}
     */
    public static List<String> net(String netdev) {
        return List.of(
                "-netdev",
                netdev + ",id=wire",
                "-device",
                "virtio-net-pci,netdev=wire,mac=52:54:00:12:34:56,romfile=" + BOTH_INTERFACES);
    }

    /** A comma in an option's value is written twice. */
    private static String escape(java.nio.file.Path path) {
        return path.toAbsolutePath().toString().replace(",", ",,");
    }

    /** Returns the session. */
    public QtestSession session() {
        return session;
    }

    /** Returns the RAM. */
    public GuestMemory memory() {
        return memory;
    }

    /** Returns a fresh allocator over the RAM above 1 MiB. */
    public DmaAllocator dma() {
        return new DmaAllocator(DMA_BASE, RAM_BYTES - DMA_BASE);
    }

    /**
     * Returns a virtio function, counted in the order of the slots.
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public PciFunction virtio(int index) {
        return functions.get(index);
    }

    /**
     * Returns the registers of a device of a {@code microvm}, counted in the order of the arguments.
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public RegisterSpace mmio(int index) {
        return mmioDevices.get(index);
    }

    @Override
    public void close() {
        session.close();
    }

    /** A function on a QEMU's PCI bus 0, its BARs placed and enabled. */
    public static final class PciFunction {
        /** Vendor id of virtio functions (virtio 1.2 section 4.1.2). */
        public static final int VIRTIO_VENDOR = 0x1af4;

        private static final int SUBSYSTEM_ID = 0x2e;

        private final int slot;
        private final RegisterSpace config;
        private final RegisterSpace[] bars;

        PciFunction(int slot, RegisterSpace config, RegisterSpace[] bars) {
            this.slot = slot;
            this.config = config;
            this.bars = bars;
        }

        /** Returns the slot, in {@code [0, 31]}. */
        public int slot() {
            return slot;
        }

        /** Returns the configuration space. */
        public RegisterSpace config() {
            return config;
        }

        /**
         * Returns a BAR.
         *
         * @param index in {@code [0, 5]}
         * @throws IllegalArgumentException if the function does not have it
         */
        public RegisterSpace bar(int index) {
            if (index < 0 || index >= bars.length || bars[index] == null) {
                throw new IllegalArgumentException("slot " + slot + " has no BAR " + index);
            }
            return bars[index];
        }

        /** Returns the legacy interface of a transitional virtio device. */
        public VirtioTransport legacy() {
            return Transports.legacyPci(bar(0), (int) config.read(SUBSYSTEM_ID, 2), false);
        }

        /** Returns the modern interface of a virtio device. */
        public VirtioTransport modern() {
            return new ModernPciTransport(config, this::bar);
        }
    }
}
