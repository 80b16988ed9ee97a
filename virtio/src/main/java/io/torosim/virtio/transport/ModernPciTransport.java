package io.torosim.virtio.transport;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.ModernPciDevice.Msix;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The driver's end of the modern PCI interface: finds its structures by walking the capability list (virtio 1.2 section
 * 4.1.4). 64-bit fields are written in two halves, as section 4.1.3.1 asks.
 *
 * <p>A {@link VirtioTransport}, the driver's end; {@link ModernPciDevice} is the device's. {@link PciCommon} says what lies where.
 */
public final class ModernPciTransport implements VirtioTransport {
    private static final int MOST_CAPABILITIES = 48; // all that fit into 256 bytes: a loop in the list ends here

    private static final int UNKNOWN = -1;

    private final RegisterSpace[] bars = new RegisterSpace[6];
    private final int deviceId;
    private final int[] barOf = new int[5];
    private final int[] offsetOf = new int[5];
    private final RegisterSpace config;
    private final IntFunction<RegisterSpace> barOfNumber;
    private int msixAt; // the capability, 0: none
    private boolean msixEnabled;
    private int notifyMultiplier;
    private int[] notifyOffsets = new int[0]; // by queue
    private final TreeMap<Integer, Integer> names = new TreeMap<>(); // by queue, NOTIF_CONFIG_DATA
    private long accepted;

