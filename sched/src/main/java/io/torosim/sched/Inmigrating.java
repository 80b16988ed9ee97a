package io.torosim.sched;

import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.sched.DispatchMatrix.Message;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Inmigrating (Process.pas): the messages in the core's slots are carried out, sender by sender, and each requester is ready again, its core woken. */
final class Inmigrating implements KernelRoutine {
    /** Step result: waits {@link KernelCosts#recheckPs} before the next step. */
    static final long RECHECK = GuestThread.KERNEL_ROUTINES - 2;

    private static final int SLOT = 0;
    private static final int CREATE = 1;
    private static final int LOOK = 2;
    private static final int LOOK_AGAIN = 3;
    private static final int FOLLOWING = 4;
    private static final int CLEARED = 5;
    private static final int ADVANCE = 6;

    private final CoreMail core;
    private final DispatchMatrix<ThreadRecord> matrix;
    private final KernelCosts costs;
    private final int id;
    private final int cores;
    private int sender;
    private int stage;
    private @Nullable Message<ThreadRecord> message;
    /** The link of the message being worked on, read before its owner is woken; unused with MESSAGE_READ_AFTER_WAKE. */
    private @Nullable Message<ThreadRecord> following;

    Inmigrating(CoreMail core, KernelCosts costs) {
        this.core = core;
        this.matrix = core.matrix();
        this.costs = costs;
        this.id = core.id();
        this.cores = core.cores();
    }

    void begin() {
        sender = 0;
        stage = SLOT;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case SLOT:
                return slot();
            case CREATE:
                return create(vcpu);
            case LOOK:
                boolean idle = core.isIdle(sender);
                stage = idle ? FOLLOWING : LOOK_AGAIN;
                return idle ? WAKE : RECHECK;
            case LOOK_AGAIN:
                stage = FOLLOWING;
                return core.isIdle(sender) ? WAKE : costs.mailboxCheckPs;
            case FOLLOWING:
                return following();
            case CLEARED:
                // what Toro lacks: a sender that halted because its slot was taken hears that it is free
                stage = ADVANCE;
                return core.haltedWithMail(sender) ? WAKE : costs.mailboxCheckPs;
            default:
                sender++;
                stage = SLOT;
                return NEXT;
        }
    }

    private long slot() {
        if (sender == cores) {
            return OVER;
        }
        message = matrix.slot(id, sender);
        if (message == null) {
            sender++;
        } else {
            stage = CREATE;
        }
        return costs.mailboxCheckPs;
    }

    private long create(Vcpu vcpu) {
        vcpu.enter(VcpuState.BUSY);
        core.beforeTouch();
        Message<ThreadRecord> request = Objects.requireNonNull(message);
        following = request.next;
        long ps = core.carriesOut(request.requester);
        stage = LOOK;
        return ps;
    }

    private long following() {
        message = core.has(ToroQuirk.MESSAGE_READ_AFTER_WAKE) ? Objects.requireNonNull(message).next : following;
        if (message != null) {
            stage = CREATE;
            return NEXT;
        }
        core.beforeTouch();
        matrix.clear(id, sender);
        stage = core.has(ToroQuirk.HALT_WITH_MAIL) ? ADVANCE : CLEARED;
        return costs.sharedStorePs;
    }

    @Override
    public int wakes() {
        return stage == LOOK || stage == LOOK_AGAIN || stage == CLEARED ? sender : -1;
    }

    /** Whether it is working on the chain in the slot of {@code other}: the slot still holds its first message. */
    boolean works(int other) {
        return message != null && sender == other;
    }

    /** Whether {@code wanted} can be reached from the chain that it is working on. */
    boolean worksOn(Message<ThreadRecord> wanted) {
        return reaches(message, wanted) || !core.has(ToroQuirk.MESSAGE_READ_AFTER_WAKE) && reaches(following, wanted);
    }

    private static boolean reaches(@Nullable Message<ThreadRecord> from, Message<ThreadRecord> wanted) {
        for (Message<ThreadRecord> m = from; m != null; m = m.next) {
            if (m == wanted) {
                return true;
            }
        }
        return false;
    }
}
