package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a kernel for what must never be, without changing it: between any two steps. Allocates nothing while all is
 * well. {@code O(threads + cores^2)} each.
 *
 * <p>It looks at the {@link ToroCore}s of a {@link ToroKernel}, their rings of threads ({@link ThreadRing}) and the {@link DispatchMatrix} between them.
 * A run of {@link io.torosim.sched.explore.Explorer Explorer} asks it after each step.
 */
public final class KernelAudit {
    private final ToroKernel kernel;
    private final Vcpu[] vcpus;

    /** Creates the audit of a kernel. */
    public KernelAudit(ToroKernel kernel) {
        Objects.requireNonNull(kernel, "kernel");
        this.kernel = kernel;
        this.vcpus = new Vcpu[kernel.itsMachine().vcpuCount()];
        for (int id = 0; id < vcpus.length; id++) {
            vcpus[id] = kernel.itsMachine().vcpu(id);
        }
    }

    /** Each live thread is in exactly one ring, its core's, and each ring is a consistent circle. */
    public Optional<String> ringFault() {
        int inRings = 0;
        for (int id = 0; id < kernel.startedCores(); id++) {
            ToroCore core = kernel.core(id);
            if (!soundRing(core)) {
                return Optional.of(ringFault(core));
            }
            inRings += core.ring.size();
        }
        int live = kernel.liveThreads();
        return live == inRings ? Optional.empty() : Optional.of(live + " threads live, " + inRings + " in rings");
    }

    private static boolean soundRing(ToroCore core) {
        ThreadRing ring = core.ring;
        int id = core.id();
        ThreadRecord t = ring.head();
        for (int i = ring.size(); t != null && i > 0; i--, t = t.next) {
            if (t.coreId() != id || t.exited || t.next.previous != t) {
                return false;
            }
        }
        return t == ring.head();
    }

    private static String ringFault(ToroCore core) {
        ThreadRing ring = core.ring;
        int id = core.id();
        ThreadRecord t = ring.head();
        for (int i = 0; t != null && i < ring.size(); i++, t = t.next) {
            if (t.coreId() != id || t.exited || t.next.previous != t) {
                return t + " is in the ring of core " + id + " and should not be";
            }
        }
        return "the ring of core " + id + " is not a circle of " + ring.size();
    }

    /** The count of polling threads is that of the list, and that of idle ones is the number of those in tsIdle. */
    public Optional<String> pollingFault() {
        for (int id = 0; id < kernel.startedCores(); id++) {
            Optional<String> fault = kernel.core(id).pollers.fault(id);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    /** A thread whose request to another core is neither carried out nor anywhere on its way. */
    public Optional<GuestThread> lostMessage() {
        for (int i = 0; i < kernel.threadCount(); i++) {
            ThreadRecord t = kernel.thread(i);
            if (t.requestInFlight && !findable(t)) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }

    private boolean findable(ThreadRecord requester) {
        int target = requester.beginOnCore;
        DispatchMatrix.Message<ThreadRecord> wanted = Objects.requireNonNull(requester.message());
        return chainHas(kernel.core(requester.coreId()).outgoing(target), wanted)
                || kernel.core(target).scheduler().inmigrating().worksOn(wanted)
                || (!kernel.core(target).scheduler().inmigrating().works(requester.coreId())
                        && chainHas(kernel.matrix().slot(target, requester.coreId()), wanted));
    }

    private static boolean chainHas(
            DispatchMatrix.@Nullable Message<ThreadRecord> chain, DispatchMatrix.Message<ThreadRecord> wanted) {
        int length = 0;
        for (DispatchMatrix.Message<ThreadRecord> m = chain; m != null && length < 1000; m = m.next, length++) {
            if (m == wanted) {
                return true;
            }
        }
        return false;
    }

    /** A thread whose request was carried out although it had none. */
    public Optional<GuestThread> duplicatedMessage() {
        return Optional.ofNullable(kernel.duplicate());
    }

    /** Returns whether the core has executed {@code hlt} and nothing that would end it is on its way. */
    public boolean haltedForGood(int coreId) {
        Vcpu vcpu = vcpus[coreId];
        if (!vcpu.halted() || vcpu.interruptPending() || kernel.itsMachine().ipisInFlight(coreId) > 0) {
            return false;
        }
        if (kernel.deviceEvents(coreId) > 0 || kernel.core(coreId).wakeTimerPending()) {
            return false;
        }
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (kernel.core(id).scheduler().wakingCore() == coreId) {
                return false;
            }
        }
        return true;
    }

    /** A core that is halted for good although a thread of it is ready or a message lies in one of its slots. */
    public Optional<String> lostWakeUp() {
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (!vcpus[id].halted()) {
                continue;
            }
            boolean slot = kernel.matrix().anyFor(id);
            if ((slot || kernel.core(id).anyReady()) && haltedForGood(id)) {
                return Optional.of("core " + id + " is halted with " + (slot ? "a message in a slot" : "a ready thread")
                        + ", and nothing on its way");
            }
        }
        return Optional.empty();
    }

    /** How often a step came to where a defect acts, or would if it were on: a repair that no run came to has not been tried. */
    public long reached(ToroQuirk quirk) {
        return kernel.reached(quirk);
    }

    /** Returns whether a request to another core is under way: only then can one be lost, or come twice. */
    public boolean requestUnderWay() {
        for (int i = 0; i < kernel.threadCount(); i++) {
            if (kernel.thread(i).requestInFlight) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a core has threads that poll. */
    public boolean anyPolling() {
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (kernel.core(id).pollers.total() > 0) {
                return true;
            }
        }
        return false;
    }

    /** A core's Idle flag is set only between setting and clearing it around a {@code hlt}. */
    public Optional<String> idleFlagFault() {
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (kernel.core(id).idle && !kernel.core(id).scheduler().aroundHalt()) {
                return Optional.of("core " + id + " runs with its Idle flag set");
            }
        }
        return Optional.empty();
    }

    /** Returns whether {@link #wokenBeforeData} or {@link #registersLost} can have found anything. */
    public boolean anyMark() {
        return kernel.anyMark();
    }

    /** A core that was woken for a message that it could not see yet, and found nothing. */
    public Optional<String> wokenBeforeData() {
        if (!kernel.anyMark()) {
            return Optional.empty();
        }
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (kernel.core(id).wokenBeforeData) {
                return Optional.of("core " + id + " was woken before its message was visible, and found nothing");
            }
        }
        return Optional.empty();
    }

    /** A core whose registers an interrupt or a switch has overwritten. */
    public Optional<String> registersLost() {
        if (!kernel.anyMark()) {
            return Optional.empty();
        }
        for (int id = 0; id < kernel.startedCores(); id++) {
            if (kernel.core(id).registersLost > 0) {
                return Optional.of("the wake-up interrupt has overwritten registers on core " + id);
            }
        }
        for (int i = 0; i < kernel.threadCount(); i++) {
            ThreadRecord t = kernel.thread(i);
            if (t.registersLost) {
                return Optional.of(t + " has come back with another thread's registers");
            }
        }
        return Optional.empty();
    }
}
