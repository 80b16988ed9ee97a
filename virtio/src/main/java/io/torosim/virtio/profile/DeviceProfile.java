package io.torosim.virtio.profile;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.RingDeviation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How a device behaves in one place: what it offers, where it leaves the specification, when it looks at a
 * notification.
 *
 * <p>{@link io.torosim.virtio.device.VirtioDevice VirtioDevice} asks it what to offer and when to look, its queues which {@link RingDeviation} they
 * have; {@link ProfileMatrix} is what one thing gave under each of several.
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

    /** Where real devices leave the specification, or choose within it, outside the ring itself; measured on QEMU 7.2.22. */
    public enum DeviceDeviation {
        /**
         * A notification before DRIVER_OK is served by disk and console (section 3.1.1 forbids it for modern devices); card and
         * entropy device look at DRIVER_OK themselves.
         */
        SERVES_BEFORE_DRIVER_OK,
        /** FEATURES_OK stays set although VERSION_1 was not accepted. */
        FEATURES_OK_WITHOUT_VERSION_1,
        /** FEATURES_OK stays set although features were accepted that were not offered; the device goes on without them. */
        UNOFFERED_FEATURES_ACCEPTED,
        /** FEATURES_OK stays set although a feature was accepted without one that it needs. */
        PREREQUISITES_UNCHECKED,
        /**
         * The legacy interface of PCI offers what is legacy only, and bit 30; the modern interface offers neither. Over legacy
         * MMIO a disk offers SCSI and not ANY_LAYOUT.
         */
        FEATURES_BY_INTERFACE,
        /** Status bits can be taken away, and the driver can set and clear DEVICE_NEEDS_RESET. */
        STATUS_AS_WRITTEN,
        /** Page frame number 0 resets the whole legacy PCI device, not one queue. */
        PFN_ZERO_RESETS,
        /** A configuration interrupt sets the queue bit too: interrupt status 3 (virtio_notify_config). */
        CONFIG_SETS_QUEUE_BIT,
        /** The configuration generation goes on with a device that breaks, and is not set back by a reset. */
        GENERATION_SURVIVES_RESET,
        /** Reads that reach beyond the configuration space give ones in every byte; writes there are ignored whole. */
        CONFIG_ENDS_IN_ONES,
        /** A split queue size that is no power of two is accepted. */
        ANY_QUEUE_SIZE,
        /** A queue size above the one offered is accepted, up to 1024; QueueNumMax of MMIO is 1024 for every queue. */
        SIZE_ABOVE_OFFER,
        /** Queues have sizes by device: entropy 8, console 128 and for control 32, control queue of the card 64. */
        QUEUE_SIZES_BY_DEVICE,
        /** virtio-net leaves {@code num_buffers} unwritten without MRG_RXBUF (hw/net/virtio-net.c). */
        NUM_BUFFERS_UNWRITTEN,
        /**
         * Received frames wait for buffers, up to 10,000 of them, instead of being dropped; while there are buffers the receive
         * queue asks for no notifications.
         */
        FRAMES_WAIT_FOR_BUFFERS,
        /** A transmitted buffer without a frame behind its header breaks the device. */
        EMPTY_FRAME_BREAKS,
        /** The entropy device never asks for no notifications, and never writes the event area of a packed ring. */
        ENTROPY_NEVER_MUTES,
        /**
         * A console is the first port of a bus of 31 (virtio-serial): MULTIPORT and EMERG_WRITE, no SIZE, 64 queues, transmit
         * queues that never ask for no notifications, names with a zero at their end.
         */
        CONSOLE_AS_SERIAL_BUS,
        /** The card always has a control queue, and answers commands whose feature was not negotiated. */
        UNNEGOTIATED_COMMANDS_SERVED,
        /** virtio-blk reports all writable bytes of every request as written (virtio_blk_req_complete). */
        ALL_WRITABLE_REPORTED,
        /** GET_ID writes the name and its zero, cut to the room there is, and never fails. */
        GET_ID_CUT,
        /** Bit 0 of a request type is a direction and bit 31 nothing: 5 is FLUSH, 9 GET_ID; 10 and 12 are unknown. */
        TYPE_BITS_IGNORED,
        /** FLUSH, DISCARD and WRITE_ZEROES are served though not negotiated. */
        UNNEGOTIATED_REQUESTS_SERVED,
        /**
         * DISCARD and WRITE_ZEROES take one range of up to 4,194,303 sectors: two are UNSUPP, less than one breaks the device; a
         * bad range is found before a bad flag.
         */
        ONE_RANGE,
        /** On a read-only disk DISCARD succeeds, and WRITE_ZEROES of no sector. */
        DISCARD_ON_READ_ONLY,
        /** Requests of types 2 and 3 (SCSI) fail with IOERR; with elements enough for a command, UNSUPP and a word of 255. */
        SCSI_ANSWERED,
        /** Reads, and writes, that came together are finished in the order of their sectors; what fails at once overtakes them. */
        BATCH_SORTED,
        /** Without CONFIG_WCE {@code writeback} can be switched all the same, and any write to the configuration writes it too. */
        WRITEBACK_ALWAYS_WRITABLE,
        /** The legacy interface takes any layout of a request, negotiated or not. */
        ANY_LAYOUT_ALWAYS
    }

    /**
     * Runs one driver test against every profile and says on which the driver depends.
     *
     * @param outcomes what came out on each profile, in the order of the profiles
     */
    public record ProfileMatrix(Map<DeviceProfile, String> outcomes) {
        /** Keeps the order. */
        public ProfileMatrix {
            outcomes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
        }

        /**
         * Runs a test on all profiles.
         *
         * @param test returns what the driver saw, in words that do not name the profile; an exception counts as its message
         */
        public static ProfileMatrix run(List<DeviceProfile> profiles, Function<DeviceProfile, String> test) {
            Map<DeviceProfile, String> outcomes = new LinkedHashMap<>();
            for (DeviceProfile profile : profiles) {
                String outcome;
                try {
                    outcome = test.apply(profile);
                } catch (RuntimeException e) {
                    outcome = "failed: " + e.getMessage();
                }
                outcomes.put(profile, outcome);
            }
            return new ProfileMatrix(outcomes);
        }

        /** Returns whether all profiles gave the same outcome. */
        public boolean independent() {
            return outcomes.values().stream().distinct().count() <= 1;
        }

        /** Returns a line for each outcome with the profiles that gave it. */
        public String report() {
            Map<String, List<String>> byOutcome = new TreeMap<>();
            outcomes.forEach((profile, outcome) -> byOutcome
                    .computeIfAbsent(outcome, o -> new java.util.ArrayList<>())
                    .add(profile.name()));
            if (independent()) {
                return "same on all profiles: " + byOutcome.keySet().iterator().next();
            }
            StringBuilder out = new StringBuilder("depends on the profile\n");
            byOutcome.forEach((outcome, names) ->
                    out.append("  ").append(names).append(": ").append(outcome).append('\n'));
            return out.toString();
        }
    }
}
