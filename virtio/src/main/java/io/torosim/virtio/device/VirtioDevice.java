package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A virtio device behind any transport: status, features, queues, interrupts and reset (virtio 1.2 chapters 2 and 3).
 * The register files of the transports call it; what it is a device of is its {@link DeviceModel}.
 *
 * <p>No value that a driver writes makes a method throw. A broken queue, or a request that cannot be answered, stops the
 * whole device: {@link #brokenBy} says why, a modern driver sees DEVICE_NEEDS_RESET and a configuration interrupt, and
 * memory is not touched again before reset.
 */
public final class VirtioDevice {
    private static final long LEGACY_BITS = 0xffff_ffffL;
    private static final long LEGACY_RING_BITS = VirtioFeatures.NOTIFY_ON_EMPTY | VirtioFeatures.ANY_LAYOUT;
    private static final int NO_VECTOR = 0xffff;
    private static final long BAD_FEATURE = 1L << 30; // of QEMU, for drivers that accept whatever is there

    /** A page of notification registers, four bytes each; QEMU has the same bound. */
    private static final int MOST_QUEUES = 1024;

    private final DeviceModel model;
    private final GuestMemory memory;
    private final DeviceProfile profile;
    private final InterruptSink interrupts;
    private final QueueRegisters[] queues;
    private final Context context = new Context();
    private final BufferChain chain = new BufferChain();

    private boolean legacyInUse;
    private int status;
    private long transportFeatures;
    private long driverFeatures;
    private int isr;
    private int configGeneration;
    private int configVector = NO_VECTOR;
    private boolean started;
    private @Nullable String brokenBy;
    private @Nullable RingError ringError;

    /**
     * Creates a device at power-on.
     *
     * @param model what it is
     * @param memory guest memory as the device sees it
     * @param profile how it behaves
     * @param interrupts where its interrupts go
     * @throws IllegalArgumentException if the model has no queue or more than 1,024
     */
    public VirtioDevice(DeviceModel model, GuestMemory memory, DeviceProfile profile, InterruptSink interrupts) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(interrupts, "interrupts");
        this.model = model;
        this.memory = memory;
        this.profile = profile;
        this.interrupts = interrupts;
        model.attach(profile);
        int count = model.queueCount();
        if (count < 1 || count > MOST_QUEUES) {
            throw new IllegalArgumentException("queueCount must be in [1, " + MOST_QUEUES + "], queueCount=" + count
                    + ", of the model " + model.getClass().getName());
        }
        this.queues = new QueueRegisters[count];
        for (int i = 0; i < queues.length; i++) {
            int size = profile.queueSize(model.deviceId(), i, queues.length);
            queues[i] = new QueueRegisters(size, profile.largestSize(size));
        }
    }

    /** Returns the virtio device id. */
    public int deviceId() {
        return model.deviceId();
    }

    /** Returns the profile. */
    public DeviceProfile profile() {
        return profile;
    }

    /** Returns why the device stopped, or null. */
    public @Nullable String brokenBy() {
        return brokenBy;
    }

    /** Returns the ring error that stopped the device, or null. */
    public @Nullable RingError ringError() {
        return ringError;
    }

    /** Returns the features offered on the modern interface, or where interfaces do not differ, on all. */
    public long offeredFeatures() {
        long offered = allFeatures();
        if (!profile.modernInterface()) {
            return offered & LEGACY_BITS;
        }
        boolean modernOnly = !profile.legacyInterface() || profile.deviates(DeviceDeviation.FEATURES_BY_INTERFACE);
        return modernOnly ? offered & ~(LEGACY_RING_BITS | model.legacyFeatures()) : offered;
    }

    /** Returns the features offered on the legacy interface of PCI: bits 0 to 31. */
    public long offeredLegacyFeatures() {
        return profile.deviates(DeviceDeviation.FEATURES_BY_INTERFACE)
                ? allFeatures() & LEGACY_BITS | BAD_FEATURE
                : offeredFeatures() & LEGACY_BITS;
    }

    /** Returns the features offered on the legacy interface of MMIO, where a device may have no other: bits 0 to 31. */
    public long offeredLegacyMmioFeatures() {
        return profile.deviates(DeviceDeviation.FEATURES_BY_INTERFACE)
                ? model.legacyOnly(allFeatures() & LEGACY_BITS)
                : offeredFeatures() & LEGACY_BITS;
    }

    private long allFeatures() {
        return (model.features(profile)
                        | VirtioFeatures.ALL_RING_FEATURES
                        | VirtioFeatures.NOTIFICATION_DATA
                        | VirtioFeatures.RING_RESET
                        | transportFeatures)
                & profile.featureMask();
    }

    /** Adds features that only a transport can offer, such as NOTIF_CONFIG_DATA; before any driver comes. */
    public void transportFeatures(long bits) {
        transportFeatures |= bits;
    }

    /** Takes all feature bits a legacy driver can name. */
    public void legacyFeatures(long bits) {
        legacyInUse = true;
        driverFeatures = bits & (offeredLegacyFeatures() | offeredLegacyMmioFeatures());
    }

    /** Takes 32 of the driver's feature bits through the modern interface; ignored after FEATURES_OK. */
    public void acceptFeatures(int select, long bits) {
        if (select < 0 || select > 1 || (status & VirtioStatus.FEATURES_OK) != 0) {
            return;
        }
        long mask = 0xffff_ffffL << 32 * select;
        driverFeatures = driverFeatures & ~mask | (bits & 0xffff_ffffL) << 32 * select;
    }

    /** Returns the features that the driver has accepted so far. */
    public long driverFeatures() {
        return driverFeatures;
    }

    /** Returns the status field. */
    public int status() {
        return status;
    }

    /** Writes the status field: 0 resets, other values only add bits. */
    public void status(int value) {
        if ((value & 0xff) == 0) {
            reset();
            return;
        }
        if (profile.deviates(DeviceDeviation.STATUS_AS_WRITTEN)) {
            status &= value;
        }
        int settable = profile.deviates(DeviceDeviation.STATUS_AS_WRITTEN) ? 0xff : 0xbf;
        int added = value & settable & ~status;
        if ((added & VirtioStatus.FEATURES_OK) != 0 && !legacyInUse && !featuresAcceptable()) {
            added &= ~VirtioStatus.FEATURES_OK;
        }
        status |= added;
        if ((added & VirtioStatus.FEATURES_OK) != 0 && !legacyInUse) {
            model.featuresAgreed(context.features());
        }
        if ((value & VirtioStatus.DRIVER_OK) != 0) {
            model.driverReady(context.features());
        }
        if ((added & VirtioStatus.DRIVER_OK) != 0 && brokenBy == null) {
            start();
            for (int i = 0; i < queues.length; i++) {
                if (queues[i].kicked && legacyInUse) {
                    serve(i);
                }
            }
        }
    }

    private boolean featuresAcceptable() {
        boolean version1 = VirtioFeatures.has(driverFeatures, VirtioFeatures.VERSION_1)
                || profile.deviates(DeviceDeviation.FEATURES_OK_WITHOUT_VERSION_1);
        boolean offered = (driverFeatures & ~offeredFeatures()) == 0
                || profile.deviates(DeviceDeviation.UNOFFERED_FEATURES_ACCEPTED);
        return version1
                && offered
                && (profile.deviates(DeviceDeviation.PREREQUISITES_UNCHECKED) || model.acceptable(context.features()));
    }

    private void start() {
        if (!started) {
            started = true;
            model.start(context);
        }
    }

    private void reset() {
        status = 0;
        driverFeatures = 0;
        isr = 0;
        configVector = NO_VECTOR;
        if (!profile.deviates(DeviceDeviation.GENERATION_SURVIVES_RESET)) {
            configGeneration = 0;
        }
        started = false;
        legacyInUse = false;
        brokenBy = null;
        ringError = null;
        for (QueueRegisters queue : queues) {
            queue.reset();
        }
        model.reset();
    }

    /** Returns the ISR status and clears it. */
    public int readIsr() {
        int value = isr;
        isr = 0;
        return value;
    }

    /** Returns the ISR status as it is. */
    public int isr() {
        return isr;
    }

    /** Clears bits of the ISR status. */
    public void acknowledge(int bits) {
        isr &= ~bits;
    }

    /** Returns the configuration generation, in {@code [0, 255]}. */
    public int configGeneration() {
        return configGeneration;
    }

    /** Returns a little-endian value from the configuration space. */
    public long configRead(int offset, int widthBytes) {
        model.configAccess();
        if (beyondConfig(offset, widthBytes)) {
            return widthBytes == 8 ? -1 : (1L << 8 * widthBytes) - 1;
        }
        long value = 0;
        for (int i = 0; i < widthBytes; i++) {
            value |= (long) (model.configByte(offset + i) & 0xff) << 8 * i;
        }
        return value;
    }

    /** Writes a little-endian value to the configuration space. */
    public void configWrite(int offset, int widthBytes, long value) {
        if (beyondConfig(offset, widthBytes)) {
            return;
        }
        for (int i = 0; i < widthBytes; i++) {
            model.configByte(offset + i, (int) (value >>> 8 * i) & 0xff);
        }
    }

    private boolean beyondConfig(int offset, int widthBytes) {
        return profile.deviates(DeviceDeviation.CONFIG_ENDS_IN_ONES) && offset + widthBytes > model.configBytes();
    }

    /** Returns the number of queues. */
    public int queueCount() {
        return queues.length;
    }

    private @Nullable QueueRegisters registers(int queueIndex) {
        return queueIndex >= 0 && queueIndex < queues.length ? queues[queueIndex] : null;
    }

    /** Returns the size of a queue: the largest, until the driver sets it; 0 if there is no such queue. */
    public int queueSize(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        return queue == null ? 0 : queue.size;
    }

    /** Sets the size of a queue; sizes above the offer, 0, and split sizes that are no power of two are ignored. */
    public void queueSize(int queueIndex, int size) {
        QueueRegisters queue = registers(queueIndex);
        if (queue == null || queue.enabled || size < 1 || size > queue.largest) {
            return;
        }
        boolean anySize = VirtioFeatures.has(context.features(), VirtioFeatures.RING_PACKED)
                || profile.deviates(DeviceDeviation.ANY_QUEUE_SIZE);
        if (anySize || Integer.bitCount(size) == 1) {
            queue.size = size;
        }
    }

    /** Returns what QueueNumMax of MMIO says of a queue: 0 if there is none. */
    public int queueSizeMax(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        return queue == null ? 0 : profile.largestSize(queue.sizeMax);
    }

    /** Area of a queue: 0 descriptor, 1 driver, 2 device. */
    public long queueArea(int queueIndex, int area) {
        QueueRegisters queue = registers(queueIndex);
        if (queue == null) {
            return 0;
        }
        return area == 0 ? queue.desc : area == 1 ? queue.driver : queue.device;
    }

    /** Sets the address of an area; ignored once the queue is enabled. */
    public void queueArea(int queueIndex, int area, long address) {
        QueueRegisters queue = registers(queueIndex);
        if (queue == null || queue.enabled) {
            return;
        }
        switch (area) {
            case 0 -> queue.desc = address;
            case 1 -> queue.driver = address;
            default -> queue.device = address;
        }
    }

    /** Returns whether a queue is enabled. */
    public boolean queueEnabled(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        return queue != null && queue.enabled;
    }

    /** Enables a queue with what was set before. */
    public void enableQueue(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        if (queue != null) {
            queue.enabled = true;
        }
    }

    /** Takes a queue out of use, as QueueReady 0 of MMIO does (section 4.2.2.2): its addresses stay, its indices are forgotten. */
    public void disableQueue(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        if (queue != null && queue.enabled) {
            queue.enabled = false;
            queue.half = null;
            queue.kicked = false;
            model.queueReset(queueIndex);
        }
    }

    /** Returns the legacy page frame number of a queue. */
    public long queuePfn(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        return queue == null ? 0 : queue.pfn;
    }

    /** Sets the legacy page frame number: not 0 puts the queue into use, 0 takes it out. */
    public void queuePfn(int queueIndex, long pfn) {
        QueueRegisters queue = registers(queueIndex);
        if (queue != null && pfn == 0 && profile.deviates(DeviceDeviation.PFN_ZERO_RESETS)) {
            reset();
        } else if (queue != null) {
            legacyInUse = true;
            queue.pfn = pfn & 0xffff_ffffL;
            queue.enabled = queue.pfn != 0;
            queue.half = null;
            model.queueReset(queueIndex);
        }
    }

    /** Returns the MSI-X vector of changes of the configuration, 0xffff if they have none. */
    public int configVector() {
        return configVector;
    }

    /** Sets the MSI-X vector of changes of the configuration. */
    public void configVector(int vector) {
        configVector = vector & 0xffff;
    }

    /** Returns the MSI-X vector of a queue, 0xffff if it has none. */
    public int queueVector(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        return queue == null ? NO_VECTOR : queue.msixVector;
    }

    /** Sets the MSI-X vector of a queue. */
    public void queueVector(int queueIndex, int vector) {
        QueueRegisters queue = registers(queueIndex);
        if (queue != null) {
            queue.msixVector = vector & 0xffff;
        }
    }

    /** Resets one queue (RING_RESET, section 2.6.1): it is disabled and forgets its indices. */
    public void resetQueue(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        if (queue != null && VirtioFeatures.has(context.features(), VirtioFeatures.RING_RESET)) {
            queue.reset();
            model.queueReset(queueIndex);
        }
    }

    /** The driver has notified a queue; anything but a queue that is there and enabled is ignored. */
    public void notifyQueue(int queueIndex) {
        QueueRegisters queue = registers(queueIndex);
        if (queue == null || !queue.enabled) {
            return;
        }
        queue.kicked = true;
        boolean early = (status & VirtioStatus.DRIVER_OK) == 0;
        boolean deviant = profile.deviates(DeviceDeviation.SERVES_BEFORE_DRIVER_OK);
        if (early && (deviant ? !model.servesEarly() : !legacyInUse)) {
            return; // section 3.1.1
        }
        if (profile.synchronousKick()) {
            serve(queueIndex);
        }
    }

    /** Serves the notifications that are pending; where kicks are asynchronous this is the host's own thread. */
    public void serviceKicks() {
        boolean early = (status & VirtioStatus.DRIVER_OK) == 0;
        for (int i = 0; i < queues.length; i++) {
            if (queues[i].kicked && (!early || legacyInUse)) {
                serve(i);
            }
        }
    }

    private void serve(int queueIndex) {
        queues[queueIndex].kicked = false;
        if (brokenBy != null) {
            return;
        }
        start();
        if (context.queue(queueIndex) != null) {
            model.notified(queueIndex);
        }
    }

    private void raise(int cause, int queueIndex) {
        boolean both = cause == InterruptSink.CONFIG && profile.deviates(DeviceDeviation.CONFIG_SETS_QUEUE_BIT);
        isr |= both ? InterruptSink.CONFIG | InterruptSink.QUEUE : cause;
        interrupts.raise(cause, queueIndex);
    }

    private void breakDevice(String reason) {
        if (brokenBy != null) {
            return;
        }
        brokenBy = reason;
        boolean modern = !legacyInUse
                && (VirtioFeatures.has(driverFeatures, VirtioFeatures.VERSION_1)
                        || !profile.deviates(DeviceDeviation.FEATURES_OK_WITHOUT_VERSION_1));
        if (modern) {
            status |= VirtioStatus.DEVICE_NEEDS_RESET;
            if ((status & VirtioStatus.DRIVER_OK) != 0) {
                if (profile.deviates(DeviceDeviation.GENERATION_SURVIVES_RESET)) {
                    configGeneration = (configGeneration + 1) & 0xff;
                }
                raise(InterruptSink.CONFIG, -1);
            }
        }
    }

    private final class Context implements DeviceContext {
        @Override
        public GuestMemory memory() {
            return memory;
        }

        @Override
        public long features() {
            return profile.deviates(DeviceDeviation.UNOFFERED_FEATURES_ACCEPTED)
                    ? driverFeatures & allFeatures()
                    : driverFeatures;
        }

        @Override
        public DeviceProfile profile() {
            return profile;
        }

        @Override
        public @Nullable DeviceQueue queue(int queueIndex) {
            QueueRegisters queue = registers(queueIndex);
            if (queue == null || !queue.enabled || brokenBy != null) {
                return null;
            }
            if (queue.half == null) {
                QueueLayout layout = queue.layout(VirtioFeatures.has(features(), VirtioFeatures.RING_PACKED));
                RingError bad = layout.check(memory.sizeBytes());
                if (bad != null) {
                    ringError = bad;
                    breakDevice("queue " + queueIndex + ": " + bad);
                    return null;
                }
                queue.half = DeviceQueue.create(memory, layout, features(), profile.ringDeviations());
            }
            return queue.half;
        }

        @Override
        public void finish(int queueIndex) {
            DeviceQueue half = queue(queueIndex);
            if (half == null) {
                return;
            }
            if (half.error() != null) {
                ringError = half.error();
                breakDevice("queue " + queueIndex + ": " + half.error());
                return;
            }
            half.publish();
            interrupts.published(queueIndex);
            if (half.interruptNeeded()) {
                raise(InterruptSink.QUEUE, queueIndex);
            }
        }

        @Override
        public void serveAll(int queueIndex, Handler handler) {
            DeviceQueue half = queue(queueIndex);
            if (half == null) {
                return;
            }
            do {
                half.disableNotifications();
                while (half.pop(chain)) {
                    int token = chain.token();
                    long written = handler.serve(chain);
                    if (half != queue(queueIndex)) {
                        return; // broken, or reset by what the model set off
                    }
                    if (written < 0) {
                        fail("queue " + queueIndex + ": request without room for an answer");
                        return;
                    }
                    half.complete(token, written);
                }
                finish(queueIndex);
            } while (half == queue(queueIndex) && half.enableNotifications());
        }

        @Override
        public void fail(String reason) {
            breakDevice(reason);
        }

        @Override
        public void configChanged() {
            configGeneration = (configGeneration + 1) & 0xff;
            if ((status & VirtioStatus.DRIVER_OK) != 0) {
                raise(InterruptSink.CONFIG, -1);
            }
        }
    }

    /** Takes a device's interrupts. */
    @FunctionalInterface
    public interface InterruptSink {
        /** Cause: a queue has used buffers; bit 0 of the ISR status. */
        int QUEUE = 1;
        /** Cause: the configuration, or the status, has changed; bit 1 of the ISR status. */
        int CONFIG = 2;

        /**
         * Takes one interrupt.
         *
         * @param cause {@link #QUEUE} or {@link #CONFIG}
         * @param queueIndex the queue, or -1 for CONFIG
         */
        void raise(int cause, int queueIndex);

        /** Hears that the device has stored to a queue's ring, interrupt or not; nothing by default. */
        default void published(int queueIndex) {}
    }
}
