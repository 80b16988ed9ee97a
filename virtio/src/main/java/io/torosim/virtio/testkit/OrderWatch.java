package io.torosim.virtio.testkit;

/**
 * What orders the accesses of one side, from what it does and not from what a processor made of it: whether a
 * publication is a release, whether what the other side published was acquired before it is read, and whether a fence
 * stands between what this side says and what it then looks at.
 */
final class OrderWatch {
    private boolean unordered; // stored something since the last fence
    private long seen; // publications of the other side that a load has shown
    private long acquired; // those that may be read: by an acquire, or a fence behind the load
    private boolean fencedSincePublication = true;
    private boolean wishLooked; // at the other side's wish, behind publication and fence
    private boolean publishedSinceDecision;
    private boolean ownWishUnfenced;
    private boolean lookedAgain = true; // at the other side's index, behind own wish and fence

    /** The side stores something that is not its index. */
    void storedBody() {
        unordered = true;
    }

    /** The side publishes; returns false if earlier stores may overtake this one. */
    boolean published(boolean release) {
        boolean ordered = release || !unordered;
        fencedSincePublication = false;
        publishedSinceDecision = true;
        wishLooked = false;
        return ordered;
    }

    void fence() {
        unordered = false;
        acquired = Math.max(acquired, seen);
        fencedSincePublication = true;
        ownWishUnfenced = false;
    }

    /** The side has seen that the other side published so many in all. */
    void sawPublications(long count, boolean acquire) {
        seen = Math.max(seen, count);
        if (acquire) {
            acquired = Math.max(acquired, count);
        }
    }

    /** Returns whether the side has seen publication {@code number}, counted from 0. */
    boolean saw(long number) {
        return number < seen;
    }

    /** Returns whether the side may read what publication {@code number}, counted from 0, covers. */
    boolean mayRead(long number) {
        return number < acquired || number >= seen;
    }

    /** The side looks at the other side's index or flags: whether something is there. */
    void lookedForWork() {
        if (!ownWishUnfenced) {
            lookedAgain = true;
        }
    }

    /** The side says whether it wants events. */
    void storedWish() {
        ownWishUnfenced = true;
        lookedAgain = false;
    }

    void loadedWish() {
        if (fencedSincePublication) {
            wishLooked = true;
        }
    }

    /** The side decides on its event; returns false if it kept silent without a look that a fence made safe. */
    boolean decided(boolean sent) {
        boolean safe = sent || !publishedSinceDecision || wishLooked;
        publishedSinceDecision = false;
        return safe;
    }

    /** The side goes to sleep; returns false if it has not looked again since it asked to be woken. */
    boolean maySleep() {
        return lookedAgain;
    }
}
