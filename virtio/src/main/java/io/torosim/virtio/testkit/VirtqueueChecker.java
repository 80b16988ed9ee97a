package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches a virtqueue from outside, as an analyser on the memory bus does, and names every rule that one of its halves
 * breaks. It knows where the queue lies and which features were negotiated, and nothing of either half.
 *
 * <p>Give each half its own view ({@link #driverView}, {@link #deviceView}) in place of guest memory, report
 * notifications and interrupts, and call {@link #driverIdle} and {@link #deviceIdle} at the end of each operation (after
 * the decision to notify). Begin when the driver has initialised the ring.
 *
 * <p>What must not be, what should not be and what is merely a habit are told apart by {@link Verdict}: an event that
 * nobody asked for is allowed, and so is a second look at a descriptor. Order is judged from releases, acquires and
 * fences as the half names them, not from what came out.
 *
 * <p>Bytes that count as used up or never reached by the ring are not looked at. After a violation that leaves the state
 * of the ring unknown (an index that jumps, say) the checker stops following. Cost: about a microsecond a buffer.
 */
public final class VirtqueueChecker implements Findings {
    private static final int MOST_VIOLATIONS = 64;

    private final GuestMemory memory;
    private final QueueLayout layout;
    private final List<Violation> violations = new ArrayList<>();
    private final RuleUse use = new RuleUse();
    private final List<long[]> driverRanges = new ArrayList<>();
    private @Nullable Writable writable; // null: no limit but the ranges
    private final GuestMemory driverView;
    private final GuestMemory deviceView;
    private final RingMonitor monitor;
    private boolean watching;
    private final TreeSet<String> remarked = new TreeSet<>();
    private boolean lost;
    private boolean broken;
    private long accesses;
    private long operationStart;
    private long operationLimit = 1_000_000;

    /**
     * Creates a checker for one life of a queue (from initialisation to reset).
     *
     * @param memory guest memory
     * @param layout where the queue lies
     * @param features the negotiated features
     */
    public VirtqueueChecker(GuestMemory memory, QueueLayout layout, long features) {
        this(memory, memory, memory, layout, features);
    }

    /** As the other constructor, where each side sees memory in its own way (store buffers). */
    public VirtqueueChecker(
            GuestMemory memory, GuestMemory driver, GuestMemory device, QueueLayout layout, long features) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(layout, "layout");
        this.memory = memory;
        this.layout = layout;
        this.monitor = layout.packed()
                ? new PackedMonitor(this, memory, layout, features)
                : new SplitMonitor(this, memory, layout, features);
        WatchedMemory.Watcher watcher = new Watcher();
        this.driverView = new WatchedMemory(driver, Side.DRIVER, watcher);
        this.deviceView = new WatchedMemory(device, Side.DEVICE, watcher);
    }

    /** Returns guest memory for the driver's half. */
    public GuestMemory driverView() {
        return driverView;
    }

    /** Returns guest memory for the device's half. */
    public GuestMemory deviceView() {
        return deviceView;
    }

    /** Allows the driver to write here too, besides its areas; without any range it may write anywhere else. */
    public void allowDriver(long address, long length) {
        driverRanges.add(new long[] {address, length});
    }

    /** Says where the driver may write besides its areas, in place of ranges that stay. */
    void allowDriver(Writable where) {
        writable = where;
    }

    /** What the driver may write at a moment. */
    interface Writable {
        boolean allows(long address, long length);
    }

    /** Starts to watch: the driver has initialised the ring. Checks the geometry and the initial content. */
    public void begin() {
        RingError bad = layout.check(memory.sizeBytes());
        if (bad != null) {
            report(Side.DRIVER, bad.rule(), bad.place(), bad.value(), bad.detail());
        }
        if (bad == null) {
            monitor.begin();
        }
        watching = true;
    }

    /** Tells a harness what the ring says, as it says it. */
    void listener(RingMonitor.Listener listener) {
        monitor.listener(listener);
    }

    /** Sets how many accesses one operation may make before it is stopped; at first a million. */
    public void operationLimit(long limit) {
        operationLimit = limit;
    }

    /** The driver has sent a notification for this queue. */
    public void driverNotified() {
        if (!lost) {
            monitor.notified();
        }
    }

    /**
     * The driver has sent a notification for this queue with NOTIFICATION_DATA (section 2.9): rule N17.
     *
     * @param nextAvailable the upper 16 bits of what was sent: available index, or slot and wrap counter
     */
    public void driverNotified(int nextAvailable) {
        checkNextAvailable(nextAvailable);
        driverNotified();
    }

    void checkNextAvailable(int nextAvailable) {
        judged(Rule.N17);
        if (!lost && nextAvailable != monitor.nextAvailable()) {
            report(
                    Side.DRIVER,
                    Rule.N17,
                    "notification data",
                    nextAvailable,
                    "must be 0x" + Integer.toHexString(monitor.nextAvailable()));
        }
    }

    /** The device has sent an interrupt for this queue. */
    public void deviceInterrupted() {
        if (!lost) {
            monitor.interrupted();
        }
    }

    /** An operation has ended that publishes nothing. */
    void operationDone() {
        operationStart = accesses;
    }

    /**
     * The driver's half has said that the driver may sleep until it is interrupted: whether it looked again, behind a
     * fence, after it asked for interrupts (N15, E7).
     */
    public void driverSleeps() {
        if (!lost) {
            monitor.sleeps(Side.DRIVER);
        }
    }

    /** The device's half has said that the device may sleep until it is notified. */
    public void deviceSleeps() {
        if (!lost) {
            monitor.sleeps(Side.DEVICE);
        }
    }

    /** The device's half has given a buffer to its caller. */
    void popped(InFlightBuffer buffer) {
        if (!lost) {
            monitor.popped(buffer);
        }
    }

    /** The driver's half has given a used buffer back to its caller. */
    void polled(InFlightBuffer buffer) {
        if (!lost) {
            monitor.polled(buffer);
        }
    }

    /** The driver has finished an operation, its decision to notify included. */
    public void driverIdle() {
        operationStart = accesses;
        if (!lost) {
            monitor.idle(Side.DRIVER);
        }
    }

    /** The device has finished an operation, its decision to interrupt included. */
    public void deviceIdle() {
        operationStart = accesses;
        if (!lost) {
            monitor.idle(Side.DEVICE);
        }
    }

    @Override
    public void judged(Rule rule) {
        use.judged(rule);
    }

    /**
     * Returns the rules that were judged and how often: somebody came to where such a rule is kept or broken. What is not here has not been
     * checked; if nothing is, {@link #violations} being empty says nothing.
     */
    public Map<Rule, Long> judged() {
        return use.byRule();
    }

    /** Returns the violations seen, the first 64. */
    public List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** Returns how many buffers are exposed and not returned. */
    public int inFlight() {
        return monitor.inFlight();
    }

    /** Returns how often an index or a wrap counter has wrapped. */
    public long wraps() {
        return monitor.wraps();
    }

    /** Returns the ring as text: indices, flags, what is in flight and the descriptors of it. */
    public String dump() {
        return monitor.dump();
    }

    /** Notes a violation that a harness has found by other means. */
    @Override
    public void report(Side side, Rule rule, String place, long value, String detail) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(new Violation(side, new RingError(rule, place, value, detail), accesses));
            broken = true;
        }
    }

    /** Notes what is allowed and yet worth a word; once for a rule, a side and a detail. */
    @Override
    public void remark(Verdict verdict, Side side, Rule rule, String place, long value, String detail) {
        if (remarked.add(verdict + " " + side + " " + rule + " " + detail) && violations.size() < MOST_VIOLATIONS) {
            violations.add(new Violation(verdict, side, new RingError(rule, place, value, detail), accesses));
        }
    }

    /** Returns whether something was seen that must not be. */
    public boolean broken() {
        return broken;
    }

    /** Notes a violation after which the ring can no longer be followed. */
    @Override
    public void reportLost(Side side, Rule rule, String place, long value, String detail) {
        report(side, rule, place, value, detail);
        lost = true;
    }

    @Override
    public boolean lost() {
        return lost;
    }

    @Override
    public boolean driverMayWrite(long address, long length) {
        if (driverRanges.isEmpty()) {
            return writable == null || writable.allows(address, length);
        }
        for (long[] range : driverRanges) {
            if (address >= range[0] && address + length <= range[0] + range[1]) {
                return true;
            }
        }
        return false;
    }

    private final class Watcher implements WatchedMemory.Watcher {
        private void count(Side side) {
            if (++accesses - operationStart > operationLimit) {
                long made = accesses - operationStart;
                operationStart = accesses;
                throw new RunawayException(side, made);
            }
        }

        @Override
        public void loaded(Side side, long address, long length) {
            loaded(side, address, length, false);
        }

        @Override
        public void acquired(Side side, long address, long length) {
            loaded(side, address, length, true);
        }

        private void loaded(Side side, long address, long length, boolean acquire) {
            count(side);
            if (watching && !lost) {
                monitor.loaded(side, address, length, acquire);
            }
        }

        @Override
        public void released(Side side, long address, long length) {
            stored(side, address, length, true);
        }

        @Override
        public void fenced(Side side) {
            monitor.fenced(side);
        }

        @Override
        public void storing(Side side, long address, long length) {
            count(side);
        }

        @Override
        public void stored(Side side, long address, long length) {
            stored(side, address, length, false);
        }

        private void stored(Side side, long address, long length, boolean release) {
            if (watching && !lost && length > 0) {
                monitor.stored(side, address, length, release);
            }
        }
    }
}
