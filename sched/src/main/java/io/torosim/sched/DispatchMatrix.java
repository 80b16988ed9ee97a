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

    private final Message[][] slots;

    DispatchMatrix(int cores) {
        slots = new Message[cores][cores];
    }

    Message slot(int receiver, int sender) {
        return slots[receiver][sender];
    }

    /** Whether any sender has left a chain for {@code receiver}. */
    boolean anyFor(int receiver) {
        for (Message chain : slots[receiver]) {
            if (chain != null) {
                return true;
            }
        }
        return false;
    }

    void fill(int receiver, int sender, Message chain) {
        if (slots[receiver][sender] != null) {
            throw new IllegalStateException("slot " + receiver + "/" + sender + " is not free");
        }
        slots[receiver][sender] = chain;
    }

    void clear(int receiver, int sender) {
        slots[receiver][sender] = null;
    }
}
