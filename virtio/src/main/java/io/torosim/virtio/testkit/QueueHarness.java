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
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two halves, the memory between them, the checker and the model: executes single steps.
 *
 * <p>The ring is the referee. What the checker finds exposed in it must be what the driver's half was given, or the
 * driver is to blame; what it finds returned must be what the device's half was told, or the device is. So neither half
 * is judged by what the other made of it.
 *
 * <p>{@link ScriptRunner} steps it. The checker is {@link VirtqueueChecker}, the model {@link ReferenceModel}, the device's program {@link EchoDevice}.
 */
final class QueueHarness implements RingMonitor.Listener {
    static final int SLOT_BYTES = DriverScript.MAX_ELEMENTS * (DriverScript.MAX_ELEMENT_BYTES + 8);
    static final int TABLE_BYTES = 16 * DriverScript.MAX_ELEMENTS + 8;
    /** Room for the one buffer in flight of which an element does not fit into 16 bits. */
    static final int BIG_BYTES = 2 * DriverScript.MAX_BIG_BYTES;

    private static final int CANARY = 0xee;

    private final QueueMode mode;
    private final GuestMemory memory;
    private final QueueLayout layout;
    private final DriverFactory driverFactory;
    private final DeviceFactory deviceFactory;
    private final QueuePlaces places;

    private VirtqueueChecker checker;
    private DriverQueue driver;
    private DeviceQueue device;
    private ReferenceModel<ScriptBuffer> model;
    private @Nullable ScriptBuffer[] byId;
    private final int[] tableBytes; // by slot: of the table that the driver's half was given for it
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private final List<Held> held = new ArrayList<>();
    private final ArrayDeque<BufferChain> chainPool = new ArrayDeque<>();
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private final EchoDevice echo = new EchoDevice();
    private final List<Violation> violations = new ArrayList<>();
    private final RuleUse use = new RuleUse();
    private boolean broken;
    private Side acting = Side.DRIVER;
    private int reserve; // descriptors that the driver's half keeps back
    private int unreaped; // descriptors of buffers that the driver has not polled
    private int unreturned; // descriptors of buffers that the ring does not return yet
    private boolean bigInFlight;
    private boolean driverAwake;
    private boolean deviceAwake;
    private @Nullable Side showing; // who publishes right now
    private boolean begun; // this life has a checker
    private boolean holdingKicks;
    private boolean kickLost;
    private long lives;
    private long sequence;
    private long buffers;
    private long notifications;
    private long interrupts;
    private long wraps;

    private record Held(ScriptBuffer buffer, BufferChain chain) {}

    QueueHarness(QueueMode mode, GuestMemory memory, QueuePlaces places, DriverFactory driver, DeviceFactory device) {
        this.mode = mode;
        this.memory = memory;
        this.layout = mode.layout(ScriptRunner.RING_BASE);
        this.driverFactory = driver;
        this.deviceFactory = device;
        this.places = places;
        this.tableBytes = new int[mode.size()];
    }

    /** Starts a life of the queue; what lies in memory before is garbage, or the remains of the last life. */
    void start(boolean garbage) {
        if (garbage) {
            places.litter(memory, layout, ++lives);
        }
        checker = new VirtqueueChecker(memory, layout, mode.features());
        begun = true;
        checker.operationLimit(200L * mode.size() + 100_000);
        Arrays.fill(tableBytes, 0);
        checker.allowDriver(this::isTable);
        acting = Side.DRIVER;
        driver = driverFactory.create(checker.driverView(), layout, mode.features());
        acting = Side.DEVICE;
        device = deviceFactory.create(checker.deviceView(), layout, mode.features());
        if (!mode.packed()) {
            places.litterUsedEntries(memory, layout, lives); // nobody need clear them
        }
        checker.listener(this);
        checker.begin();
        model = new ReferenceModel<>(mode.size());
        acting = Side.DRIVER;
        reserve = model.freeDescriptors() - driver.freeDescriptors();
        if (reserve < 0) {
            report(Side.DRIVER, Rule.C1, "free descriptors", driver.freeDescriptors(), "more than the queue has");
        } else if (reserve > 0) {
            checker.remark(
                    Verdict.IMPLEMENTATION,
                    Side.DRIVER,
                    Rule.C1,
                    "free descriptors",
                    driver.freeDescriptors(),
                    "keeps " + reserve + " descriptors back");
        }
        byId = new ScriptBuffer[mode.packed() ? 65536 : mode.size()];
        freeSlots.clear();
        for (int i = 0; i < mode.size(); i++) {
            freeSlots.add(i);
        }
        held.clear();
        unreaped = 0;
        unreturned = 0;
        bigInFlight = false;
        driverAwake = true;
        deviceAwake = false;
        holdingKicks = false;
        kickLost = false;
    }

