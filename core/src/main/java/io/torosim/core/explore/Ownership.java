package io.torosim.core.explore;

import java.util.Arrays;

/**
 * Who touches which shared word, as far as the search has seen: the partial-order reduction rests on it. A word that one program or handler
 * of one vCPU alone has touched, or that nobody has written, is no place where an order could matter, so accesses to it need no place of
 * their own in a schedule. If a later access shows a word to be shared after all, what was left out so far may have mattered: the search
 * begins anew with what it knows now. At the end all that was left out was left out rightly.
 */
final class Ownership {
    private static final int NOBODY = -1;
    private static final int READERS = -2;
    private static final int SHARED = -3;

    private final int[] owner;
    private final boolean[] written;
    private final boolean on;
    private boolean surprised;

    /** Creates what is known before anything was seen; with {@code on} false every word is shared. */
    Ownership(int words, boolean on) {
        owner = new int[words];
        written = new boolean[words];
        this.on = on;
        Arrays.fill(owner, on ? NOBODY : SHARED);
    }

    /** Returns whether the order of this access against others matters. */
    boolean matters(int word, int context, boolean write) {
        int known = owner[word];
        if (known == SHARED) {
            return true;
        }
        if (known == NOBODY) {
            owner[word] = context;
        } else if (known == READERS ? write : known != context && (write || written[word])) {
            share(word);
            return true;
        } else if (known != context) {
            owner[word] = READERS;
        }
        written[word] |= write;
        return false;
    }

    /** Somebody else than a vCPU looks at the word: an invariant, a device, a monitor. */
    void observed(int word) {
        if (owner[word] != SHARED) {
            share(word);
        }
    }

    private void share(int word) {
        surprised |= owner[word] != NOBODY;
        owner[word] = SHARED;
    }

    /** Returns whether a word that was taken for one vCPU's was seen to be shared. */
    boolean surprised() {
        return surprised;
    }

    /** As that, and forgets it. */
    boolean takeSurprised() {
        boolean was = surprised;
        surprised = false;
        return was;
    }

    boolean reduces() {
        return on;
    }
}
