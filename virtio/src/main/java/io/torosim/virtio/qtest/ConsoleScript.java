package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.transport.VirtioTransport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A console on a bus of ports: control messages, good and bad, and output to either port and to one that is not there. */
final class ConsoleScript extends Script {
    private static final int QUEUES = 8; // of ports 0 to 2, and control
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 512;

    private record Buffer(int queue, int slot, int number) {}

    private final BufferChain chain = new BufferChain();
    private final List<ScriptQueue<Buffer>> queues = new ArrayList<>();
    private long slots;
    private boolean[] taken;
    private int number;

    ConsoleScript(VirtioTransport transport, GuestMemory memory, Way way, long seed, Runnable look) {
        super(transport, memory, way, seed, 3, look);
    }

    @Override
    void start() {
        long wanted = 0;
        for (int bit = 0; bit < 3; bit++) {
            wanted |= chance(2) ? 1L << bit : 0;
        }
        agree(wanted);
        queues.clear();
        for (int i = 0; i < QUEUES; i++) {
            queues.add(new ScriptQueue<>(transport, memory, layout(i), features, i));
        }
        say("queues 63 and 64 read as " + transport.queueSizeMax(63) + " " + transport.queueSizeMax(64));
        slots = dma.allocate((long) SLOTS * SLOT_BYTES, 4096);
        taken = new boolean[SLOTS];
        sayConfig(16);
        ready();
    }

    @Override
    void step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> postControl();
            case 3, 4, 5, 6, 7 -> control();
            case 8, 9 -> output();
            case 10, 11 -> publish(random.nextInt(QUEUES));
            case 12 -> say(interruptStatus());
            case 13 -> reap();
            case 14 -> say("interrupts " + queues.get(random.nextInt(QUEUES)).interrupts(chance(2)));
            default -> {
                if (chance(4)) {
                    end();
                    start();
                }
            }
        }
    }

    @Override
    void end() {
        for (int i = 0; i < QUEUES; i++) {
            publish(i);
        }
        say(interruptStatus());
        reap();
    }

    /** Adds a buffer with these bytes to read, or so many to write. */
    private boolean add(int queue, byte[] out, int in) {
        int slot = 0;
        while (slot < SLOTS && taken[slot]) {
            slot++;
        }
        if (slot == SLOTS) {
            return false;
        }
        long at = slots + (long) slot * SLOT_BYTES;
        memory.fill(at, SLOT_BYTES, FILL);
        memory.copyIn(at, out, 0, out.length);
        chain.clear();
        for (int size : cut(out.length + in)) {
            if (in > 0) {
                chain.addWritable(at, size);
            } else {
                chain.addReadable(at, size);
            }
            at += size;
        }
        boolean added = queues.get(queue).add(chain, 0, new Buffer(queue, slot, number));
        taken[slot] |= added;
        number += added ? 1 : 0;
        return added;
    }

    private void postControl() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            add(ConsoleDevice.CONTROL_RX, new byte[0], 8 + random.nextInt(40));
        }
        publish(ConsoleDevice.CONTROL_RX);
    }

    private void control() {
        byte[] message = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(random.nextInt(3))
                .putShort((short) (chance(2) ? 3 * random.nextInt(2) : random.nextInt(9)))
                .putShort((short) (chance(6) ? 0 : 1))
                .array();
        int bytes = chance(10) ? 1 + random.nextInt(7) : 8;
        if (add(ConsoleDevice.CONTROL_TX, java.util.Arrays.copyOf(message, bytes), 0)) {
            say("control " + java.util.Arrays.toString(message) + " of " + bytes);
            publish(ConsoleDevice.CONTROL_TX);
        }
    }

    private void output() {
        int[] transmit = {1, 5, 7}; // port 2 is not there
        int queue = transmit[random.nextInt(transmit.length)];
        if (add(queue, new byte[1 + random.nextInt(300)], 0)) {
            publish(queue);
        }
    }

    private void publish(int index) {
        ScriptQueue<Buffer> queue = queues.get(index);
        boolean notify = queue.publish();
        if (notify && index % 2 == 1) {
            until("queue " + index + " empty", () -> queue.inFlight() == 0);
        }
        say("queue " + index + " notify " + notify + ", device area " + queue.deviceArea());
    }

    private void reap() {
        for (ScriptQueue<Buffer> queue : queues) {
            for (ScriptQueue.Used<Buffer> used : queue.reap()) {
                Buffer buffer = used.tag();
                say("buffer " + buffer.number() + " of queue " + buffer.queue() + " -> len " + used.length() + " data "
                        + digest(slots + (long) buffer.slot() * SLOT_BYTES, SLOT_BYTES) + " WRITE " + used.writeFlag());
                taken[buffer.slot()] = false;
            }
            say("reaped" + queue.error());
        }
    }
}
