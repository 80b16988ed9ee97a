package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A card: frames in both directions in any cut, and commands, good and bad. A frame comes only while there are buffers for it:
 * how long others wait is a matter of the host's network layer.
 *
 * <p>A {@link Script} that {@link DifferentialRun} runs at QEMU's card and at {@link NetDevice}, each reached by a {@link Way}; frames go into a
 * {@link ScriptQueue}, and the far end is a {@link Wire}.
 */
final class NetScript extends Script {
    private static final int SLOTS = 16;
    private static final int SLOT_BYTES = 4096;
    private static final int WHOLE_BYTES = 1526;
    private static final byte[][] ADDRESSES = {
        {0x52, 0x54, 0, 0x12, 0x34, 0x56},
        {2, 0, 0, 0, 0, 1},
        {2, 0, 0, 0, 0, 2},
        {1, 0, 0x5e, 0, 0, 1},
        {1, 0, 0x5e, 0, 0, 2},
        {-1, -1, -1, -1, -1, -1}
    };

    private record Buffer(int number, int slot, int bytes, String words) {}

    private final Wire wire;
    private final BufferChain chain = new BufferChain();
    private ScriptQueue<Buffer> rx;
    private ScriptQueue<Buffer> tx;
    private ScriptQueue<Buffer> control;
    private long rxSlots;
    private long txSlots;
    private boolean[] rxTaken;
    private boolean[] txTaken;
    private boolean mergeable;
    private int headerBytes;
    private int number;
    private int rxRoom; // buffers published for frames, or their bytes where these can be merged
    private int unpublishedRoom;
    private int framesOut;
    private boolean broken;

    NetScript(VirtioTransport transport, GuestMemory memory, Way way, long seed, Wire wire, Runnable look) {
        super(transport, memory, way, seed, 1, look);
        this.wire = wire;
    }

    @Override
    void start() {
        long wanted = NetDevice.F_MAC | NetDevice.F_STATUS;
        for (int bit : new int[] {2, 15, 17, 18, 19, 20, 21, 23}) {
            wanted |= chance(2) ? 1L << bit : 0;
        }
        agree(wanted);
        mergeable = VirtioFeatures.has(features, NetDevice.F_MRG_RXBUF);
        headerBytes = NetDevice.headerBytes(features);
        rx = queue(NetDevice.RX);
        tx = queue(NetDevice.TX);
        control = queue(NetDevice.CONTROL);
        say("queue 3 reads as " + transport.queueSizeMax(3));
        rxSlots = dma.allocate(SLOTS * SLOT_BYTES, 4096);
        txSlots = dma.allocate(SLOTS * SLOT_BYTES, 4096);
        rxTaken = new boolean[SLOTS];
        txTaken = new boolean[SLOTS];
        rxRoom = 0;
        unpublishedRoom = 0;
        framesOut = 0;
        broken = false;
        sayConfig(12);
        ready();
    }

    private ScriptQueue<Buffer> queue(int index) {
        QueueLayout layout = layout(index);
        return new ScriptQueue<>(transport, memory, layout, features, index);
    }

