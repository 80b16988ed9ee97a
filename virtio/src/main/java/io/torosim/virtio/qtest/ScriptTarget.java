package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.VirtioStatus;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.PackedRing;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.queue.SplitRing;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Executes a {@link DriverScript} at a virtio-blk device and writes down everything a driver can see. SERVE reads the
 * interrupt status; REAP takes all that is used, since a device may use buffers in any order; MUTE_NOTIFICATIONS is a
 * device's business and left out. After each notification the driver lets the device finish.
 */
final class ScriptTarget {
    private static final int MOST_LOOKS = 200_000;

    private final VirtioTransport transport;
    private final GuestMemory memory;
    private final QueueMode mode;
    private final List<String> steps = new ArrayList<>();
    private final TreeMap<Long, BufferOutcome> buffers = new TreeMap<>();
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private final long base;
    private DriverQueue queue;
    private QueueLayout layout;
    private long tables;
    private long slots;
    private long sectors;
    private boolean[] slotTaken;
    private ScriptRequest[] byId;
    private boolean[] writeFlag;
    private long sequence;
    private int unpublished;
    private int published;
    private int usedSoFar;
    private int walkSlot;
    private int laps; // of a packed ring, since the script began
    private boolean walkWrap;
    private boolean broken;

    /** What a driver saw: a line a step, and the outcome of each request by its number. */
    record Observation(List<String> steps, TreeMap<Long, BufferOutcome> buffers) {}

    ScriptTarget(VirtioTransport transport, GuestMemory memory, long base, QueueMode mode) {
        this.transport = transport;
        this.memory = memory;
        this.base = base;
        this.mode = mode;
    }

    Observation run(DriverScript script) {
        start();
        int number = 0;
        for (DriverScript.Step step : script.steps()) {
            number++;
            if (!broken || step.kind() == DriverScript.Kind.RESET) {
                steps.add(number + " " + step.kind() + ": " + run(step));
            }
        }
        if (!broken) {
            steps.add("end: " + publish() + ", " + interrupts() + ", " + reap());
        }
        VirtioHandshake.reset(transport);
        steps.add("status " + transport.status() + " after reset");
        return new Observation(steps, buffers);
    }

