package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.transport.VirtioTransport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A disk: requests of every type, good and bad, in any cut. Requests in flight use sectors and memory of their own, because
 * the order of overlapping ones is open.
 *
 * <p>A {@link Script} that {@link DifferentialRun} runs at QEMU's disk and at {@link BlkDevice}, each reached by a {@link Way}; requests go into a
 * {@link ScriptQueue}.
 */
final class BlkScript extends Script {
    /** Sectors of the disk. */
    static final int SECTORS = 128;

    private static final int SLOTS = 24;
    private static final int SLOT_SECTORS = 4;
    private static final int SLOT_BYTES = 8192;
    private static final int WRITABLE = 4096;
    private static final int TABLE = 7680;
    private static final int CONFIG_BYTES = 64;
    private static final int[] ODD_TYPES = {2, 3, 5, 9, 10, 12, 6, 0x77, 0x7fff_fff0};

    /** A request in words, and what is needed to look at its answer. */
    private record Request(
            int number,
            int batch,
            int slot,
            String words,
            long sector,
            int sectors,
            boolean read,
            boolean bad,
            int in) {}

    private final BufferChain chain = new BufferChain();
    private ScriptQueue<Request> queue;
    private long slots;
    private boolean[] taken;
    private int number;
    private int batch;
    private boolean broken;

    BlkScript(VirtioTransport transport, GuestMemory memory, Way way, long seed, Runnable look) {
        super(transport, memory, way, seed, 2, look);
    }

    @Override
    void start() {
        long wanted = 0;
        for (long bit : new long[] {
            BlkDevice.F_FLUSH,
            BlkDevice.F_CONFIG_WCE,
            BlkDevice.F_DISCARD,
            BlkDevice.F_WRITE_ZEROES,
            BlkDevice.F_BLK_SIZE
        }) {
            wanted |= chance(2) ? bit : 0;
        }
        agree(wanted);
        queue = new ScriptQueue<>(transport, memory, layout(0), features, 0);
        say("queue 1 reads as " + transport.queueSizeMax(1));
        slots = dma.allocate(SLOTS * SLOT_BYTES, 4096);
        taken = new boolean[SLOTS];
        broken = false;
        sayConfig(CONFIG_BYTES);
        if (chance(6)) { // before DRIVER_OK
            submit(1);
            publish();
            say(interruptStatus() + ", early");
        }
        ready();
        sayConfig(CONFIG_BYTES);
    }