    @Override
    void step() {
        int kind = random.nextInt(26);
        if (broken && kind != 25) {
            return;
        }
        switch (kind) {
            case 0, 1, 2, 3 -> post();
            case 4, 5, 6, 7 -> publishRx();
            case 8, 9, 10, 11 -> inject();
            case 12, 13, 14 -> reapRx();
            case 15, 16 -> send();
            case 17 -> publishTx();
            case 18 -> reapTx();
            case 19, 20, 21 -> command();
            case 22 -> say(interruptStatus());
            case 23 -> say("interrupts "
                    + List.of(rx, tx, control).get(random.nextInt(3)).interrupts(chance(2)));
            case 24 -> {
                if (chance(6)) {
                    sendNothing();
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
            publishTx();
            reapTx();
            reapRx();
            say(interruptStatus());
            sayConfig(12);
        }
    }

    private static int free(boolean[] taken) {
        for (int slot = 0; slot < taken.length; slot++) {
            if (!taken[slot]) {
                return slot;
            }
        }
        return -1;
    }

    private void post() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int slot = free(rxTaken);
            if (slot < 0) {
                return;
            }
            int bytes = mergeable ? headerBytes + random.nextInt(600) : WHOLE_BYTES + random.nextInt(100);
            long at = rxSlots + (long) slot * SLOT_BYTES;
            memory.fill(at, SLOT_BYTES, FILL);
            chain.clear();
            List<Integer> sizes = cut(bytes);
            for (int size : sizes) {
                chain.addWritable(at, size);
                at += size;
            }
            if (rx.add(chain, 0, new Buffer(number, slot, bytes, "rx " + sizes))) {
                number++;
                rxTaken[slot] = true;
                unpublishedRoom += mergeable ? bytes : 1;
            }
        }
    }

    private void publishRx() {
        boolean notify = rx.publish();
        rxRoom += unpublishedRoom;
        unpublishedRoom = 0;
        pause();
        say("rx notify " + notify + ", device area " + rx.deviceArea());
    }

