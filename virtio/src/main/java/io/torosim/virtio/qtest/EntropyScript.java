package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.Comparator;
import java.util.List;

/** An entropy device, its source all zeros so that what it wrote can be compared. */
final class EntropyScript extends Script {
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 8192;

    private record Request(int number, int slot, List<Integer> sizes) {}

    private final BufferChain chain = new BufferChain();
    private ScriptQueue<Request> queue;
    private long slots;
    private boolean[] taken;
    private int number;

    EntropyScript(VirtioTransport transport, GuestMemory memory, Way way, long seed, Runnable look) {
        super(transport, memory, way, seed, 4, look);
    }

    @Override
    void start() {
        agree(0);
        if (chance(6)) {
            misplace(0);
            agree(0);
        }
        queue = new ScriptQueue<>(transport, memory, layout(0), features, 0);
        slots = dma.allocate(SLOTS * SLOT_BYTES, 4096);
        taken = new boolean[SLOTS];
        sayConfig(8);
        ready();
    }

    @Override
    void step() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5, 6 -> publish();
            case 7 -> say(interruptStatus());
            case 8, 9 -> reap();
            case 10 -> say("interrupts " + queue.interrupts(chance(2)));
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
        publish();
        say(interruptStatus());
        reap();
    }

    private void submit() {
        int slot = 0;
        while (slot < SLOTS && taken[slot]) {
            slot++;
        }
        if (slot == SLOTS) {
            return;
        }
        long base = slots + (long) slot * SLOT_BYTES;
        memory.fill(base, SLOT_BYTES / 2, FILL);
        List<Integer> sizes = cut(1 + random.nextInt(200));
        chain.clear();
        long at = base;
        for (int size : sizes) {
            chain.addWritable(at, size);
            at += size;
        }
        boolean added = queue.add(chain, 0, new Request(number, slot, sizes));
        say("added " + added);
        taken[slot] |= added;
        number += added ? 1 : 0;
    }

    private void publish() {
        boolean notify = queue.publish();
        if (notify) {
            until("all buffers used", () -> queue.inFlight() == 0);
        }
        say("notify " + notify + ", device area " + queue.deviceArea());
    }

    private void reap() {
        List<ScriptQueue.Used<Request>> reaped = queue.reap();
        reaped.sort(Comparator.comparingInt(used -> used.tag().number()));
        for (ScriptQueue.Used<Request> used : reaped) {
            Request request = used.tag();
            say("request " + request.number() + " " + request.sizes() + " -> len " + used.length() + " data "
                    + digest(slots + (long) request.slot() * SLOT_BYTES, 256) + " WRITE " + used.writeFlag());
            taken[request.slot()] = false;
        }
        say("reaped " + reaped.size() + queue.error());
    }
}
