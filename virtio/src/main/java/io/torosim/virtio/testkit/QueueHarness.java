package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.queue.UsedBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Two halves, the memory between them, the checker and the model: executes single steps. */
final class QueueHarness {
    static final int SLOT_BYTES = DriverScript.MAX_ELEMENTS * (DriverScript.MAX_ELEMENT_BYTES + 8);
    static final int TABLE_BYTES = 16 * DriverScript.MAX_ELEMENTS + 8;
    private static final int CANARY = 0xee;

    private final QueueMode mode;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final DriverFactory driverFactory;
    private final DeviceFactory deviceFactory;
    private final long slotBase;
    private final long tableBase;

    private VirtqueueChecker checker;
    private DriverQueue driver;
    private DeviceQueue device;
    private ReferenceModel<ScriptBuffer> model;
    private ScriptBuffer[] byId;
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private final List<Held> held = new ArrayList<>();
    private final ArrayDeque<BufferChain> chainPool = new ArrayDeque<>();
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private final EchoDevice echo = new EchoDevice();
    private final List<Violation> violations = new ArrayList<>();
    private boolean driverAwake;
    private boolean deviceAwake;
    private long sequence;
    private long buffers;
    private long notifications;
    private long interrupts;
    private long wraps;

    private record Held(ScriptBuffer buffer, BufferChain chain) {}

    QueueHarness(QueueMode mode, GuestMemory memory, DriverFactory driver, DeviceFactory device) {
        this.mode = mode;
        this.memory = memory;
        this.layout = mode.layout(ScriptRunner.RING_BASE);
        this.driverFactory = driver;
        this.deviceFactory = device;
        this.tableBase = (layout.endAddr() + 4095) & -4096;
        this.slotBase = tableBase + (long) mode.size() * TABLE_BYTES;
    }

    void start() {
        checker = new VirtqueueChecker(memory, layout, mode.features());
        checker.operationLimit(200L * mode.size() + 100_000);
        checker.allowDriver(tableBase, (long) mode.size() * (TABLE_BYTES + SLOT_BYTES));
        driver = driverFactory.create(checker.driverView(), layout, mode.features());
        device = deviceFactory.create(checker.deviceView(), layout, mode.features());
        checker.begin();
        model = new ReferenceModel<>(mode.size());
        byId = new ScriptBuffer[mode.packed() ? 65536 : mode.size()];
        freeSlots.clear();
        for (int i = 0; i < mode.size(); i++) {
            freeSlots.add(i);
        }
        held.clear();
        driverAwake = true;
        deviceAwake = false;
    }

    boolean failed() {
        return !violations.isEmpty() || !checker.violations().isEmpty();
    }

    void report(Side side, Rule rule, String place, long value, String detail) {
        checker.report(side, rule, place, value, detail);
    }

    RunResult result() {
        violations.addAll(checker.violations());
        return new RunResult(violations, buffers, notifications, interrupts, wraps + checker.wraps(), checker.dump());
    }

    void run(DriverScript.Step step) {
        switch (step.kind()) {
            case SUBMIT -> {
                for (int i = 0; i < step.amount(); i++) {
                    if (!submit(step)) {
                        break;
                    }
                }
                checker.driverIdle();
            }
            case PUBLISH -> publish();
            case SERVE -> {
                if (deviceAwake) {
                    serve(step.amount(), new SplittableRandom(step.salt()), false);
                }
            }
            case REAP -> reap(step.amount());
            case INTERRUPTS -> {
                if (step.amount() == 0) {
                    driver.disableInterrupts();
                    driverAwake = true; // it promises to look by itself
                } else {
                    driverAwake = driver.enableInterrupts();
                }
                checker.driverIdle();
            }
            case MUTE_NOTIFICATIONS -> {
                if (deviceAwake) {
                    device.disableNotifications();
                    checker.deviceIdle();
                }
            }
            case RESET -> {
                violations.addAll(checker.violations());
                wraps += checker.wraps();
                memory.fill(0, memory.sizeBytes(), 0);
                start();
            }
            default -> throw new AssertionError(step.kind());
        }
    }

    private boolean submit(DriverScript.Step step) {
        int elements = step.readable().size() + step.writable().size();
        boolean indirect = step.indirect() && mode.indirect();
        int descriptors = indirect ? 1 : elements;
        if (driver.freeDescriptors() != model.freeDescriptors()) {
            report(
                    Side.DRIVER,
                    Rule.C1,
                    "free descriptors",
                    driver.freeDescriptors(),
                    "must be " + model.freeDescriptors() + ": free + in flight + unreaped = queue size");
            return false;
        }
        Integer slot = freeSlots.peek();
        if (slot == null) {
            return false;
        }
        ScriptBuffer buffer = new ScriptBuffer(sequence, slot, descriptors);
        buffer.prepare(memory, slotBase + (long) slot * SLOT_BYTES, step, chain, CANARY);
        int id = indirect
                ? driver.addIndirect(
                        chain, tableBase + (long) slot * TABLE_BYTES + (slot & 7)) // anywhere, section 2.7.5.3
                : driver.add(chain);
        boolean room = model.add(buffer, descriptors);
        if (room != (id >= 0)) {
            report(Side.DRIVER, Rule.C1, "add", id, "the model has " + (room ? "" : "no ") + "room for " + descriptors);
            return false;
        }
        if (!room) {
            return false;
        }
        if (id >= byId.length || byId[id] != null) {
            report(Side.DRIVER, mode.packed() ? Rule.P16 : Rule.A6, "id", id, "was given while in flight");
            return false;
        }
        byId[id] = buffer;
        freeSlots.poll();
        sequence++;
        return true;
    }

