package io.torosim.core.direct;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for the same thing, by rank, then in the order in which they came. The first is served first; who is behind
 * it waits even if it could be served ({@code strict}) or is tried as well.
 */
final class WaitLine {
    /** Waits without end. */
    static final long FOREVER = Long.MIN_VALUE;

    private final DirectThreads group;
    private final Predicate<DirectThread> grant;
    private final Consumer<DirectThread> takeBack;
    private final boolean strict;
    /** The line at the other side, which may move when this one does; or null. */
    private @Nullable WaitLine peer;

    private @Nullable DirectThread head;
    private int size;

    /** A line in which everybody gets the same, nobody takes anything away, and nothing has to be taken back. */
    WaitLine(DirectThreads group, Predicate<DirectThread> grant) {
        this(group, grant, thread -> {}, true);
    }

    /**
     * A line.
     *
     * @param grant gives a thread what it wants if that is there
     * @param takeBack undoes that: the thread was killed before it could go on
     * @param strict whether one that cannot be served keeps those behind it waiting
     */
    WaitLine(DirectThreads group, Predicate<DirectThread> grant, Consumer<DirectThread> takeBack, boolean strict) {
        this.group = Objects.requireNonNull(group, "threads");
        this.grant = grant;
        this.takeBack = takeBack;
        this.strict = strict;
    }

    /** Makes two lines each other's other side: those who bring and those who fetch. */
    static void pair(WaitLine one, WaitLine other) {
        one.peer = other;
        other.peer = one;
    }

    int size() {
        return size;
    }

    DirectThreads group() {
        return group;
    }

    /**
     * Waits until served.
     *
     * @param timeoutPs at least 0
     * @return false if the time went by
     */
    boolean enter(DirectThread thread, long timeoutPs) throws InterruptedException {
        return stand(thread, thread.deadline(timeoutPs));
    }

    /** Waits until served, without end. */
    void enter(DirectThread thread) throws InterruptedException {
        stand(thread, FOREVER);
    }

    private boolean stand(DirectThread thread, long untilPs) throws InterruptedException {
        thread.standIn(this);
        insert(thread);
        serve();
        return thread.grantedAtOnce() || thread.waitInLine(untilPs);
    }

    /** Serves whom it can, from the first, at both sides, until nobody moves. */
    void serve() {
        boolean moved;
        do {
            moved = serveThisSide();
            moved |= peer != null && peer.serveThisSide();
        } while (moved && peer != null);
    }

    private boolean serveThisSide() {
        boolean moved = false;
        DirectThread before = null;
        DirectThread thread = head;
        while (thread != null) {
            DirectThread next = thread.nextInLine;
            boolean granted = false;
            Throwable refusal = null;
            try {
                granted = grant.test(thread);
            } catch (RuntimeException | Error e) {
                refusal = e; // a condition's: it is the business of who asked for it, not of who brings something
            }
            if (granted) {
                unlink(before, thread);
                thread.grant();
                moved = true;
            } else if (refusal != null) {
                unlink(before, thread);
                thread.refuse(refusal);
                moved = true;
            } else if (strict) {
                return moved;
            } else {
                before = thread;
            }
            thread = next;
        }
        return moved;
    }

    /** A thread goes away: out of patience, interrupted or killed. */
    void leave(DirectThread thread, boolean served) {
        if (served) {
            takeBack.accept(thread);
        } else {
            DirectThread before = null;
            DirectThread at = head;
            while (at != null && at != thread) {
                before = at;
                at = at.nextInLine;
            }
            unlink(before, thread);
        }
        serve();
    }

    private void insert(DirectThread thread) {
        DirectThread before = null;
        DirectThread at = head;
        while (at != null && at.rank() <= thread.rank()) {
            before = at;
            at = at.nextInLine;
        }
        thread.nextInLine = at;
        if (before == null) {
            head = thread;
        } else {
            before.nextInLine = thread;
        }
        size++;
    }

    private void unlink(@Nullable DirectThread before, DirectThread thread) {
        if (before == null) {
            head = thread.nextInLine;
        } else {
            before.nextInLine = thread.nextInLine;
        }
        thread.nextInLine = null;
        size--;
    }
}
