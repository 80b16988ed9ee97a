package io.torosim.core.machine;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Holds a polling loop to the proof that it repeats: every round is stepped, and one that is not like the proof says, although nothing was
 * announced since, has seen something whose change nobody tells. Fast-forward would have seen it too early, late or never. What the loop keeps
 * itself must stay as it was too: fast-forward passes over what a round would have counted. A loop each of whose rounds announces, or looks at what announces nothing,
 * is never proved, so that there is nothing to hold it to: that is said once.
 */
final class PollingCheck {
    /** There is no proof. */
    static final long NOT_PROVED = -1;
    /** So many rounds in a row without a proof are told of. */
    static final int TOLD_ROUNDS = 10_000;

    private final int vcpuId;
    private final Supplier<String> place;
    private final Consumer<String> warnings;
    private int loopId;
    private long provedPs;
    private long nextVisitPs = NOT_PROVED;
    /** From here on the proof says nothing: a comparison with the clock comes out differently. */
    private long deadlinePs;

    private long kept;
    private int unproved;
    private boolean told;

    /**
     * @param place tells what was executed last
     * @param warnings takes what the user should know
     */
    PollingCheck(int vcpuId, Supplier<String> place, Consumer<String> warnings) {
        this.vcpuId = vcpuId;
        this.place = place;
        this.warnings = warnings;
    }

    /**
     * The head of a loop is visited.
     *
     * @param nextPs when the next visit is to be, if the loop is proved to repeat
     * @param untilPs up to which instant, exclusive, the proof tells what is done: not before {@code nextPs}
     * @param fingerprint of what the loop keeps itself
     */
    void visit(int id, long nowPs, long nextPs, long untilPs, long fingerprint) {
        if (holds(nowPs)) {
            if (nowPs != nextVisitPs || id != loopId) {
                throw diverged(nowPs);
            }
            if (fingerprint != kept) {
                throw counted(nowPs);
            }
        } else {
            provedPs = nowPs;
        }
        unproved = nextPs == NOT_PROVED && id == loopId ? unproved + 1 : 0;
        if (unproved == TOLD_ROUNDS && !told) {
            told = true;
            warnings.accept("checkPolling: vCPU " + vcpuId + " came round a polling loop " + TOLD_ROUNDS
                    + " times in a row and announced a change of its own in each round, or looked at what announces nothing,"
                    + " in " + place.get()
                    + ": such rounds are always stepped, so there is nothing to check them against");
        }
        loopId = id;
        nextVisitPs = nextPs;
        deadlinePs = untilPs;
        kept = fingerprint;
    }

    /** Whether there is a proof that the next visit comes, and when, or at least what is done at this instant. */
    private boolean holds(long nowPs) {
        return nextVisitPs != NOT_PROVED && (nextVisitPs < deadlinePs || nowPs < deadlinePs);
    }

    /** Something that the loop may see has been announced by somebody else, or an interrupt has come: the proof is void. */
    void announced() {
        nextVisitPs = NOT_PROVED;
        unproved = 0;
    }

    /** A step of the vCPU itself does what no round of a loop that repeats does: it announces, or looks at what announces nothing. */
    void differs(long nowPs) {
        if (holds(nowPs)) {
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

    private IllegalStateException counted(long nowPs) {
        nextVisitPs = NOT_PROVED;
        return new IllegalStateException("vCPU " + vcpuId + " has changed what its polling loop keeps, up to " + nowPs
                + " ps, in a round that had been proved to repeat since " + provedPs + " ps, in " + place.get()
                + ": rounds that are passed over would not count; such a round must say Vcpu.changed");
    }
}
