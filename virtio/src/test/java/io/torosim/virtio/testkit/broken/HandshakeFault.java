package io.torosim.virtio.testkit.broken;

import io.torosim.virtio.Rule;
import io.torosim.virtio.device.Rig.Way;
import java.util.EnumSet;
import java.util.Set;

/** One mistake of {@link RawDriver}, with the rule that it breaks and where it can be made. */
enum HandshakeFault {
    NO_RESET(Rule.F1, Where.ALL),
    RESET_NOT_AWAITED(Rule.F6, Where.ALL),
    NO_ACKNOWLEDGE(Rule.F1, Where.ALL),
    NO_DRIVER(Rule.F1, Where.ALL),
    FEATURES_BEFORE_DRIVER(Rule.F1, Where.ALL),
    ACKNOWLEDGE_DROPPED(Rule.F2, Where.ALL),
    DRIVER_OK_ALONE(Rule.F2, Where.ALL),
    GOES_ON_AFTER_FAILED(Rule.F2, Where.ALL),
    KICK_AFTER_FAILED(Rule.F2, Where.ALL),
    FEATURES_OK_WITH_DRIVER(Rule.F1, Where.MODERN),
    NO_FEATURES_OK(Rule.F1, Where.MODERN),
    FEATURES_OK_WITH_DRIVER_OK(Rule.F1, Where.MODERN),
    FEATURES_OK_NOT_READ(Rule.F10, Where.MODERN),
    FEATURES_CHANGED(Rule.F11, Where.MODERN),
    LEGACY_FEATURES_LATE(Rule.F1, Where.LEGACY),
    FEATURES_NEVER_READ(Rule.F7, Where.ALL),
    UNOFFERED_FEATURE(Rule.F7, Where.ALL),
    RESERVED_FEATURE(Rule.F12, Where.ALL),
    FEATURE_FROM_64_ON(Rule.F12, Where.MODERN),
    LEGACY_FEATURE(Rule.F12, Where.MODERN),
    NO_VERSION_1(Rule.F13, Where.MODERN),
    FEATURES_OK_ON_LEGACY(Rule.L5, Where.LEGACY),
    HIGH_FEATURES_ON_LEGACY(Rule.L5, Where.LEGACY_MMIO),
    QUEUES_BEFORE_FEATURES_OK(Rule.F1, Where.MODERN),
    QUEUES_BEFORE_DRIVER(Rule.F1, Where.ALL),
    QUEUE_AFTER_DRIVER_OK(Rule.F1, Where.ALL),
    ENABLED_FIRST(Rule.F22, Where.MODERN),
    SIZE_AFTER_ENABLE(Rule.F22, Where.MODERN),
    ADDRESS_AFTER_ENABLE(Rule.F22, Where.MODERN),
    ADDRESS_LEFT_OUT(Rule.F22, Where.MODERN),
    SIZE_LEFT_OUT(Rule.F22, Where.ANY_MMIO),
    ENABLE_CLEARED(Rule.F22, Where.MODERN_PCI),
    SIZE_OF_LEGACY_QUEUE(Rule.L2, Where.LEGACY_PCI),
    SIZE_ABOVE_OFFER(Rule.S3, Where.MODERN),
    SIZE_NO_POWER_OF_TWO(Rule.S3, Where.MODERN),
    PACKED_SIZE_ZERO(Rule.P2, Where.MODERN),
    DESC_MISALIGNED(Rule.S1, Where.MODERN),
    PACKED_DESC_MISALIGNED(Rule.P1, Where.MODERN),
    RING_OUTSIDE_MEMORY(Rule.S2, Where.ALL),
    EARLY_KICK(Rule.F4, Where.ALL),
    KICK_AFTER_RESET(Rule.F4, Where.ALL),
    CONFIG_WRITTEN_EARLY(Rule.F20, Where.MODERN),
    NET_CONFIG_WRITTEN(Rule.NET13, Where.MODERN),
    LEGACY_NET_STATUS_WRITTEN(Rule.NET13, Where.LEGACY),
    WRITEBACK_READ_EARLY(Rule.B13, Where.MODERN),
    WIDE_FIELD_READ_ONCE(Rule.F18, Where.ALL),
    GENERATION_NOT_READ_AFTER(Rule.F18, Where.MODERN),
    HALVES_READ_TWICE_EACH(Rule.F18, Where.LEGACY),
    DATA_MADE_UP(Rule.N17, Where.MODERN),
    DATA_IN_16_BITS(Rule.N17, Where.MODERN),
    DATA_NOT_ASKED_FOR(Rule.N17, Where.ANY_MMIO),
    NUMBER_IN_32_BITS(Rule.N17, Where.MODERN_PCI),
    DATA_OFF_BY_ONE(Rule.N17, Where.MODERN),
    DATA_WRAP_FLIPPED(Rule.N17, Where.MODERN),
    DATA_OF_NO_QUEUE(Rule.N17, Where.MODERN),
    MAGIC_NOT_READ(Rule.F32, Where.ANY_MMIO),
    VERSION_NOT_READ(Rule.F32, Where.ANY_MMIO),
    DEVICE_ID_NOT_READ(Rule.F32, Where.ANY_MMIO),
    DEVICE_ID_READ_FIRST(Rule.F32, Where.ANY_MMIO),
    REGISTER_IN_16_BITS(Rule.F33, Where.ANY_MMIO),
    REGISTER_IN_64_BITS(Rule.F33, Where.MMIO),
    READ_ONLY_WRITTEN(Rule.F33, Where.ANY_MMIO),
    WRITE_ONLY_READ(Rule.F33, Where.ANY_MMIO),
    RESERVED_REGISTER(Rule.F33, Where.ANY_MMIO),
    CONFIG_IN_OTHER_WIDTH(Rule.F33, Where.MODERN),
    STOP_NOT_READ_BACK(Rule.F34, Where.MMIO),
    QUEUE_RESET_NOT_READ_BACK(Rule.F34, Where.MODERN),
    QUEUE_RESET_NOT_ACCEPTED(Rule.F34, Where.MODERN),
    NEVER_ENABLED(Rule.F35, Where.MODERN),
    OTHER_QUEUE_KICKED(Rule.F35, Where.ALL),
    DEVICE_BANK_NOT_SELECTED(Rule.F36, Where.ANY_MMIO),
    DRIVER_BANK_NOT_SELECTED(Rule.F36, Where.ANY_MMIO),
    VECTOR_NOT_READ_BACK(Rule.F37, Where.MODERN_PCI),
    CONFIG_VECTOR_NOT_READ_BACK(Rule.F37, Where.MODERN_PCI),
    VECTOR_OUTSIDE_THE_TABLE(Rule.F37, Where.MODERN_PCI),
    NUMBER_IN_PLACE_OF_NAME(Rule.F39, Where.MODERN_PCI),
    NAME_NOT_READ(Rule.F39, Where.MODERN_PCI);

