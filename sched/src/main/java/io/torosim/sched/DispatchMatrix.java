package io.torosim.sched;

import org.jspecify.annotations.Nullable;

/**
 * The mailboxes between cores (Process.pas: {@code CpuMxSlots[receiver][sender]}): one chain of remote-create messages
 * each. Only the sender fills a slot, only the receiver empties it.
 */
final class DispatchMatrix<T> {
    /** A request to create a thread on another core; it lives on the requester's stack. */
    static final class Message<T> {
        final T requester;

        @Nullable
        Message<T> next;

        Message(T requester) {
            this.requester = requester;
        }
    }

    /** By receiver, then by sender; null for a receiver that nobody has sent anything. */
    private final @Nullable Message<T>[] @Nullable [] slots;

    private final int[] incoming;

    DispatchMatrix(int cores) {
        slots = receivers(cores);
        incoming = new int[cores];
    }

    @SuppressWarnings("unchecked") // Java makes no arrays of parameterized types
    static <T> @Nullable Message<T>[] chains(int cores) {
        return (@Nullable Message<T>[]) new Message<?>[cores];
    }

    @SuppressWarnings("unchecked")
    private static <T> @Nullable Message<T>[] @Nullable [] receivers(int cores) {
        return (@Nullable Message<T>[] @Nullable []) new Message<?>[cores][];
    }

    @Nullable
    Message<T> slot(int receiver, int sender) {
        @Nullable Message<T>[] ofReceiver = slots[receiver];
        return ofReceiver == null ? null : ofReceiver[sender];
    }

    /** Whether any sender has left a chain for {@code receiver}. */
    boolean anyFor(int receiver) {
        return incoming[receiver] != 0;
    }

    void fill(int receiver, int sender, Message<T> chain) {
        @Nullable Message<T>[] ofReceiver = slots[receiver];
        if (ofReceiver == null) {
            ofReceiver = chains(slots.length);
            slots[receiver] = ofReceiver;
        }
        if (ofReceiver[sender] != null) {
            throw new IllegalStateException("slot " + receiver + "/" + sender + " is not free");
        }
        ofReceiver[sender] = chain;
        incoming[receiver]++;
    }

    void clear(int receiver, int sender) {
        @Nullable Message<T>[] ofReceiver = slots[receiver];
        if (ofReceiver != null && ofReceiver[sender] != null) {
            incoming[receiver]--;
            ofReceiver[sender] = null;
        }
    }
}