    private void publish() {
        driver.publish();
        model.publish();
        if (driver.notificationNeeded()) {
            notifications++;
            notified();
            deviceAwake = true;
        }
        checker.driverIdle();
    }

    private void notified() {
        int next;
        try {
            next = driver.nextAvailable();
        } catch (UnsupportedOperationException e) {
            checker.driverNotified(); // a half without NOTIFICATION_DATA
            return;
        }
        checker.driverNotified(next);
    }

    private void serve(int most, SplittableRandom random, boolean completeAll) {
        for (int i = 0; i < most; i++) {
            BufferChain into = chainPool.isEmpty() ? new BufferChain() : chainPool.poll();
            if (!device.pop(into)) {
                chainPool.add(into);
                break;
            }
            ScriptBuffer expected = model.pop();
            if (expected == null || !expected.sameAs(into)) {
                report(
                        Side.DEVICE,
                        expected != null && expected.startsLike(into) ? Rule.S16 : mode.packed() ? Rule.P19 : Rule.A4,
                        "buffer",
                        held.size(),
                        "popped is not what was published next: " + expected);
                return;
            }
            held.add(new Held(expected, into));
        }
        if (device.error() != null) {
            report(Side.DEVICE, Rule.C3, "error", 0, "refused a correct ring: " + device.error());
            return;
        }
        int complete = completeAll ? held.size() : random.nextInt(held.size() + 1);
        for (int i = 0; i < complete; i++) {
            Held next = held.remove(mode.inOrder() ? 0 : random.nextInt(held.size()));
            long written = echo.serve(checker.deviceView(), next.chain());
            device.complete(next.chain().token(), written);
            model.complete(next.buffer());
            chainPool.add(next.chain());
        }
        device.publish();
        model.publishUsed();
        if (device.interruptNeeded()) {
            interrupts++;
            checker.deviceInterrupted();
            driverAwake = true;
        }
        // sleep only with nothing in hand and nothing waiting
        if (held.isEmpty()) {
            deviceAwake = device.enableNotifications();
        }
        checker.deviceIdle();
    }

    private void reap(int most) {
        for (int i = 0; i < most; i++) {
            if (!driver.poll(used)) {
                break;
            }
            ScriptBuffer buffer = used.id() >= 0 && used.id() < byId.length ? byId[used.id()] : null;
            ScriptBuffer expected = model.nextUsed();
            if (buffer == null || buffer != expected) {
                report(
                        Side.DRIVER,
                        Rule.C2,
                        "id",
                        used.id(),
                        "the next used buffer is " + expected + ", not " + buffer);
                return;
            }
            byId[used.id()] = null;
            model.reap(buffer.descriptors());
            String wrong = buffer.check(memory, used.lengthBytes(), CANARY);
            if (wrong != null) {
                report(Side.DEVICE, Rule.S16, "buffer", buffer.sequence(), wrong);
                return;
            }
            freeSlots.add(buffer.slot());
            buffers++;
        }
        if (driver.error() != null) {
            report(Side.DRIVER, Rule.C3, "error", 0, "refused a correct ring: " + driver.error());
        }
        checker.driverIdle();
    }

    /** Lets both sides work until both sleep, then looks whether anything was left behind. */
    void drain(Consumer<Side> acting) {
        acting.accept(Side.DRIVER);
        publish();
        SplittableRandom random = new SplittableRandom(sequence);
        for (int round = 0; round < 4 * mode.size() + 64 && !failed(); round++) {
            if (deviceAwake || !held.isEmpty()) {
                acting.accept(Side.DEVICE);
                serve(mode.size(), random, true);
            } else if (driverAwake) {
                acting.accept(Side.DRIVER);
                reap(mode.size());
                driverAwake = driver.enableInterrupts();
                checker.driverIdle();
            } else {
                break;
            }
        }
        if (!failed() && !model.empty()) {
            report(
                    Side.DRIVER,
                    Rule.C3,
                    "outstanding",
                    model.outstanding(),
                    "both sides sleep: lost notification, interrupt or buffer");
        }
        if (!failed() && driver.freeDescriptors() != mode.size()) {
            report(Side.DRIVER, Rule.C2, "free descriptors", driver.freeDescriptors(), "must all be free at the end");
        }
    }
}
