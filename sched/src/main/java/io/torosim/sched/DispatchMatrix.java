package io.torosim.sched;

/**
 * The mailboxes between cores (Process.pas: {@code CpuMxSlots[receiver][sender]}): one chain of remote-create messages
 * each. Only the sender fills a slot, only the receiver empties it.
 */
final class DispatchMatrix<T> {
    /** A request to create a thread on another core; it lives on the requester's stack. */
    static final class Message<T> {
        final T requester;
        Message<T> next;

        Message(T requester) {
            this.requester = requester;
        }
    }

    /** By receiver, then by sender; null for a receiver that nobody has sent anything. */
    private final Message<T>[][] slots;

    private final int[] incoming;

    DispatchMatrix(int cores) {
        slots = receivers(cores);
        incoming = new int[cores];
    }

    @SuppressWarnings("unchecked") // Java makes no arrays of parameterized types
    static <T> Message<T>[] chains(int cores) {
        return (Message<T>[]) new Message<?>[cores];
    }

    @SuppressWarnings("unchecked")
    private static <T> Message<T>[][] receivers(int cores) {
        return (Message<T>[][]) new Message<?>[cores][];
    }

    Message<T> slot(int receiver, int sender) {
        return slots[receiver] == null ? null : slots[receiver][sender];
    }

    /** Whether any sender has left a chain for {@code receiver}. */
    boolean anyFor(int receiver) {
        return incoming[receiver] != 0;
    }

    void fill(int receiver, int sender, Message<T> chain) {
        if (slots[receiver] == null) {
            slots[receiver] = chains(slots.length);
        }
        if (slots[receiver][sender] != null) {
            throw new IllegalStateException("slot " + receiver + "/" + sender + " is not free");
        }
        slots[receiver][sender] = chain;
        incoming[receiver]++;
    }

    void clear(int receiver, int sender) {
        if (slot(receiver, sender) != null) {
            incoming[receiver]--;
            slots[receiver][sender] = null;
        }
    }
}
