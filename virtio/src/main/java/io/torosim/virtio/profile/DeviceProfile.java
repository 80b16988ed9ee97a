package io.torosim.virtio.profile;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.RingDeviation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a device behaves in one place: what it offers, where it leaves the specification, when it looks at a
 * notification.
 *
 * @param name a short name
 * @param featureMask features that may be offered; the device's own and the ring's
 * @param legacyInterface whether the legacy interface is there
 * @param modernInterface whether the modern interface is there
 * @param synchronousKick whether a notification is served before the access that sent it ends; else later, by another
 *     thread of the host (ioeventfd)
 * @param queueSizeMax largest queue size offered
 * @param ringDeviations deviations in reading rings
 * @param deviations other deviations
 */
public record DeviceProfile(
        String name,
        long featureMask,
        boolean legacyInterface,
        boolean modernInterface,
        boolean synchronousKick,
        int queueSizeMax,
        Set<RingDeviation> ringDeviations,
        Set<DeviceDeviation> deviations) {
    private static final long LEGACY_BITS = 0xffff_ffffL;
    private static final int NET = 1;
    private static final int CONSOLE = 3;
    private static final int ENTROPY = 4;
    private static final int LARGEST_QUEUE = 1024; // VIRTQUEUE_MAX_SIZE of QEMU

    /** Copies the sets, in the order of their enums. */
    public DeviceProfile {
        ringDeviations = Collections.unmodifiableSet(
                ringDeviations.isEmpty() ? EnumSet.noneOf(RingDeviation.class) : EnumSet.copyOf(ringDeviations));
        deviations = Collections.unmodifiableSet(
                deviations.isEmpty() ? EnumSet.noneOf(DeviceDeviation.class) : EnumSet.copyOf(deviations));
    }

    /** The specification to the letter, with every feature. */
    public static final DeviceProfile STRICT = new DeviceProfile(
            "strict",
            -1L,
            true,
            true,
            true,
            256,
            EnumSet.noneOf(RingDeviation.class),
            EnumSet.noneOf(DeviceDeviation.class));

    /**
     * A transitional device of QEMU 7.2 with {@code ioeventfd=off}: scripts of random requests show no difference to a real
     * one (docs/qemu.md). No IN_ORDER, no NOTIFICATION_DATA, and packed rings only where asked for: {@link
     * #QEMU_7_2_PACKED}.
     */
    public static final DeviceProfile QEMU_7_2 = new DeviceProfile(
            "qemu-7.2",
            ~(VirtioFeatures.IN_ORDER | VirtioFeatures.NOTIFICATION_DATA | VirtioFeatures.RING_PACKED),
            true,
            true,
            true,
            256,
            EnumSet.allOf(RingDeviation.class),
            EnumSet.allOf(DeviceDeviation.class));

    /** {@link #QEMU_7_2} with {@code packed=on}. */
    public static final DeviceProfile QEMU_7_2_PACKED =
            QEMU_7_2.with("qemu-7.2-packed", QEMU_7_2.featureMask() | VirtioFeatures.RING_PACKED);

    /** An old device: the legacy interface and the first 32 feature bits. */
    public static final DeviceProfile LEGACY_ONLY = new DeviceProfile(
            "legacy-only",
            LEGACY_BITS & ~VirtioFeatures.EVENT_IDX,
            true,
            false,
            true,
            256,
            EnumSet.noneOf(RingDeviation.class),
            EnumSet.noneOf(DeviceDeviation.class));

    /** A modern device that offers nothing optional, with small queues. */
    public static final DeviceProfile MINIMAL = new DeviceProfile(
            "minimal",
            VirtioFeatures.VERSION_1,
            false,
            true,
            true,
            16,
            EnumSet.noneOf(RingDeviation.class),
            EnumSet.noneOf(DeviceDeviation.class));

    /** KVM with ioeventfd: the notification returns at once and is served later. */
    public static final DeviceProfile KVM_IOEVENTFD = new DeviceProfile(
            "kvm-ioeventfd",
            ~(VirtioFeatures.IN_ORDER | VirtioFeatures.NOTIFICATION_DATA),
            true,
            true,
            false,
            256,
            EnumSet.noneOf(RingDeviation.class),
            EnumSet.noneOf(DeviceDeviation.class));

    /** Returns all profiles, the strict one first. */
    public static List<DeviceProfile> all() {
        return List.of(STRICT, QEMU_7_2, QEMU_7_2_PACKED, LEGACY_ONLY, MINIMAL, KVM_IOEVENTFD);
    }

    /** Returns this profile under another name with other features to offer. */
    public DeviceProfile with(String newName, long newFeatureMask) {
        return new DeviceProfile(
                newName,
                newFeatureMask,
                legacyInterface,
                modernInterface,
                synchronousKick,
                queueSizeMax,
                ringDeviations,
                deviations);
    }

    /** Returns this profile under another name with another largest queue size. */
    public DeviceProfile with(String newName, int newQueueSizeMax) {
        return new DeviceProfile(
                newName,
                featureMask,
                legacyInterface,
                modernInterface,
                synchronousKick,
                newQueueSizeMax,
                ringDeviations,
                deviations);
    }

    /**
     * Returns the size that a queue is offered with.
     *
     * @param deviceId type of the device
     * @param queueIndex its number, below {@code queueCount}
     * @param queueCount how many queues the device has
     */
    public int queueSize(int deviceId, int queueIndex, int queueCount) {
        if (!deviates(DeviceDeviation.QUEUE_SIZES_BY_DEVICE)) {
            return queueSizeMax;
        }
        return switch (deviceId) {
            case NET -> queueCount > 2 && queueIndex == queueCount - 1 ? 64 : queueSizeMax;
            case CONSOLE -> queueIndex == 2 || queueIndex == 3 ? 32 : 128;
            case ENTROPY -> 8;
            default -> queueSizeMax;
        };
    }

    /** Returns the largest size that is taken for a queue that is offered with {@code size}. */
    public int largestSize(int size) {
        return deviates(DeviceDeviation.SIZE_ABOVE_OFFER) ? LARGEST_QUEUE : size;
    }

    /** Returns whether a deviation is among this profile's. */
    public boolean deviates(DeviceDeviation deviation) {
        return deviations.contains(deviation);
    }

    @Override
    public String toString() {
        return name;
    }
}