    /** A driver's half writes tables, no further than their entries; data is its caller's. */
    private boolean isTable(long address, long length) {
        for (int slot = 0; slot < tableBytes.length; slot++) {
            long table = tableAddr(slot);
            if (address >= table && address + length <= table + tableBytes[slot]) {
                return true;
            }
        }
        return false;
    }

    /** Anywhere, section 2.7.5.3. */
    private long tableAddr(int slot) {
        return places.table(slot) + (slot & 7);
    }

    Side acting() {
        return acting;
    }

    /** Whether anything was seen that must not be. */
    boolean failed() {
        return broken || begun && checker.broken();
    }

    /** Notes a violation, unless one was seen already: what comes behind the first is its consequence. */
    void report(Side side, Rule rule, String place, long value, String detail) {
        if (!failed() && begun) {
            checker.report(side, rule, place, value, detail);
        }
    }

    RunResult result(@Nullable Throwable cause) {
        endLife();
        return new RunResult(
                violations,
                buffers,
                notifications,
                interrupts,
                wraps,
                begun ? checker.dump() : "",
                cause,
                use.byRule());
    }

    private void endLife() {
        if (begun) {
            broken |= checker.broken();
            violations.addAll(checker.violations());
            use.add(checker.judged());
            wraps += checker.wraps();
        }
    }

    void run(DriverScript.Step step) {
        acting = step.kind().side();
        switch (step.kind()) {
            case SUBMIT -> {
                for (int i = 0; i < step.amount() && !failed(); i++) {
                    if (!submit(step)) {
                        break;
                    }
                }
                checkNextAvailable();
                checker.operationDone();
            }
            case PUBLISH -> publish(step.amount() == 0);
            case SERVE -> {
                if (deviceAwake || !held.isEmpty()) {
                    serve(step.amount(), new SplittableRandom(step.salt()), false, true);
                }
            }
            case COMPLETE -> {
                if (deviceAwake || !held.isEmpty()) {
                    serve(step.amount(), new SplittableRandom(step.salt()), false, false);
                }
            }
            case REAP -> reap(step.amount());
            case INTERRUPTS -> interrupts(step.amount() != 0);
            case MUTE_NOTIFICATIONS -> {
                if (deviceAwake) {
                    device.disableNotifications();
                    checker.operationDone();
                }
            }
            case SLEEP -> {
                if (deviceAwake && pop(step.amount())) {
                    publishUsed(true);
                }
            }
            case HOLD_KICKS -> holdingKicks = true;
            case KICK -> {
                holdingKicks = false;
                kickLost = false;
                deviceAwake = true;
            }
            case RESET -> restart(true);
            case RING_RESET -> restart(false);
            default -> throw new AssertionError(step.kind());
        }
    }

    private void restart(boolean garbage) {
        endLife();
        begun = false;
        start(garbage);
    }

    private void interrupts(boolean wanted) {
        if (wanted) {
            askForInterrupts();
        } else {
            driver.disableInterrupts();
            driverAwake = true; // it promises to look by itself
            checker.operationDone();
        }
    }

    private void askForInterrupts() {
        driverAwake = driver.enableInterrupts();
        if (!driverAwake && !failed()) {
            checker.judged(mode.packed() ? Rule.E7 : Rule.N15);
            if (model.usedCount() > 0) {
                report(
                        Side.DRIVER,
                        mode.packed() ? Rule.E7 : Rule.N15,
                        "used buffers",
                        model.usedCount(),
                        "wait, and the driver may sleep");
            } else if (unreturned > 0) { // with nothing in flight it sleeps for ever anyway
                checker.driverSleeps();
            }
        }
        checker.operationDone();
    }

