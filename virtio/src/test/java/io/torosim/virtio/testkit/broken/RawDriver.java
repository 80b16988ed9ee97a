package io.torosim.virtio.testkit.broken;

import static io.torosim.virtio.testkit.broken.HandshakeFault.*;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.Rig.Way;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.Random;

/**
 * A driver that goes to the registers itself, by numbers from the specification and not through our transports, and can
 * be told to make one mistake. What the specification leaves open is drawn at random: two lives, bits that come together,
 * a queue size that is left as it is.
 */
final class RawDriver {
    private enum Reg {
        STATUS,
        DEVICE_BANK,
        OFFERED,
        DRIVER_BANK,
        ACCEPTED,
        QUEUE,
        SIZE_MAX,
        SIZE,
        ENABLE,
        DESC,
        DRIVER,
        DEVICE,
        GENERATION,
        PFN,
        ALIGN,
        PAGE_SIZE,
        RESET
    }

    private static final int[][] OFFSETS = {
        // status, bank, offered, bank, accepted, queue, max, size, enable, desc, driver, device, gen., pfn, align,
        // page, reset
        {18, -1, 0, -1, 4, 14, 12, 12, -1, -1, -1, -1, -1, 8, -1, -1, -1},
        {20, 0, 4, 8, 12, 22, 24, 24, 28, 32, 40, 48, 21, -1, -1, -1, 58},
        {0x70, 0x14, 0x10, 0x24, 0x20, 0x30, 0x34, 0x38, -1, -1, -1, -1, -1, 0x40, 0x3c, 0x28, -1},
        {0x70, 0x14, 0x10, 0x24, 0x20, 0x30, 0x34, 0x38, 0x44, 0x80, 0x90, 0xa0, 0xfc, -1, -1, -1, 0xc0}
    };
    private static final int[] PCI_WIDTHS = {1, 4, 4, 4, 4, 2, 2, 2, 2, 4, 4, 4, 1, 4, 4, 4, 2};
    private static final int ACK = VirtioStatus.ACKNOWLEDGE;
    private static final int DRV = VirtioStatus.DRIVER;
    private static final int FOK = VirtioStatus.FEATURES_OK;
    private static final int OK = VirtioStatus.DRIVER_OK;
    private static final long RING_AT = 0x20000;
    private static final long BUFFERS_AT = 0x30000;

    /** What it needs. */
    static final int MEMORY_BYTES = 0x40000;

    private final Way way;
    private final RegisterSpace space;
    private final GuestMemory memory;
    private final int deviceId;
    private final HandshakeFault fault;
    private final Random random;
    private final boolean legacy;
    private final boolean pci;
    private int written; // status bits
    private long accepted;
    private QueueLayout layout;
    private DriverQueue queue;
    private boolean wasReset;
    private int name; // of the queue in notifications

    RawDriver(Way way, RegisterSpace space, GuestMemory memory, int deviceId, HandshakeFault fault, Random random) {
        this.way = way;
        this.space = space;
        this.memory = memory;
        this.deviceId = deviceId;
        this.fault = fault;
        this.random = random;
        this.legacy = way == Way.LEGACY_PCI || way == Way.LEGACY_MMIO;
        this.pci = way == Way.LEGACY_PCI || way == Way.MODERN_PCI;
    }

    private int width(Reg reg) {
        return pci ? PCI_WIDTHS[reg.ordinal()] : 4;
    }

    private int offset(Reg reg) {
        return OFFSETS[way.ordinal()][reg.ordinal()];
    }

    private long read(Reg reg) {
        return space.read(offset(reg), width(reg));
    }

    private void write(Reg reg, long value) {
        space.write(offset(reg), width(reg), value);
    }

