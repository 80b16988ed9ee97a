package io.torosim.core.machine;

import java.util.function.Supplier;

/**
 * Holds a polling loop to the proof that it repeats: every round is stepped, and one that is not like the proof says, although nothing was
 * announced since, has seen something whose change nobody tells. Fast-forward would have seen it too early, late or never.
 */
final class PollingCheck {
    /** There is no proof. */
    static final long NOT_PROVED = -1;

    private final int vcpuId;
    private final Supplier<String> place;
    private int loopId;
    private long provedPs;
    private long nextVisitPs = NOT_PROVED;

    /** @param place tells what was executed last */
    PollingCheck(int vcpuId, Supplier<String> place) {
        this.vcpuId = vcpuId;
        this.place = place;
    }

    /**
     * The head of a loop is visited.
     *
     * @param nextPs when the next visit is to be, if the loop is proved to repeat
     */
    void visit(int id, long nowPs, long nextPs) {
        if (nextVisitPs != NOT_PROVED && (nowPs != nextVisitPs || id != loopId)) {
            throw diverged(nowPs);
        }
        if (nextVisitPs == NOT_PROVED) {
            provedPs = nowPs;
        }
        loopId = id;
        nextVisitPs = nextPs;
    }

    /** Something that the loop may see has been announced, or an interrupt has come: the proof is void. */
    void announced() {
        nextVisitPs = NOT_PROVED;
    }

    /** A step of the vCPU itself does what no round of a loop that repeats does. */
    void differs(long nowPs) {
        if (nextVisitPs != NOT_PROVED) {
            throw diverged(nowPs);
        }
    }

    private IllegalStateException diverged(long nowPs) {
        nextVisitPs = NOT_PROVED;
        return new IllegalStateException("vCPU " + vcpuId + " has left a polling loop at " + nowPs
                + " ps that had been proved to repeat since " + provedPs + " ps, and no change was announced, in "
                + place.get()
                + ": what it looks at must be a SharedWord, or tell Machine.beforeChange");
    }
}