    @Override
    void step() {
        int kind = random.nextInt(24);
        if (broken && kind != 23) {
            return;
        }
        switch (kind) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> submit(1 + random.nextInt(6));
            case 8, 9, 10, 11 -> publish();
            case 12, 13 -> say(interruptStatus());
            case 14, 15, 16, 17 -> reap();
            case 18 -> say("interrupts " + queue.interrupts(chance(2)));
            case 19 -> writeConfig();
            case 20 -> sayConfig(CONFIG_BYTES);
            case 21 -> misuse();
            case 22 -> {
                if (chance(4)) {
                    malformed();
                }
            }
            default -> {
                if (chance(3)) {
                    end();
                    start();
                }
            }
        }
    }

    @Override
    void end() {
        if (!broken) {
            publish();
            say(interruptStatus());
            reap();
        }
    }

    private void writeConfig() {
        boolean writeback = chance(2);
        int offset = writeback ? BlkDevice.WRITEBACK : random.nextInt(CONFIG_BYTES);
        int width = writeback || offset % 4 != 0 ? 1 : 4;
        int value = writeback ? random.nextInt(4) : (int) random.nextLong();
        transport.configWrite(offset, width, value);
        say("config " + offset + " := " + value);
        sayConfig(CONFIG_BYTES);
    }

    /** Registers written as no driver should. */
    private void misuse() {
        switch (random.nextInt(3)) {
            case 0 -> transport.notifyQueue(random.nextInt(4)); // spurious, or of a queue that is not there
            case 1 -> transport.status(transport.status() | VirtioStatus.FAILED);
            default -> {
                // a bit taken away again
                transport.status(transport.status() & ~VirtioStatus.ACKNOWLEDGE);
            }
        }
        settle();
        say("status " + transport.status() + ", " + interruptStatus());
    }

    private void settle() {
        until("all buffers used", () -> queue.inFlight() == 0);
    }

    private void publish() {
        boolean notify = queue.publish();
        batch++;
        if (notify) {
            settle();
        }
        say("notify " + notify + ", device area " + queue.deviceArea());
    }

    /** A request that breaks the device goes alone, so that what else is in flight does not depend on the host. */
    private void malformed() {
        end();
        int slot = slot();
        if (slot < 0) {
            return;
        }
        long base = slots + (long) slot * SLOT_BYTES;
        chain.clear();
        int shape = random.nextInt(3);
        if (shape == 0) {
            chain.addReadable(base, BlkDevice.HEADER_BYTES - 1);
            chain.addWritable(base + WRITABLE, 1);
        } else if (shape == 1) {
            chain.addReadable(base, BlkDevice.HEADER_BYTES);
        } else {
            memory.store32(base, BlkDevice.T_DISCARD);
            chain.addReadable(base, BlkDevice.HEADER_BYTES + 15);
            chain.addWritable(base + WRITABLE, 1);
        }
        if (!queue.add(chain, 0, new Request(number, batch, slot, "malformed", 0, 0, false, true, 0))) {
            return;
        }
        broken = true;
        boolean notify = queue.publish();
        pause();
        say("malformed " + shape + ", notify " + notify + ", status " + transport.status() + ", " + interruptStatus()
                + ", " + generation() + ", in flight " + queue.inFlight());
    }

    private int slot() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (!taken[slot]) {
                return slot;
            }
        }
        return -1;
    }

    private void submit(int count) {
        int added = 0;
        for (int i = 0; i < count; i++) {
            int slot = slot();
            if (slot >= 0 && submitOne(slot)) {
                added++;
            }
        }
        say("added " + added);
    }

    private boolean submitOne(int slot) {
        long own = (long) slot * SLOT_SECTORS;
        int sectors = 1 + random.nextInt(3);
        int type = chance(2) ? BlkDevice.T_IN : BlkDevice.T_OUT;
        long sector = own;
        byte[] out = new byte[0];
        int in = 0;
        boolean bad = false;
        int bytes = sectors * 512;
        switch (random.nextInt(16)) {
            case 0 -> {
                type = BlkDevice.T_GET_ID;
                in = random.nextInt(40);
            }
            case 1 -> {
                type = BlkDevice.T_FLUSH;
                in = chance(2) ? 0 : 512;
            }
            case 2, 3 -> {
                type = ODD_TYPES[random.nextInt(ODD_TYPES.length)];
                in = chance(2) ? 512 : random.nextInt(30);
                out = new byte[chance(2) ? 0 : 32];
                own = type == 5 || type == 9 ? 0 : own;
            }
            case 4, 5 -> {
                type = chance(2) ? BlkDevice.T_DISCARD : BlkDevice.T_WRITE_ZEROES;
                out = range(own, sectors);
            }
            case 6 -> {
                bad = true;
                long[] beyond = {SECTORS - sectors + 1, SECTORS, SECTORS + 1, (1L << 55) + 1, -1, Long.MIN_VALUE};
                sector = beyond[random.nextInt(beyond.length)];
            }
            case 7 -> {
                bad = true;
                bytes -= 1 + random.nextInt(100);
            }
            case 8 -> type |= 1 << 31;
            default -> {} // a plain read or write
        }
        boolean plain = (type & ~(1 << 31)) <= BlkDevice.T_OUT;
        boolean read = plain && (type & BlkDevice.T_OUT) == 0;
        if (plain) {
            in = read ? bytes : 0;
            out = new byte[read ? 0 : bytes];
            for (int i = 0; i < out.length; i++) {
                out[i] = (byte) (number * 131 + i * 7 + i / 256);
            }
        }
        return add(slot, type, sector, out, in, read, bad || !plain, sectors);
    }

    private byte[] range(long own, int sectors) {
        ByteBuffer ranges = ByteBuffer.allocate(chance(6) ? 32 : 16).order(ByteOrder.LITTLE_ENDIAN);
        while (ranges.hasRemaining()) {
            boolean outside = chance(6);
            ranges.putLong(outside ? SECTORS : own);
            ranges.putInt(chance(8) ? 0 : chance(8) ? 4_194_304 : sectors);
            ranges.putInt(chance(4) ? random.nextInt(4) : 0);
        }
        return ranges.array();
    }

    private boolean add(int slot, int type, long sector, byte[] out, int in, boolean read, boolean bad, int sectors) {
        long base = slots + (long) slot * SLOT_BYTES;
        byte[] readable = new byte[BlkDevice.HEADER_BYTES + out.length];
        ByteBuffer header = ByteBuffer.wrap(readable).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(type).putInt(0).putLong(sector).put(out);
        memory.copyIn(base, readable, 0, readable.length);
        memory.fill(base + WRITABLE, in + 5, FILL);
        chain.clear();
        long at = base;
        boolean apart = way.legacy() && chance(2); // as the oldest drivers do
        List<Integer> cuts = new ArrayList<>();
        if (apart) {
            cuts.add(BlkDevice.HEADER_BYTES);
            cuts.addAll(cut(out.length));
        } else {
            cuts.addAll(cut(readable.length));
        }
        for (int size : cuts) {
            chain.addReadable(at, size);
            at += size;
        }
        at = base + WRITABLE;
        List<Integer> writable = apart ? new ArrayList<>(cut(in)) : cut(in + 1);
        if (apart) {
            writable.add(1);
        }
        for (int size : writable) {
            chain.addWritable(at, size);
            at += size;
        }
        boolean indirect = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC) && chance(2);
        String words = "type " + type + " sector " + sector + " out " + out.length + " in " + in + " cut " + cuts
                + writable + (indirect ? " indirect" : "");
        Request request = new Request(number, batch, slot, words, sector, sectors, read, bad, in);
        if (!queue.add(chain, indirect ? base + TABLE : 0, request)) {
            return false;
        }
        number++;
        taken[slot] = true;
        return true;
    }

    private void reap() {
        List<ScriptQueue.Used<Request>> reaped = queue.reap();
        for (int i = 0; i < reaped.size(); i++) {
            for (int j = i + 1; j < reaped.size(); j++) {
                order(reaped.get(i).tag(), reaped.get(j).tag());
            }
        }
        reaped.sort(Comparator.comparingInt(used -> used.tag().number()));
        for (ScriptQueue.Used<Request> used : reaped) {
            Request request = used.tag();
            long writable = slots + (long) request.slot() * SLOT_BYTES + WRITABLE;
            int status = memory.load8(writable + request.in()) & 0xff;
            // a failed read may have left anything in its data
            String data = digest(writable, request.in() + 5);
            say("request " + request.number() + " " + request.words() + " -> len " + used.length() + " status " + status
                    + " data " + data + " WRITE " + used.writeFlag());
            taken[request.slot()] = false;
        }
        say("reaped " + reaped.size() + queue.error());
    }

    /** Says of two requests of one batch, where the order in which they end is not free, that it is the wrong one. */
    private void order(Request first, Request second) {
        if (first.batch() != second.batch() || !first.read() || !second.read()) {
            return;
        }
        boolean touching = second.sector() + second.sectors() == first.sector() && !first.bad() && !second.bad();
        if (touching || !first.bad() && second.bad()) {
            say("unsorted: request " + second.number() + " after " + first.number());
        }
    }
}
