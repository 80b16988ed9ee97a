package io.torosim.virtio.testkit;

import java.util.List;

/**
 * What a search through all interleavings found.
 *
 * @param complete whether every state was seen; if not, the limit was reached or something failed
 * @param states how many different states of both sides, of memory and of the stores under way there are
 * @param steps how many steps lead from one of them to another
 * @param failure what went wrong, or null; it begins with a rule
 * @param way the steps that lead there, a line each; empty if nothing went wrong
 */
public record Exhaustion(boolean complete, long states, long steps, String failure, List<String> way) {
    /** Copies the list. */
    public Exhaustion {
        way = List.copyOf(way);
    }

    @Override
    public String toString() {
        String much = states + " states, " + steps + " steps";
        return failure != null
                ? failure + "\n  " + String.join("\n  ", way) + "\n" + much
                : (complete ? "exhausted: " : "not exhausted: ") + much;
    }
}