    /**
     * Finds the structures of a device.
     *
     * @param config the PCI configuration space of the function
     * @param bar returns the memory BAR with a number
     * @throws IllegalStateException if this is not a virtio function, or a structure is missing
     */
    public ModernPciTransport(RegisterSpace config, IntFunction<RegisterSpace> bar) {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(bar, "bar");
        this.config = config;
        this.barOfNumber = bar;
        int vendor = (int) config.read(0, 2);
        int device = (int) config.read(2, 2);
        if (vendor != PciCommon.VENDOR || device < 0x1000 || device > 0x107f) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "not a virtio function: %04x:%04x", vendor, device));
        }
        deviceId = device >= 0x1040 ? device - 0x1040 : (int) config.read(0x2e, 2);
        int at = (int) config.read(PciCommon.CAPABILITY_POINTER, 1) & 0xfc;
        for (int i = 0; at != 0 && i < MOST_CAPABILITIES; i++) {
            int capability = (int) config.read(at, 1);
            msixAt = capability == PciCommon.CAPABILITY_MSIX ? at : msixAt;
            if (capability == PciCommon.CAPABILITY_VENDOR) {
                int type = (int) config.read(at + 3, 1);
                // the first structure of each type that the driver can use is the one (section 4.1.4)
                if (type >= 1 && type <= 4 && offsetOf[type] == 0 && barOf[type] == 0) {
                    barOf[type] = (int) config.read(at + 4, 1);
                    offsetOf[type] = (int) config.read(at + 8, 4);
                    if (type == PciCommon.CFG_NOTIFY) {
                        notifyMultiplier = (int) config.read(at + 16, 4);
                    }
                    if (barOf[type] < bars.length && bars[barOf[type]] == null) {
                        bars[barOf[type]] = bar.apply(barOf[type]);
                    }
                }
            }
            at = (int) config.read(at + 1, 1) & 0xfc;
        }
        for (int type : new int[] {PciCommon.CFG_COMMON, PciCommon.CFG_NOTIFY, PciCommon.CFG_ISR}) {
            if (barOf[type] >= bars.length || bars[barOf[type]] == null) {
                throw new IllegalStateException("capability " + type + " is missing");
            }
        }
    }

    private long read(int type, int offset, int widthBytes) {
        return bars[barOf[type]].read(offsetOf[type] + offset, widthBytes);
    }

    private void write(int type, int offset, int widthBytes, long value) {
        bars[barOf[type]].write(offsetOf[type] + offset, widthBytes, value);
    }

    private void common(int offset, int widthBytes, long value) {
        write(PciCommon.CFG_COMMON, offset, widthBytes, value);
    }

    private long common(int offset, int widthBytes) {
        return read(PciCommon.CFG_COMMON, offset, widthBytes);
    }

    @Override
    public int deviceId() {
        return deviceId;
    }

    @Override
    public boolean legacy() {
        return false;
    }

    @Override
    public int status() {
        return (int) common(PciCommon.DEVICE_STATUS, 1);
    }

    @Override
    public void status(int value) {
        common(PciCommon.DEVICE_STATUS, 1, value);
    }

    @Override
    public long deviceFeatures() {
        common(PciCommon.DEVICE_FEATURE_SELECT, 4, 0);
        long low = common(PciCommon.DEVICE_FEATURE, 4);
        common(PciCommon.DEVICE_FEATURE_SELECT, 4, 1);
        return low & 0xffff_ffffL | common(PciCommon.DEVICE_FEATURE, 4) << 32;
    }

    @Override
    public void driverFeatures(long features) {
        accepted = features;
        names.clear();
        common(PciCommon.DRIVER_FEATURE_SELECT, 4, 0);
        common(PciCommon.DRIVER_FEATURE, 4, features & 0xffff_ffffL);
        common(PciCommon.DRIVER_FEATURE_SELECT, 4, 1);
        common(PciCommon.DRIVER_FEATURE, 4, features >>> 32);
    }

    @Override
    public int queueSizeMax(int queueIndex) {
        common(PciCommon.QUEUE_SELECT, 2, queueIndex);
        return (int) common(PciCommon.QUEUE_SIZE, 2);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        common(PciCommon.QUEUE_SELECT, 2, queueIndex);
        common(PciCommon.QUEUE_SIZE, 2, layout.size());
        address(PciCommon.QUEUE_DESC, layout.descAddr());
        address(PciCommon.QUEUE_DRIVER, layout.driverAddr());
        address(PciCommon.QUEUE_DEVICE, layout.deviceAddr());
        common(PciCommon.QUEUE_ENABLE, 2, 1);
        notifyOffset(queueIndex); // now, rather than with the first notification
        name(queueIndex);
    }

    private void address(int offset, long address) {
        common(offset, 4, address & 0xffff_ffffL);
        common(offset + 4, 4, address >>> 32);
    }

    /** Resets one queue and waits until that is done (RING_RESET); returns false if the device never says so. */
    public boolean resetQueue(int queueIndex) {
        common(PciCommon.QUEUE_SELECT, 2, queueIndex);
        common(PciCommon.QUEUE_RESET, 2, 1);
        for (int i = 0; i < 1000; i++) {
            if (common(PciCommon.QUEUE_RESET, 2) == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void notifyQueue(int queueIndex) {
        write(PciCommon.CFG_NOTIFY, notifyOffset(queueIndex), 2, name(queueIndex));
    }

    @Override
    public void notifyQueue(int queueIndex, int nextAvailable) {
        // section 4.1.5.2: 32 bits in place of 16, at the same address
        long data = name(queueIndex) | (nextAvailable & 0xffffL) << 16;
        write(PciCommon.CFG_NOTIFY, notifyOffset(queueIndex), 4, data);
    }

    @Override
    public boolean namesQueues() {
        return true;
    }

    /** Returns by which number the queue goes in notifications (section 4.1.5.2.1). */
    private int name(int queueIndex) {
        if (!VirtioFeatures.has(accepted, VirtioFeatures.NOTIF_CONFIG_DATA)) {
            return queueIndex;
        }
        return names.computeIfAbsent(queueIndex, queue -> {
            common(PciCommon.QUEUE_SELECT, 2, queue);
            return (int) common(PciCommon.QUEUE_NOTIFY_DATA, 2);
        });
    }

    /** Returns where the queue is notified, in the notify structure (section 4.1.4.4); read once for each queue. */
    private int notifyOffset(int queueIndex) {
        if (queueIndex >= notifyOffsets.length) {
            int known = notifyOffsets.length;
            notifyOffsets = Arrays.copyOf(notifyOffsets, queueIndex + 1);
            Arrays.fill(notifyOffsets, known, notifyOffsets.length, UNKNOWN);
        }
        if (notifyOffsets[queueIndex] == UNKNOWN) {
            common(PciCommon.QUEUE_SELECT, 2, queueIndex);
            notifyOffsets[queueIndex] = (int) common(PciCommon.QUEUE_NOTIFY_OFF, 2) * notifyMultiplier;
        }
        return notifyOffsets[queueIndex];
    }

    /** Returns how many vectors the function has, 0 if it has no MSI-X. */
    public int msixVectors() {
        return msixAt == 0 ? 0 : ((int) config.read(msixAt + 2, 2) & 0x7ff) + 1;
    }

    /**
     * Writes an entry of the vector table and unmasks it.
     *
     * @param vector below {@link #msixVectors}
     * @param address where the message goes
     * @param data what it says
     * @throws IllegalArgumentException if there is no such vector
     */
    public void msixEntry(int vector, long address, int data) {
        if (vector < 0 || vector >= msixVectors()) {
            throw new IllegalArgumentException("vector must be in [0, " + msixVectors() + "), vector=" + vector);
        }
        int table = (int) config.read(msixAt + 4, 4);
        RegisterSpace bar = barOfNumber.apply(table & 7);
        int at = (table & ~7) + 16 * vector;
        bar.write(at, 4, address & 0xffff_ffffL);
        bar.write(at + 4, 4, address >>> 32);
        bar.write(at + 8, 4, data & 0xffff_ffffL);
        bar.write(at + 12, 4, 0);
    }

    /**
     * Enables MSI-X, after which events interrupt by their vectors only; or goes back to the line.
     *
     * @throws IllegalStateException if the function has none
     */
    public void msix(boolean on) {
        if (msixAt == 0) {
            throw new IllegalStateException("this function has no MSI-X");
        }
        int control = (int) config.read(msixAt + 2, 2);
        config.write(msixAt + 2, 2, on ? control | 0x8000 : control & 0x7fff);
        msixEnabled = on;
    }

    /**
     * Maps changes of the configuration to a vector, or to none ({@link Msix#NO_VECTOR}). Not before the reset of the device, which unmaps all.
     *
     * @return whether the device has done so (section 4.1.5.1.2.2)
     */
    public boolean configVector(int vector) {
        common(PciCommon.CONFIG_MSIX_VECTOR, 2, vector);
        return common(PciCommon.CONFIG_MSIX_VECTOR, 2) == vector;
    }

    /** Maps a queue to a vector, or to none; as {@link #configVector}. */
    public boolean queueVector(int queueIndex, int vector) {
        common(PciCommon.QUEUE_SELECT, 2, queueIndex);
        common(PciCommon.QUEUE_MSIX_VECTOR, 2, vector);
        return common(PciCommon.QUEUE_MSIX_VECTOR, 2) == vector;
    }

    /** {@inheritDoc} With MSI-X, where that register is unused, it is not read, and both may be why. */
    @Override
    public int interruptStatus() {
        return msixEnabled ? 3 : (int) read(PciCommon.CFG_ISR, 0, 1);
    }

    @Override
    public int configGeneration() {
        return (int) common(PciCommon.CONFIG_GENERATION, 1);
    }

    @Override
    public long configRead(int offset, int widthBytes) {
        return read(PciCommon.CFG_DEVICE, offset, widthBytes);
    }

    @Override
    public void configWrite(int offset, int widthBytes, long value) {
        write(PciCommon.CFG_DEVICE, offset, widthBytes, value);
    }
}