    private boolean submit(DriverScript.Step step) {
        int elements = step.readable().size() + step.writable().size();
        boolean indirect = step.indirect() && mode.indirect();
        int descriptors = indirect ? 1 : elements;
        int free = driver.freeDescriptors();
        if (!freeIsRight(free)) {
            return false;
        }
        Integer slot = freeSlots.peek();
        boolean big = step.big();
        if (slot == null || big && bigInFlight) {
            return false;
        }
        ScriptBuffer buffer = new ScriptBuffer(sequence, slot, descriptors, big);
        buffer.prepare(
                memory, big ? places.big() : places.slot(slot), big ? BIG_BYTES : SLOT_BYTES, step, chain, CANARY);
        boolean room = descriptors <= free;
        if (room) {
            model.add(buffer, 0); // the half may show it to the device at once
            unreaped += descriptors;
            unreturned += descriptors;
        }
        tableBytes[slot] = indirect ? 16 * elements : 0;
        int id;
        try {
            id = indirect ? driver.addIndirect(chain, tableAddr(slot)) : driver.add(chain);
        } catch (IllegalArgumentException e) {
            if (descriptors <= mode.size() - reserve) {
                throw e;
            }
            return false; // it never fits, as this half keeps descriptors back
        }
        checker.judged(Rule.C1);
        if (room != (id >= 0)) {
            report(Side.DRIVER, Rule.C1, "add", id, "there is " + (room ? "" : "no ") + "room for " + descriptors);
            return false;
        }
        if (!room) {
            return false;
        }
        checker.judged(mode.packed() ? Rule.P16 : Rule.A6);
        if (id >= byId.length || byId[id] != null) {
            report(Side.DRIVER, mode.packed() ? Rule.P16 : Rule.A6, "id", id, "was given while in flight");
            return false;
        }
        byId[id] = buffer;
        freeSlots.poll();
        bigInFlight |= big;
        sequence++;
        return true;
    }

    /** A half may free descriptors when it sees them returned, or when its caller has polled the buffer. */
    private boolean freeIsRight(int free) {
        checker.judged(Rule.C1);
        int least = Math.max(0, mode.size() - unreaped - reserve);
        int most = Math.max(0, mode.size() - unreturned - reserve);
        if (free < least || free > most) {
            report(
                    Side.DRIVER,
                    Rule.C1,
                    "free descriptors",
                    free,
                    "must be " + least + (most > least ? " to " + most : "")
                            + ": free + in flight + unreaped = queue size");
            return false;
        }
        if (free > least) {
            checker.remark(
                    Verdict.IMPLEMENTATION,
                    Side.DRIVER,
                    Rule.C1,
                    "free descriptors",
                    free,
                    "frees descriptors before their buffer is polled");
        }
        return true;
    }

    @Override
    public void exposed(InFlightBuffer ring) {
        checker.judged(Rule.A4);
        checker.judged(mode.packed() ? Rule.P9 : Rule.S9);
        List<ScriptBuffer> added = model.added();
        for (int i = 0; i < added.size(); i++) {
            ScriptBuffer buffer = added.get(i);
            if (buffer.sameAs(ring)) {
                if (i > 0) {
                    checker.remark(
                            Verdict.IMPLEMENTATION,
                            Side.DRIVER,
                            Rule.A4,
                            "buffer",
                            buffer.sequence(),
                            "made available in another order than added");
                }
                ring.tag = buffer;
                buffer.ring(ring);
                if (showing != Side.DRIVER) {
                    early(Side.DRIVER, buffer, "is shown to the device by add, in front of publish");
                }
                model.publish(buffer);
                return;
            }
        }
        report(
                Side.DRIVER,
                mode.packed() ? Rule.P9 : Rule.S9,
                mode.packed() ? "desc[" + ring.descriptors[0] + "]" : "head",
                ring.id,
                "holds" + ring.shape()
                        + (added.isEmpty()
                                ? ", and nothing was added"
                                : ", added was" + added.get(0).shape()));
    }