    /** Sets of transports. */
    private static final class Where {
        static final Set<Way> ALL = EnumSet.allOf(Way.class);
        static final Set<Way> MODERN = EnumSet.of(Way.MODERN_PCI, Way.MMIO);
        static final Set<Way> LEGACY = EnumSet.of(Way.LEGACY_PCI, Way.LEGACY_MMIO);
        static final Set<Way> ANY_MMIO = EnumSet.of(Way.MMIO, Way.LEGACY_MMIO);
        static final Set<Way> MODERN_PCI = EnumSet.of(Way.MODERN_PCI);
        static final Set<Way> MMIO = EnumSet.of(Way.MMIO);
        static final Set<Way> LEGACY_PCI = EnumSet.of(Way.LEGACY_PCI);
        static final Set<Way> LEGACY_MMIO = EnumSet.of(Way.LEGACY_MMIO);
    }

    final Rule rule;
    final Set<Way> ways;

    HandshakeFault(Rule rule, Set<Way> ways) {
        this.rule = rule;
        this.ways = ways;
    }

    /** Returns whether a driver of this device can make the mistake: 1 net, 2 blk, 3 console, 4 entropy. */
    boolean fits(Way way, int deviceId) {
        boolean wide = deviceId == 1 || deviceId == 2;
        boolean device =
                switch (this) {
                    case CONFIG_WRITTEN_EARLY -> deviceId == 2 || deviceId == 3;
                    case NET_CONFIG_WRITTEN, LEGACY_NET_STATUS_WRITTEN -> deviceId == 1;
                    case WRITEBACK_READ_EARLY, HALVES_READ_TWICE_EACH -> deviceId == 2;
                    case WIDE_FIELD_READ_ONCE, GENERATION_NOT_READ_AFTER -> wide;
                    case UNOFFERED_FEATURE -> wide;
                    case CONFIG_IN_OTHER_WIDTH -> deviceId != 4;
                    default -> true;
                };
        return ways.contains(way) && device;
    }

    /** What the ring must be for the mistake: TRUE packed, FALSE split, null either. */
    Boolean packed() {
        return switch (this) {
            case PACKED_SIZE_ZERO, PACKED_DESC_MISALIGNED -> true;
            case SIZE_ABOVE_OFFER, SIZE_NO_POWER_OF_TWO, DESC_MISALIGNED, RING_OUTSIDE_MEMORY -> false;
            default -> null;
        };
    }

    /** Whether NOTIF_CONFIG_DATA must have been accepted; elsewhere it must not. */
    boolean named() {
        return this == NUMBER_IN_PLACE_OF_NAME || this == NAME_NOT_READ;
    }

    /** Whether RING_RESET must have been accepted, or must not; null: either. */
    Boolean ringReset() {
        return this == QUEUE_RESET_NOT_READ_BACK
                ? Boolean.TRUE
                : this == QUEUE_RESET_NOT_ACCEPTED ? Boolean.FALSE : null;
    }

    /** Whether NOTIFICATION_DATA must have been accepted, or must not; null: either. */
    Boolean notificationData() {
        if (this == NUMBER_IN_32_BITS || this == NEVER_ENABLED || this == OTHER_QUEUE_KICKED) {
            return false;
        }
        return name().startsWith("DATA_") ? Boolean.valueOf(this != DATA_NOT_ASKED_FOR) : null;
    }
}
