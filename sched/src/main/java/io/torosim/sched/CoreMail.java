package io.torosim.sched;

import io.torosim.sched.DispatchMatrix.Message;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a core has to do with messages (Process.pas: {@code TCPU.MsgsToBeDispatched}): those that wait in its own list for a slot, and what the routines that move them do elsewhere. */
abstract class CoreMail {
    private final DispatchMatrix<ThreadRecord> matrix;
    private final int id;
    private final int cores;
    /** By target; null until the first message. */
    private @Nullable Message<ThreadRecord> @Nullable [] toBeDispatched;

    /** How many cores have messages waiting for them here. */
    private int outgoing;

    CoreMail(DispatchMatrix<ThreadRecord> matrix, int id, int cores) {
        this.matrix = matrix;
        this.id = id;
        this.cores = cores;
    }

    final int id() {
        return id;
    }

    final int cores() {
        return cores;
    }

    /** The slots between all cores. */
    final DispatchMatrix<ThreadRecord> matrix() {
        return matrix;
    }

    /** The first of the messages that wait for {@code target}'s slot to be free, or null. */
    final @Nullable Message<ThreadRecord> outgoing(int target) {
        return toBeDispatched == null ? null : toBeDispatched[target];
    }

    final boolean anyOutgoing() {
        return outgoing != 0;
    }

    final void pushOutgoing(int target, Message<ThreadRecord> request) {
        @Nullable Message<ThreadRecord>[] chains = toBeDispatched;
        if (chains == null) {
            chains = DispatchMatrix.chains(cores);
            toBeDispatched = chains;
        }
        request.next = chains[target];
        outgoing += request.next == null ? 1 : 0;
        chains[target] = request;
    }

    /** Takes the messages that {@link #outgoing} has shown. */
    final Message<ThreadRecord> takeOutgoing(int target) {
        @Nullable Message<ThreadRecord>[] chains = Objects.requireNonNull(toBeDispatched);
        Message<ThreadRecord> chain = Objects.requireNonNull(chains[target]);
        chains[target] = null;
        outgoing--;
        return chain;
    }

    /** Whether a message waits whose slot is free. */
    final boolean canSend() {
        for (int target = 0; outgoing != 0 && target < cores; target++) {
            if (outgoing(target) != null && matrix.slot(target, id) == null) {
                return true;
            }
        }
        return false;
    }

    /** The Idle flag of a core. */
    abstract boolean isIdle(int core);

    /** Whether a core has halted with messages for this one in its own list. */
    abstract boolean haltedWithMail(int sender);

    /** To be called before memory that other cores can see is changed. */
    abstract void beforeTouch();

    /** Asked where a defect would act, and noted. */
    abstract boolean has(ToroQuirk quirk);

    /** A chain of messages lies in the slot of {@code target}. */
    abstract void sent(int target);

    /** Begins the thread that {@code requester} has asked for, and makes it ready; returns how long that takes. */
    abstract long carriesOut(ThreadRecord requester);
}