    @Override
    public void returned(InFlightBuffer ring, long length) {
        if (failed() || !(ring.tag instanceof ScriptBuffer buffer)) {
            return;
        }
        checker.judged(mode.packed() ? Rule.P16 : Rule.U3);
        checker.judged(Rule.U5);
        checker.judged(Rule.S16);
        if (!model.publishUsed(buffer)) {
            report(
                    Side.DEVICE,
                    mode.packed() ? Rule.P16 : Rule.U3,
                    "id",
                    ring.id,
                    buffer + " was returned and is not completed");
            return;
        }
        if (showing != Side.DEVICE) {
            early(Side.DEVICE, buffer, "is shown to the driver by complete, in front of publish");
        }
        buffer.announced(length);
        buffer.unmarked(ring.unmarkedLength);
        unreturned -= buffer.descriptors();
        if (length != buffer.written()) {
            report(
                    Side.DEVICE,
                    Rule.U5,
                    "len of " + ring.id,
                    length,
                    "the device's half was told " + buffer.written() + " bytes");
            return;
        }
        String wrong = buffer.check(memory, CANARY);
        if (wrong != null) {
            report(Side.DEVICE, Rule.S16, "buffer", buffer.sequence(), wrong);
        }
    }

    /** What a half shows before it is told to; nothing but our interfaces forbids it. */
    private void early(Side side, ScriptBuffer buffer, String detail) {
        checker.remark(Verdict.IMPLEMENTATION, side, Rule.C4, "buffer", buffer.sequence(), detail);
    }

    private void publish(boolean decides) {
        acting = Side.DRIVER;
        showing = Side.DRIVER;
        driver.publish();
        showing = null;
        checker.judged(mode.packed() ? Rule.P25 : Rule.A4);
        if (model.unpublished() > 0) {
            report(
                    Side.DRIVER,
                    mode.packed() ? Rule.P25 : Rule.A4,
                    "buffers",
                    model.unpublished(),
                    "were added and published, and are not in the ring");
        }
        if (!decides) {
            checker.operationDone();
            return;
        }
        if (driver.notificationNeeded()) {
            notifications++;
            notified();
            if (holdingKicks) {
                kickLost = true;
            } else {
                deviceAwake = true;
            }
        }
        checker.driverIdle();
    }

