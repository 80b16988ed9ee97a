package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Elements of each width of length: 0, each power of two below 2^32, and as much as a buffer may have, between two elements of four
 * bytes, readable and writable, directly and in a table; and used lengths alike. Then buffers of each number of elements up to the queue
 * size, and elements at odd addresses and over the edges of pages and of 4 GiB. No byte of them is there or is looked at.
 *
 * <p>That a half refuses an element of no bytes, as QEMU's device does, or a buffer of gigabytes, is {@link
 * Verdict#IMPLEMENTATION}; that it makes another buffer of it is not.
 */
final class LengthTable {
    private static final long DATA = 0x1_0000;
    private static final long BEHIND = 1L << 33;
    private static final long CLOSE = 1L << 30; // of so many elements that they would leave RAM otherwise
    private static final long TABLE = 0x7000;
    private static final int SMALL = 4;
    private static final long[] ADDRESSES = {0x1_0001, 0x1_0fff, 0x1_2ffe, 0xffff_ffffL, 0x1_0000_0001L, 0x1_2345_6789L
    };
    private static final long[] EDGES = {3, 4098, 5};
    private static final long MOST = (1L << 32) - 2 * SMALL - 1;

    private final QueueMode mode;
    private final DriverFactory drivers;
    private final DeviceFactory devices;
    private final boolean ofDriver;
    private final AttackNotes notes;

    private LengthTable(QueueMode mode, @Nullable DriverFactory drivers, @Nullable DeviceFactory devices) {
        this.mode = mode;
        this.ofDriver = drivers != null;
        this.drivers = drivers != null ? drivers : DriverQueue::create;
        this.devices = devices != null ? devices : DeviceQueue::create;
        this.notes = new AttackNotes(ofDriver ? Side.DRIVER : Side.DEVICE, "lengths, " + mode);
    }

    /** Checks a driver's half. */
    static AttackNotes driver(QueueMode mode, DriverFactory factory) {
        return new LengthTable(mode, factory, null).run();
    }

    /** Checks a device's half. */
    static AttackNotes device(QueueMode mode, DeviceFactory factory) {
        return new LengthTable(mode, null, factory).run();
    }

    private AttackNotes run() {
        for (int width = 0; width <= 33; width++) {
            long length = width == 0 ? 0 : width == 33 ? MOST : 1L << width - 1;
            for (int way = 0; way < (mode.indirect() ? 4 : 2) && !broken(); way++) {
                try {
                    roundTrip(new long[] {SMALL, length, SMALL}, DATA, (way & 1) != 0, (way & 2) != 0);
                } catch (IllegalArgumentException | IllegalStateException e) {
                    refused(length, e.toString());
                }
            }
        }
        longChains();
        for (long address : ADDRESSES) {
            for (int way = 0; way < (mode.indirect() ? 4 : 2) && !broken(); way++) {
                try {
                    roundTrip(EDGES, address, (way & 1) != 0, (way & 2) != 0);
                } catch (IllegalArgumentException | IllegalStateException e) {
                    notes.must(rule(), address, "refuses elements at 0x" + Long.toHexString(address) + ": " + e);
                }
            }
        }
        return notes;
    }

    /** Buffers of each number of elements up to the queue size, read, written and in a table. */
    private void longChains() {
        for (int count = 1; count <= mode.size(); count++) {
            for (int way = 0; way < (mode.indirect() ? 4 : 2) && !broken(); way++) {
                long[] lengths = new long[count];
                java.util.Arrays.setAll(lengths, i -> i % 5 + 1);
                try {
                    roundTrip(lengths, DATA, (way & 1) != 0, (way & 2) != 0);
                } catch (IllegalArgumentException | IllegalStateException e) {
                    refused(lengths[count / 2], e.toString());
                }
            }
        }
    }

    private boolean broken() {
        return !Violation.atLeast(Verdict.MUST, notes.violations()).isEmpty();
    }

    private void refused(long length, String how) {
        if (!notes.violations().isEmpty()) {
            return; // said once
        }
        notes.habit(rule(), length, "refuses an element of " + length + " bytes: " + how);
    }

    private Rule rule() {
        return ofDriver ? mode.packed() ? Rule.P9 : Rule.S9 : Rule.S16;
    }

    /** Sends one buffer round: the first element at {@code address}, the others each {@link #BEHIND} or {@link #CLOSE} further. */
    private void roundTrip(long[] lengths, long address, boolean writable, boolean table) {
        long length = lengths[lengths.length / 2];
        QueueLayout layout = mode.layout(0x1000);
        GuestMemory memory = new Vast(new FlatMemory((int) DATA));
        DriverQueue driver = drivers.create(memory, layout, mode.features());
        DeviceQueue device = devices.create(memory, layout, mode.features());
        BufferChain chain = new BufferChain();
        chain.clear();
        for (int i = 0; i < lengths.length; i++) {
            long at = (i == 0 || address != DATA ? address : 0) + (lengths.length > 3 ? CLOSE : BEHIND) * i;
            if (writable) {
                chain.addWritable(at, lengths[i]);
            } else {
                chain.addReadable(at, lengths[i]);
            }
        }
        int id = table ? driver.addIndirect(chain, TABLE) : driver.add(chain);
        if (id < 0) {
            refused(length, "no room");
            return;
        }
        driver.publish();
        driver.notificationNeeded();
        BufferChain popped = new BufferChain();
        if (!device.pop(popped)) {
            if (ofDriver || length > 0 && device.error() == null) {
                notes.must(rule(), length, "an element of " + length + " bytes does not arrive: " + device.error());
            } else {
                refused(length, String.valueOf(device.error()));
            }
            return;
        }
        if (!same(chain, popped)) {
            String given = java.util.Arrays.toString(lengths);
            notes.must(rule(), length, "of elements of " + given + " bytes become" + shape(popped));
            return;
        }
        long written = writable ? java.util.Arrays.stream(lengths).sum() : 0;
        device.complete(popped.token(), written);
        device.publish();
        UsedBuffer used = new UsedBuffer();
        if (!driver.poll(used)) {
            notes.must(Rule.C3, length, "a buffer with an element of " + length + " bytes does not come back");
        } else if (used.lengthBytes() != written) {
            notes.must(
                    ofDriver ? Rule.U8 : Rule.U5,
                    used.lengthBytes(),
                    "used length " + written + " becomes " + used.lengthBytes());
        }
    }

    /** Whether two chains have the same bytes; elements without any do not count. */
    private static boolean same(BufferChain one, BufferChain other) {
        return shape(one).equals(shape(other));
    }

    private static String shape(BufferChain chain) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < chain.count(); i++) {
            if (chain.length(i) > 0) {
                out.append(i < chain.readableCount() ? " read " : " write ").append(chain.length(i));
                out.append(" at 0x").append(Long.toHexString(chain.address(i)));
            }
        }
        return out.toString();
    }

    /** Memory of 32 GiB of which only the rings are there. */
    private static final class Vast extends ForwardingMemory {
        private final GuestMemory rings;

        Vast(GuestMemory rings) {
            this.rings = rings;
        }

        @Override
        GuestMemory target() {
            return rings;
        }

        @Override
        public long sizeBytes() {
            return 1L << 35;
        }
    }
}
