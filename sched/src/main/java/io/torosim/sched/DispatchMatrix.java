package io.torosim.sched;

/**
 * The mailboxes between cores (Process.pas: {@code CpuMxSlots[receiver][sender]}): one chain of remote-create messages
 * each. Only the sender fills a slot, only the receiver empties it.
 */
final class DispatchMatrix {
    /** A request to create a thread on another core; it lives on the requester's stack. */
    static final class Message {
        final GuestThread requester;
        Message next;

        Message(GuestThread requester) {
            this.requester = requester;
        }
    }

    /** By receiver, then by sender; null for a receiver that nobody has sent anything. */
    private final Message[][] slots;

    private final int[] incoming;

    DispatchMatrix(int cores) {
        slots = new Message[cores][];
        incoming = new int[cores];
    }

    Message slot(int receiver, int sender) {
        return slots[receiver] == null ? null : slots[receiver][sender];
    }

    /** Whether any sender has left a chain for {@code receiver}. */
    boolean anyFor(int receiver) {
        return incoming[receiver] != 0;
    }

    void fill(int receiver, int sender, Message chain) {
        if (slots[receiver] == null) {
            slots[receiver] = new Message[slots.length];
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
