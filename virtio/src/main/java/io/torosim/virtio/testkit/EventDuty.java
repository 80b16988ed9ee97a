package io.torosim.virtio.testkit;

/**
 * Whether one side owes the other an event. The wish of the other side may change while a side works, so the answer is
 * three-valued: an event is owed if it was wanted at every instant since the last publication, superfluous if at none.
 */
final class EventDuty {
    private boolean pending;
    private boolean wantedThroughout;
    private boolean wantedEver;
    private int sent;

    /** Something was published, and right now an event for all since the last decision is wanted or not. */
    void published(boolean wanted) {
        wantedThroughout = wanted;
        wantedEver |= wanted;
        pending = true;
    }

    /** The wish may have changed. */
    void wish(boolean wanted) {
        if (pending) {
            wantedThroughout &= wanted;
            wantedEver |= wanted;
        }
    }

    boolean pending() {
        return pending;
    }

    boolean wasSent() {
        return sent > 0;
    }

    void sent() {
        sent++;
    }

    /** Ends an operation: +1 an event is missing, -1 one was superfluous, 0 all is well. */
    int settle() {
        int verdict = 0;
        if (pending && wantedThroughout && sent == 0) {
            verdict = 1;
        } else if (sent > 0 && (!pending || !wantedEver)) {
            verdict = -1;
        }
        pending = false;
        wantedEver = false;
        sent = 0;
        return verdict;
    }
}