    private void inject() {
        int bytes = 18 + random.nextInt(mergeable ? 1500 : 1490);
        int room = mergeable ? headerBytes + bytes : 1;
        if (rxRoom < room) {
            return;
        }
        byte[] frame = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            frame[i] = (byte) (number + i * 3);
        }
        byte[] target = ADDRESSES[random.nextInt(ADDRESSES.length)];
        System.arraycopy(target, 0, frame, 0, 6);
        frame[12] = 8;
        if (chance(3)) {
            frame[12] = (byte) 0x81;
            frame[13] = 0;
            frame[14] = 0;
            frame[15] = (byte) random.nextInt(3);
        }
        int before = rx.usedCount();
        wire.inject(frame);
        pause();
        int used = rx.usedCount() - before;
        say("frame of " + bytes + " to " + Arrays.toString(target) + " used " + used + ", device area "
                + rx.deviceArea());
        reapRx();
    }

    private void reapRx() {
        for (ScriptQueue.Used<Buffer> used : rx.reap()) {
            Buffer buffer = used.tag();
            say("buffer " + buffer.number() + " " + buffer.words() + " -> len " + used.length() + " data "
                    + digest(rxSlots + (long) buffer.slot() * SLOT_BYTES, SLOT_BYTES / 2) + " WRITE "
                    + used.writeFlag());
            rxTaken[buffer.slot()] = false;
            rxRoom -= mergeable ? buffer.bytes() : 1;
        }
        say("rx" + rx.error());
    }

    private void send() {
        int slot = free(txTaken);
        if (slot < 0) {
            return;
        }
        int bytes = 1 + random.nextInt(1514);
        long at = txSlots + (long) slot * SLOT_BYTES;
        memory.fill(at, headerBytes, 0);
        byte[] frame = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            frame[i] = (byte) (number * 17 + i);
        }
        memory.copyIn(at + headerBytes, frame, 0, bytes);
        chain.clear();
        List<Integer> sizes = cut(headerBytes + bytes);
        if (sizes.get(0) < headerBytes) { // QEMU 7.2 aborts
            sizes = List.of(headerBytes, bytes);
        }
        for (int size : sizes) {
            chain.addReadable(at, size);
            at += size;
        }
        if (tx.add(chain, 0, new Buffer(number, slot, bytes, "tx " + sizes))) {
            number++;
            framesOut++;
            txTaken[slot] = true;
        }
    }

    private void publishTx() {
        boolean notify = tx.publish();
        if (notify) {
            until("all frames sent", () -> tx.inFlight() == 0);
            pause();
            int[] left = {framesOut};
            until("frames on the wire", () -> {
                byte[] frame = left[0] == 0 ? null : wire.sent();
                if (frame != null) {
                    say("on the wire: " + frame.length + " " + Arrays.hashCode(frame));
                    left[0]--;
                }
                return left[0] == 0;
            });
            framesOut = 0;
        }
        say("tx notify " + notify + ", device area " + tx.deviceArea());
    }

    private void reapTx() {
        List<ScriptQueue.Used<Buffer>> reaped = tx.reap();
        reaped.sort(Comparator.comparingInt(used -> used.tag().number()));
        for (ScriptQueue.Used<Buffer> used : reaped) {
            say("buffer " + used.tag().number() + " " + used.tag().words() + " -> len " + used.length() + " WRITE "
                    + used.writeFlag());
            txTaken[used.tag().slot()] = false;
        }
        say("tx" + tx.error());
    }

    /** A header with nothing behind it breaks the card. */
    private void sendNothing() {
        end();
        int slot = free(txTaken);
        long at = txSlots + (long) slot * SLOT_BYTES;
        memory.fill(at, headerBytes, 0);
        chain.clear();
        chain.addReadable(at, headerBytes);
        if (!tx.add(chain, 0, new Buffer(number, slot, 0, ""))) {
            return;
        }
        boolean notify = tx.publish();
        broken = true;
        pause();
        say("nothing sent, notify " + notify + ", status " + transport.status() + ", " + interruptStatus() + ", "
                + generation());
    }

    private void command() {
        byte[] command = randomCommand();
        long at = txSlots + (long) (SLOTS - 1) * SLOT_BYTES; // sends have the slots before
        txTaken[SLOTS - 1] = true;
        memory.copyIn(at, command, 0, command.length);
        memory.fill(at + SLOT_BYTES / 2, 4, FILL);
        chain.clear();
        long from = at;
        for (int size : cut(command.length)) {
            chain.addReadable(from, size);
            from += size;
        }
        int writable = 1 + random.nextInt(2);
        chain.addWritable(at + SLOT_BYTES / 2, writable);
        if (!control.add(chain, 0, new Buffer(number, SLOTS - 1, 0, ""))) {
            return;
        }
        boolean notify = control.publish();
        if (notify) {
            until("command done", () -> control.inFlight() == 0);
        }
        String answer = control.reap().stream()
                .map(used -> "len " + used.length() + " WRITE " + used.writeFlag())
                .toList()
                .toString();
        say("command " + Arrays.toString(Arrays.copyOf(command, Math.min(20, command.length))) + " of " + command.length
                + ", notify " + notify + " -> " + answer + " ack " + memory.load8(at + SLOT_BYTES / 2)
                + ", device area " + control.deviceArea());
    }

    private byte[] randomCommand() {
        ByteBuffer command = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> command.put((byte) 0).put((byte) random.nextInt(7)).put((byte) random.nextInt(2));
            case 3, 4 -> command.put((byte) 2).put((byte) random.nextInt(3)).putShort((short)
                    (chance(5) ? 4096 : random.nextInt(3)));
            case 5 -> command.put((byte) 1).put((byte) 1).put(ADDRESSES[random.nextInt(ADDRESSES.length)]);
            case 6 -> {
                int unicast = chance(5) ? 65 : random.nextInt(3);
                int multicast = chance(5) ? 65 : random.nextInt(3);
                command.put((byte) 1).put((byte) 0).putInt(unicast);
                for (int i = 0; i < unicast; i++) {
                    command.put(ADDRESSES[1 + i % 2]);
                }
                command.putInt(multicast);
                for (int i = 0; i < multicast; i++) {
                    command.put(ADDRESSES[3 + i % 2]);
                }
            }
            case 7 -> command.put((byte) (3 + random.nextInt(4)))
                    .put((byte) random.nextInt(2))
                    .putLong(1);
            default -> command.put((byte) random.nextInt(3)).put((byte) 0);
        }
        int bytes = command.position() - (chance(8) && command.position() > 2 ? 1 : 0) + (chance(8) ? 1 : 0);
        return Arrays.copyOf(command.array(), bytes);
    }
}