    private void start() {
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, BlkDevice.F_FLUSH | ringFeatures());
        DmaAllocator dma = new DmaAllocator(base, memory.sizeBytes() - base);
        layout = handshake.layout(0, mode.size(), dma);
        queue = DriverQueue.create(memory, layout, handshake.features());
        transport.enableQueue(0, layout);
        sectors = transport.configRead(0, 4);
        handshake.ready();
        tables = dma.allocate((long) layout.size() * 16 * DriverScript.MAX_ELEMENTS * 2, 16);
        slots = dma.allocate((long) layout.size() * ScriptRequest.SLOT_BYTES, 16);
        slotTaken = new boolean[layout.size()];
        byId = new ScriptRequest[layout.size()];
        writeFlag = new boolean[layout.size()];
        unpublished = 0;
        published = 0;
        usedSoFar = 0;
        walkSlot = 0;
        walkWrap = true;
        broken = false;
        steps.add("features " + Long.toHexString(handshake.features()) + " queue " + layout.size() + " sectors "
                + sectors + " status " + transport.status());
    }

    private long ringFeatures() {
        return mode.features() | (mode.legacy() ? VirtioFeatures.ANY_LAYOUT : 0); // modern devices have it always
    }

    private String run(DriverScript.Step step) {
        return switch (step.kind()) {
            case SUBMIT -> ScriptRequest.malformed(step) ? submitMalformed(step) : submit(step, step.amount());
            case PUBLISH -> publish();
            case SERVE -> interrupts();
            case REAP -> reap();
            case INTERRUPTS -> {
                if (step.amount() == 0) {
                    queue.disableInterrupts();
                    yield "off";
                }
                yield "on, used buffers wait: " + queue.enableInterrupts();
            }
            case MUTE_NOTIFICATIONS, COMPLETE, HOLD_KICKS, KICK, RING_RESET -> "";
            case RESET -> {
                VirtioHandshake.reset(transport);
                start();
                yield "done";
            }
        };
    }

    private String submit(DriverScript.Step step, int amount) {
        int added = 0;
        while (added < amount) {
            int slot = 0;
            while (slot < slotTaken.length && slotTaken[slot]) {
                slot++;
            }
            boolean indirect = step.indirect() && mode.indirect();
            int most = step.readable().size() + step.writable().size() + 2;
            if (slot == slotTaken.length || queue.freeDescriptors() < (indirect ? 1 : most)) {
                break;
            }
            ScriptRequest request = ScriptRequest.prepare(
                    step,
                    sequence,
                    slot,
                    slots + (long) slot * ScriptRequest.SLOT_BYTES,
                    sectors,
                    indirect,
                    memory,
                    chain);
            int id = indirect
                    ? queue.addIndirect(chain, tables + (long) slot * 16 * DriverScript.MAX_ELEMENTS * 2)
                    : queue.add(chain);
            if (id < 0) {
                break;
            }
            sequence++;
            slotTaken[slot] = true;
            byId[id] = request;
            unpublished++;
            added++;
        }
        return "added " + added;
    }

    /** A request that breaks the device goes alone, so that what else is in flight does not depend on the host. */
    private String submitMalformed(DriverScript.Step step) {
        String before = publish() + ", " + interrupts();
        String added = submit(step, 1);
        if (!added.equals("added 1")) {
            return before + ", no room";
        }
        broken = true;
        queue.publish();
        boolean notify = queue.notificationNeeded();
        if (notify) {
            transport.notifyQueue(0);
        }
        boolean needsReset = (transport.status() & VirtioStatus.DEVICE_NEEDS_RESET) != 0;
        return before + ", malformed, notify " + notify + ", needs reset " + needsReset + ", " + interrupts()
                + ", used " + (usedCount() - published);
    }

    private String publish() {
        queue.publish();
        boolean notify = queue.notificationNeeded();
        published += unpublished;
        unpublished = 0;
        if (notify) {
            transport.notifyQueue(0);
            settle();
        }
        return "notify " + notify + ", lap " + laps;
    }

    private String interrupts() {
        return "interrupt status " + transport.interruptStatus();
    }

    private void settle() {
        for (int i = 0; usedCount() != published; i++) {
            if (i == MOST_LOOKS) {
                throw new IllegalStateException("the device does not finish: " + usedCount() + " of " + published
                        + " buffers used, status " + transport.status());
            }
        }
    }

    /** Returns how many buffers the device has used since the start. */
    private int usedCount() {
        if (!layout.packed()) {
            int idx = memory.load16(SplitRing.usedIdx(layout.deviceAddr()));
            usedSoFar += idx - usedSoFar & 0xffff;
            return usedSoFar;
        }
        while (usedSoFar < published) {
            long at = layout.descAddr() + (long) PackedRing.DESC_BYTES * walkSlot;
            if (!PackedRing.isUsed(memory.load16(at + 14), walkWrap)) {
                break;
            }
            int id = memory.load16(at + 12);
            boolean write = (memory.load16(at + 14) & PackedRing.DESC_F_WRITE) != 0;
            if (id >= byId.length || byId[id] == null) {
                throw new IllegalStateException("used id " + id + " is not in flight");
            }
            writeFlag[id] = write;
            usedSoFar++;
            walkSlot += byId[id].descriptors();
            if (walkSlot >= layout.size()) {
                walkSlot -= layout.size();
                walkWrap = !walkWrap;
                laps++;
            }
        }
        return usedSoFar;
    }

    private String reap() {
        int reaped = 0;
        while (queue.poll(used)) {
            ScriptRequest request = byId[used.id()];
            buffers.put(
                    request.sequence(),
                    request.outcome(
                            memory,
                            used.reportedLength(),
                            layout.packed() ? writeFlag[used.id()] : used.reportedLength() > 0));
            slotTaken[request.slot()] = false;
            byId[used.id()] = null;
            reaped++;
        }
        return "reaped " + reaped + (queue.error() == null ? "" : ", broken ring: " + queue.error());
    }
}