    /** What a notification would say now: of what is published, whatever was added since. */
    private void checkNextAvailable() {
        try {
            checker.checkNextAvailable(driver.nextAvailable());
        } catch (UnsupportedOperationException e) {
            return; // a half without NOTIFICATION_DATA
        }
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

    /** Takes buffers; returns false if that showed a fault. */
    private boolean pop(int most) {
        for (int i = 0; i < most; i++) {
            BufferChain into = chainPool.isEmpty() ? new BufferChain() : chainPool.poll();
            if (!device.pop(into)) {
                chainPool.add(into);
                break;
            }
            ScriptBuffer expected = model.pop();
            checker.judged(Rule.S16);
            checker.judged(mode.packed() ? Rule.P19 : Rule.A4);
            if (expected == null || !expected.sameAs(into)) {
                report(
                        Side.DEVICE,
                        expected != null && expected.startsLike(into) ? Rule.S16 : mode.packed() ? Rule.P19 : Rule.A4,
                        "buffer",
                        held.size(),
                        "popped is not what was published next: " + expected);
                return false;
            }
            checker.popped(Objects.requireNonNull(expected.ring(), "what is popped was exposed"));
            held.add(new Held(expected, into));
        }
        checker.judged(Rule.C3);
        if (device.error() != null) {
            report(Side.DEVICE, Rule.C3, "error", 0, "refused a correct ring: " + device.error());
            return false;
        }
        return true;
    }

    private void serve(int most, SplittableRandom random, boolean completeAll, boolean publish) {
        acting = Side.DEVICE;
        // asleep it completes what it has in hand and looks at nothing new
        if (deviceAwake && !pop(most)) {
            return;
        }
        boolean twice = (sequence & 1) != 0;
        int complete = completeAll ? held.size() : random.nextInt(held.size() + 1);
        for (int i = 0; i < complete; i++) {
            Held next = held.remove(mode.inOrder() ? 0 : random.nextInt(held.size()));
            long written = echo.serve(checker.deviceView(), next.chain());
            next.buffer().completed(written);
            model.complete(next.buffer()); // the half may show it to the driver at once
            device.complete(next.chain().token(), written);
            chainPool.add(next.chain());
            if (publish && twice && i == complete / 2 - 1) { // and decides once, on both
                showing = Side.DEVICE;
                device.publish();
                showing = null;
            }
        }
        if (publish) {
            publishUsed(false);
        } else {
            checker.operationDone();
        }
    }

    private void publishUsed(boolean sleep) {
        showing = Side.DEVICE;
        device.publish();
        showing = null;
        checker.judged(Rule.C3);
        if (model.completedCount() > 0) {
            report(
                    Side.DEVICE,
                    Rule.C3,
                    "buffers",
                    model.completedCount(),
                    "were completed and published, and are not in the used ring");
            return;
        }
        if (device.interruptNeeded()) {
            interrupts++;
            checker.deviceInterrupted();
            driverAwake = true;
        }
        checker.deviceIdle();
        if (deviceAwake && (sleep || held.isEmpty()) && !failed()) {
            deviceAwake = device.enableNotifications();
            if (!deviceAwake) {
                deviceSleeps();
            }
        }
        checker.operationDone();
    }

    private void deviceSleeps() {
        checker.judged(mode.packed() ? Rule.E7 : Rule.N15);
        if (model.availableCount() > 0) {
            report(
                    Side.DEVICE,
                    mode.packed() ? Rule.E7 : Rule.N15,
                    "available buffers",
                    model.availableCount(),
                    "wait, and the device may sleep");
        } else {
            checker.deviceSleeps();
        }
    }

    private void reap(int most) {
        acting = Side.DRIVER;
        for (int i = 0; i < most; i++) {
            if (!driver.poll(used)) {
                break;
            }
            ScriptBuffer buffer = used.id() >= 0 && used.id() < byId.length ? byId[used.id()] : null;
            ScriptBuffer expected = model.nextUsed();
            checker.judged(Rule.C2);
            checker.judged(Rule.U8);
            if (buffer == null || buffer != expected) {
                report(
                        Side.DRIVER,
                        Rule.C2,
                        "id",
                        used.id(),
                        "the next used buffer is " + expected + ", not " + buffer);
                return;
            }
            if (mode.packed()) {
                checker.judged(Rule.P17);
            }
            if (used.lengthBytes() != buffer.usable() && buffer.believed(used.lengthBytes())) {
                checker.remark(
                        Verdict.IMPLEMENTATION,
                        Side.DRIVER,
                        Rule.P17,
                        "length of " + used.id(),
                        used.lengthBytes(),
                        "a used length without WRITE says nothing");
            } else if (used.lengthBytes() != buffer.usable()) {
                report(
                        Side.DRIVER,
                        Rule.U8,
                        "length of " + used.id(),
                        used.lengthBytes(),
                        "the ring says " + buffer.usable() + " bytes");
                return;
            }
            checker.polled(Objects.requireNonNull(buffer.ring(), "what is polled was exposed"));
            byId[used.id()] = null;
            model.reap(0);
            unreaped -= buffer.descriptors();
            bigInFlight &= !buffer.big();
            freeSlots.add(buffer.slot());
            buffers++;
        }
        checker.judged(Rule.C3);
        if (driver.error() != null) {
            report(Side.DRIVER, Rule.C3, "error", 0, "refused a correct ring: " + driver.error());
        }
        checker.operationDone();
    }

    /** Lets both sides work until both sleep, then looks whether anything was left behind. */
    void drain() {
        publish(true);
        if (kickLost) {
            deviceAwake = true; // kicks are late, not lost for ever
        }
        holdingKicks = false;
        SplittableRandom random = new SplittableRandom(sequence);
        for (int round = 0; round < 4 * mode.size() + 64 && !failed(); round++) {
            if (deviceAwake || !held.isEmpty() || model.completedCount() > 0) {
                serve(mode.size(), random, true, true);
            } else if (driverAwake) {
                reap(mode.size());
                if (!failed()) {
                    askForInterrupts();
                }
            } else {
                break;
            }
        }
        checker.judged(Rule.C2);
        checker.judged(Rule.C3);
        if (!failed() && !model.empty()) {
            Side guilty = model.availableCount() > 0 || model.outstanding() > model.usedCount() + model.unpublished()
                    ? Side.DEVICE
                    : Side.DRIVER;
            report(
                    guilty,
                    Rule.C3,
                    "outstanding",
                    model.outstanding(),
                    "both sides sleep: lost notification, interrupt or buffer");
        }
        if (!failed() && driver.freeDescriptors() != mode.size() - reserve) {
            report(Side.DRIVER, Rule.C2, "free descriptors", driver.freeDescriptors(), "must all be free at the end");
        }
    }
}
