package io.torosim.core.choice;

/**
 * The one place where the simulation asks what the real world leaves open: the order of simultaneous events, the jitter
 * of a cost, the delay of a delivery, the moment at which a buffered store becomes visible.
 *
 * <p>Alternative 0 is always the plain one (scheduling order, no jitter, at once), so {@link #fixed()} is the machine
 * without surprises. A search over interleavings supplies its own implementation.
 *
 * <p>Confined to the simulation thread.
 */
@FunctionalInterface
public interface Choices {
    /**
     * Picks one of {@code alternatives} ways to go on.
     *
     * @param point what is being decided, a constant name in the form {@code "machine.tie"}; for the recording, it must
     *     not decide anything by itself
     * @param alternatives how many ways there are, at least 1
     * @return the index of the way taken, in {@code [0, alternatives)}
     */
    int choose(String point, int alternatives);

    /** Returns the choices that always take alternative 0. */
    static Choices fixed() {
        return (point, alternatives) -> 0;
    }
}
