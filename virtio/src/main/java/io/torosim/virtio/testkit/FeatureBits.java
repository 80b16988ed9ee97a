package io.torosim.virtio.testkit;

import io.torosim.virtio.VirtioFeatures;

/** Which feature bits mean something to a driver, and which need others (virtio 1.2 chapters 5 and 6). */
final class FeatureBits {
    static final int NET = 1;
    static final int BLK = 2;

    private static final int CONSOLE = 3;
    private static final int ENTROPY = 4;
    private static final long DEVICE_BITS = (1L << 24) - 1 | -1L << 50;
    /** Bit 33 ACCESS_PLATFORM, 36 ORDER_PLATFORM. */
    private static final long MODERN = VirtioFeatures.INDIRECT_DESC
            | VirtioFeatures.EVENT_IDX
            | VirtioFeatures.VERSION_1
            | VirtioFeatures.RING_PACKED
            | VirtioFeatures.IN_ORDER
            | VirtioFeatures.NOTIFICATION_DATA
            | VirtioFeatures.RING_RESET
            | 1L << 33
            | 1L << 36
            | VirtioFeatures.NOTIF_CONFIG_DATA;

    private static final long SR_IOV = 1L << 37;
    private static final long LEGACY = VirtioFeatures.NOTIFY_ON_EMPTY
            | VirtioFeatures.ANY_LAYOUT
            | VirtioFeatures.INDIRECT_DESC
            | VirtioFeatures.EVENT_IDX; // bit 30 is there for drivers that accept what they do not know

    // feature bit, then the bits of which it needs one (section 5.1.3.1)
    private static final int[][] NET_NEEDS = {
        {7, 1},
        {8, 1},
        {9, 7, 8},
        {10, 1},
        {11, 0},
        {12, 0},
        {13, 11, 12},
        {14, 0},
        {18, 17},
        {19, 17},
        {21, 17},
        {22, 17},
        {23, 17},
        {53, 17},
        {54, 1},
        {55, 1},
        {56, 0},
        {60, 17},
        {61, 11, 12}
    };

    private FeatureBits() {}

    /** Returns the bits that a driver of this device may know on this transport. */
    static long known(int deviceId, boolean legacy, boolean pci) {
        long ring = legacy ? LEGACY : MODERN | (pci ? SR_IOV : 0);
        return ring | device(deviceId, legacy);
    }

    private static long device(int deviceId, boolean legacy) {
        long old = legacy ? 1 : 0;
        long bits =
                switch (deviceId) {
                    case NET -> 0xff_ffafL | old << 6 | 0b1111_1011_1111_01L << 50;
                    case BLK -> 0x3_fe76L | old | old << 7;
                    case CONSOLE -> 7;
                    case ENTROPY -> 0;
                    default -> DEVICE_BITS; // a type that is not known here
                };
        return legacy ? bits & 0xff_ffffL : bits;
    }

    /** Returns the features accepted without one that they need; for network devices only, others have none. */
    static long withoutPrerequisite(int deviceId, long accepted) {
        long bad = 0;
        for (int[] need : deviceId == NET ? NET_NEEDS : new int[0][]) {
            boolean met = (accepted >>> need[0] & 1) == 0;
            for (int i = 1; i < need.length; i++) {
                met |= (accepted >>> need[i] & 1) != 0;
            }
            bad |= met ? 0 : 1L << need[0];
        }
        return bad;
    }
}