    private boolean is(HandshakeFault other) {
        return fault == other;
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private void status(int bits) {
        written = bits;
        write(Reg.STATUS, bits);
    }

    private void reset() {
        status(0);
        if (!is(RESET_NOT_AWAITED)) {
            while (read(Reg.STATUS) != 0) {}
        }
    }

    /** Brings the device up, uses it a little and stops. */
    void run() {
        if (!pci) {
            identify();
        }
        if (!is(NO_RESET)) {
            reset();
            for (int i = random.nextInt(3); i > 0; i--) {
                reset();
            }
        }
        if (way == Way.LEGACY_MMIO) {
            write(Reg.PAGE_SIZE, 4096);
        }
        if (is(QUEUES_BEFORE_DRIVER)) {
            long features = legacy ? 0 : VirtioFeatures.VERSION_1;
            setUpQueue(features);
        }
        if (is(FEATURES_BEFORE_DRIVER)) {
            accept(legacy ? 0 : VirtioFeatures.VERSION_1);
        }
        acknowledge();
        readConfig(true);
        long features = choose();
        accept(features);
        if (maybe()) {
            accept(features); // again, the same: nothing changes
        }
        if (is(QUEUES_BEFORE_FEATURES_OK)) {
            setUpQueue(features);
        }
        if (!agree()) {
            return;
        }
        configAfterFeaturesOk();
        readConfig(false);
        boolean late = is(QUEUE_AFTER_DRIVER_OK);
        if (!late && !is(QUEUES_BEFORE_FEATURES_OK) && !is(QUEUES_BEFORE_DRIVER)) {
            setUpQueue(features);
        }
        if (is(LEGACY_FEATURES_LATE)) {
            accept(accepted ^ VirtioFeatures.EVENT_IDX);
        }
        if (is(EARLY_KICK)) {
            kick();
        }
        if (is(GOES_ON_AFTER_FAILED) || is(KICK_AFTER_FAILED)) {
            if (is(KICK_AFTER_FAILED)) {
                status(written | OK);
            }
            status(written | VirtioStatus.FAILED);
        }
        if (!is(KICK_AFTER_FAILED)) {
            status(is(DRIVER_OK_ALONE) ? OK : is(FEATURES_OK_WITH_DRIVER_OK) ? written | OK | FOK : written | OK);
        }
        if (late) {
            setUpQueue(features);
        }
        use();
        if (is(KICK_AFTER_RESET)) {
            reset();
            kick();
        } else if (maybe() && fault == null) {
            status(written | VirtioStatus.FAILED);
            run();
        }
    }

    private void identify() {
        if (is(DEVICE_ID_READ_FIRST)) {
            space.read(8, 4);
        }
        if (!is(MAGIC_NOT_READ)) {
            space.read(0, 4);
        }
        if (!is(VERSION_NOT_READ)) {
            space.read(4, 4);
        }
        if (!is(DEVICE_ID_NOT_READ)) {
            space.read(8, 4);
        }
        if (maybe()) {
            space.read(12, 4); // the vendor is nobody's business, and anybody's
        }
    }

    /** Accesses of another shape than the table of registers has them, which our devices pass over. */
    private void accessWrongly() {
        if (is(REGISTER_IN_16_BITS)) {
            if (maybe()) {
                space.write(offset(Reg.QUEUE), maybe() ? 2 : 1, 0);
            } else {
                space.read(offset(Reg.SIZE_MAX) + (maybe() ? 2 : 0), 2);
            }
        } else if (is(REGISTER_IN_64_BITS)) {
            space.write(offset(Reg.DESC), 8, RING_AT);
        } else if (is(READ_ONLY_WRITTEN)) {
            space.write(maybe() ? 0 : offset(Reg.SIZE_MAX), 4, 1);
        } else if (is(WRITE_ONLY_READ)) {
            space.read(maybe() ? offset(Reg.QUEUE) : 0x50, 4);
        } else if (is(RESERVED_REGISTER)) {
            if (maybe()) {
                space.read(0x18, 4);
            } else {
                space.write(0x2c, 4, 0);
            }
        } else if (is(CONFIG_IN_OTHER_WIDTH)) {
            space.read(configAt() + (deviceId == 1 ? 6 : deviceId == 2 ? 20 : 0), deviceId == 3 ? 4 : maybe() ? 1 : 8);
        }
    }

    private void acknowledge() {
        if (is(NO_ACKNOWLEDGE)) {
            status(DRV);
        } else if (is(NO_DRIVER)) {
            status(ACK);
        } else if (is(ACKNOWLEDGE_DROPPED)) {
            status(ACK);
            status(DRV);
        } else if (is(FEATURES_OK_WITH_DRIVER)) {
            status(ACK);
        } else {
            if (maybe()) {
                status(ACK);
            }
            status(ACK | DRV);
        }
    }

    private long choose() {
        long offered = 0;
        if (!is(FEATURES_NEVER_READ)) {
            if (legacy && way == Way.LEGACY_PCI) {
                offered = read(Reg.OFFERED) & 0xffff_ffffL;
            } else {
                if (!is(DEVICE_BANK_NOT_SELECTED)) {
                    write(Reg.DEVICE_BANK, 0);
                }
                offered = read(Reg.OFFERED) & 0xffff_ffffL;
                write(Reg.DEVICE_BANK, 1);
                offered |= legacy ? 0 : read(Reg.OFFERED) << 32;
            }
        }
        long wanted = VirtioFeatures.EVENT_IDX;
        if (!legacy) {
            wanted |= pick(fault == null ? null : fault.packed(), VirtioFeatures.RING_PACKED);
            wanted |= pick(fault == null ? null : fault.notificationData(), VirtioFeatures.NOTIFICATION_DATA);
            wanted |= pick(fault == null ? null : fault.ringReset(), VirtioFeatures.RING_RESET)
                    | pick(null, VirtioFeatures.INDIRECT_DESC);
            wanted |= way == Way.MODERN_PCI
                    ? pick(fault == null ? null : Boolean.valueOf(fault.named()), VirtioFeatures.NOTIF_CONFIG_DATA)
                    : 0;
        }
        long features = offered & wanted | (legacy ? 0 : VirtioFeatures.VERSION_1);
        if (fault == null) {
            return features;
        }
        return switch (fault) {
            case FEATURES_NEVER_READ -> features | VirtioFeatures.EVENT_IDX;
            case UNOFFERED_FEATURE -> features | (deviceId == 1 ? 1 : 1 << 12); // CSUM, MQ
            case RESERVED_FEATURE -> features | (legacy ? 1L << 31 : 1L << 41 + random.nextInt(9));
            case LEGACY_FEATURE -> features | (maybe() ? VirtioFeatures.ANY_LAYOUT : VirtioFeatures.NOTIFY_ON_EMPTY);
            case NO_VERSION_1 -> features & ~VirtioFeatures.VERSION_1;
            default -> features;
        };
    }

    private long pick(Boolean must, long bit) {
        return (must == null ? maybe() : must) ? bit : 0;
    }

    private void accept(long features) {
        accepted = features;
        if (way == Way.LEGACY_PCI) {
            write(Reg.ACCEPTED, features);
            return;
        }
        if (!is(DRIVER_BANK_NOT_SELECTED)) {
            write(Reg.DRIVER_BANK, 0);
        }
        write(Reg.ACCEPTED, features & 0xffff_ffffL);
        if (!legacy || is(HIGH_FEATURES_ON_LEGACY)) {
            write(Reg.DRIVER_BANK, 1);
            write(Reg.ACCEPTED, legacy ? 1 : features >>> 32);
        }
        if (is(FEATURE_FROM_64_ON)) {
            write(Reg.DRIVER_BANK, 2);
            write(Reg.ACCEPTED, 1);
        }
    }

    /** FEATURES_OK as the interface has it; returns false where the device refuses and the driver gives up. */
    private boolean agree() {
        if (legacy ? is(FEATURES_OK_ON_LEGACY) : !is(NO_FEATURES_OK) && !is(FEATURES_OK_WITH_DRIVER_OK)) {
            status(written | FOK | (is(FEATURES_OK_WITH_DRIVER) ? DRV : 0));
            if (!is(FEATURES_OK_NOT_READ) && (read(Reg.STATUS) & FOK) == 0) {
                status((int) read(Reg.STATUS) | VirtioStatus.FAILED);
                return false;
            }
        }
        return true;
    }

    private int configAt() {
        return pci ? legacy ? 20 : 0x2000 : 0x100;
    }

    private void readConfig(boolean early) {
        boolean agreed = !early && !is(NO_FEATURES_OK) && !is(FEATURES_OK_WITH_DRIVER_OK);
        if (deviceId == 2 && (is(WRITEBACK_READ_EARLY) ? early : agreed && maybe())) {
            space.read(configAt() + 32, 1);
        }
        if (early && is(CONFIG_WRITTEN_EARLY)) {
            space.write(configAt() + (deviceId == 2 ? 32 : 8), deviceId == 2 ? 1 : 4, 1);
        }
        if (deviceId > 2 || early && (fault != null || maybe())) {
            return;
        }
        if (is(WIDE_FIELD_READ_ONCE)) {
            if (!legacy && random.nextBoolean()) {
                read(Reg.GENERATION);
                readWide(0, 4);
                read(Reg.GENERATION);
                readWide(4, deviceId == 1 ? 6 : 8); // not between two generations
                return;
            }
            readWide();
        } else if (is(HALVES_READ_TWICE_EACH)) {
            for (int i = 0; i < 4; i++) {
                space.read(configAt() + i / 2 * 4, 4);
            }
        } else if (is(GENERATION_NOT_READ_AFTER)) {
            read(Reg.GENERATION);
            readWide();
        } else if (legacy) {
            readWide();
            readWide();
        } else {
            read(Reg.GENERATION);
            readWide();
            read(Reg.GENERATION);
        }
    }

    private void readWide() {
        readWide(0, deviceId == 1 ? 6 : 8);
    }

    private void readWide(int from, int to) {
        int width = deviceId == 1 ? 1 : 4;
        for (int at = from; at < to; at += width) {
            space.read(configAt() + at, width);
        }
    }

    private void configAfterFeaturesOk() {
        if (is(NET_CONFIG_WRITTEN) || is(LEGACY_NET_STATUS_WRITTEN)) {
            space.write(configAt() + 6, 2, 1);
        }
        if (!legacy && deviceId == 2 && maybe() && !is(NO_FEATURES_OK) && !is(FEATURES_OK_WITH_DRIVER_OK)) {
            space.write(configAt() + 32, 1, 1);
        }
        if (legacy && deviceId == 1 && maybe()) {
            space.write(configAt(), 1, 2); // the legacy interface has the address writable
        }
        if (is(FEATURES_CHANGED)) {
            accept(accepted ^ VirtioFeatures.EVENT_IDX);
        }
    }

    private void mapVectors() {
        boolean right = fault == null && maybe();
        if (right || is(VECTOR_NOT_READ_BACK) || is(VECTOR_OUTSIDE_THE_TABLE)) {
            space.write(26, 2, is(VECTOR_OUTSIDE_THE_TABLE) ? 4 + random.nextInt(0x800) : random.nextInt(4));
        }
        if (right || is(VECTOR_OUTSIDE_THE_TABLE)) {
            space.read(26, 2);
        }
        if (right || is(CONFIG_VECTOR_NOT_READ_BACK)) {
            space.write(16, 2, 3);
        }
        if (right) {
            space.read(16, 2);
            space.write(26, 2, 0xffff); // and none again, which cannot fail
        }
    }

    private void setUpQueue(long features) {
        accessWrongly();
        write(Reg.QUEUE, 0);
        if (way == Way.MODERN_PCI) {
            mapVectors();
            name = is(NAME_NOT_READ) || (features & VirtioFeatures.NOTIF_CONFIG_DATA) == 0
                    ? 0x700
                    : (int) space.read(56, 2);
        }
        int max = (int) read(Reg.SIZE_MAX);
        boolean packed = (features & VirtioFeatures.RING_PACKED) != 0;
        if (legacy) {
            setUpLegacyQueue(max);
            return;
        }
        boolean leftAsItIs = pci && maybe() && fault == null;
        int size = leftAsItIs ? max : packed ? 1 + random.nextInt(max) : 1 << random.nextInt(9);
        layout = packed ? QueueLayout.packed(RING_AT, size) : QueueLayout.split(RING_AT, size);
        if (is(ENABLED_FIRST)) {
            write(Reg.ENABLE, 1);
        }
        if (!leftAsItIs && !is(SIZE_LEFT_OUT)) {
            write(
                    Reg.SIZE,
                    is(SIZE_ABOVE_OFFER) ? 2 * max : is(SIZE_NO_POWER_OF_TWO) ? 5 : is(PACKED_SIZE_ZERO) ? 0 : size);
        }
        boolean askew = is(DESC_MISALIGNED) || is(PACKED_DESC_MISALIGNED);
        address(Reg.DESC, layout.descAddr() + (askew ? 8 : is(RING_OUTSIDE_MEMORY) ? 1L << 40 : 0));
        if (!is(ADDRESS_LEFT_OUT)) {
            address(Reg.DRIVER, layout.driverAddr());
        }
        address(Reg.DEVICE, layout.deviceAddr());
        queue = DriverQueue.create(memory, layout, features);
        if (!is(NEVER_ENABLED)) {
            write(Reg.ENABLE, 1);
        }
        if (is(ADDRESS_AFTER_ENABLE)) {
            address(Reg.DEVICE, layout.deviceAddr());
        }
        if (is(SIZE_AFTER_ENABLE)) {
            write(Reg.SIZE, size);
        }
        if (is(ENABLE_CLEARED)) {
            write(Reg.ENABLE, 0);
        }
        if (is(STOP_NOT_READ_BACK)) {
            write(Reg.ENABLE, 0);
            write(Reg.ENABLE, 1);
        }
        boolean resets = is(QUEUE_RESET_NOT_READ_BACK) || is(QUEUE_RESET_NOT_ACCEPTED);
        if ((features & VirtioFeatures.RING_RESET) != 0 && fault == null && maybe() || resets && !wasReset) {
            wasReset = true;
            write(Reg.RESET, 1);
            while (!is(QUEUE_RESET_NOT_READ_BACK) && read(Reg.RESET) != 0) {}
            if (!is(QUEUE_RESET_NOT_ACCEPTED)) {
                setUpQueue(features);
                return;
            }
        }
        if (!pci && maybe() && fault == null) { // section 4.2.2.2: MMIO may stop a queue and start it again
            write(Reg.ENABLE, 0);
            read(Reg.ENABLE);
            write(Reg.ENABLE, 1);
        }
    }

    private void address(Reg reg, long address) {
        if (pci && random.nextInt(4) == 0) {
            space.write(offset(reg), 8, address);
            return;
        }
        write(reg, address & 0xffff_ffffL);
        space.write(offset(reg) + 4, 4, address >>> 32);
    }

    private void setUpLegacyQueue(int max) {
        layout = QueueLayout.legacy(RING_AT, max);
        queue = DriverQueue.create(memory, layout, accepted);
        if (is(SIZE_OF_LEGACY_QUEUE)) {
            write(Reg.SIZE, 8);
        }
        if (way == Way.LEGACY_MMIO) {
            if (!is(SIZE_LEFT_OUT)) {
                write(Reg.SIZE, max);
            }
            write(Reg.ALIGN, 4096);
        }
        write(Reg.PFN, (is(RING_OUTSIDE_MEMORY) ? 0x7fff_f000L << 12 : RING_AT) / 4096);
    }

    /** Makes buffers available and says so. The entropy device answers; to others nothing is offered. */
    private void use() {
        if (fault != null && fault.notificationData() == null) {
            kick();
            return;
        }
        BufferChain chain = new BufferChain();
        UsedBuffer used = new UsedBuffer();
        for (int round = random.nextInt(40); round >= 0; round--) {
            for (int i = random.nextInt(3); i >= 0 && deviceId == 4; i--) {
                chain.clear();
                for (int e = 1 + random.nextInt(2); e > 0; e--) {
                    chain.addWritable(BUFFERS_AT + 64L * e, 1 + random.nextInt(9));
                }
                if (chain.count() <= queue.freeDescriptors()) {
                    queue.add(chain);
                }
            }
            queue.publish();
            queue.notificationNeeded();
            kick();
            while (queue.poll(used)) {}
        }
    }

    private void kick() {
        boolean data = (accepted & VirtioFeatures.NOTIFICATION_DATA) != 0;
        int at = pci ? legacy ? 16 : 0x3000 : 0x50;
        int queueName = (accepted & VirtioFeatures.NOTIF_CONFIG_DATA) == 0 || is(NUMBER_IN_PLACE_OF_NAME) ? 0 : name;
        if (is(OTHER_QUEUE_KICKED)) {
            space.write(at, pci ? 2 : 4, 1 + random.nextInt(3));
        } else if (is(DATA_NOT_ASKED_FOR)) {
            space.write(at, 4, 0x8000_0000L);
        } else if (!data || is(DATA_IN_16_BITS)) {
            space.write(at, is(NUMBER_IN_32_BITS) ? 4 : pci || data ? 2 : 4, queueName);
        } else {
            int next = queue == null ? 0 : queue.nextAvailable();
            if (is(DATA_OFF_BY_ONE)) {
                next = next & 0x8000 | (next & 0x7fff) + 1;
            } else if (is(DATA_WRAP_FLIPPED)) {
                next ^= 0x8000;
            } else if (is(DATA_MADE_UP)) {
                next = ~next & 0x7fff;
            }
            space.write(at, 4, (next & 0xffffL) << 16 | (is(DATA_OF_NO_QUEUE) ? 7 : queueName));
        }
    }
}
