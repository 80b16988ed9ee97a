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

    /**
     * Looks ahead: how many of the next choices come to alternative 0, so that what they are about need not be gone through one by one. Nothing
     * is decided by asking.
     *
     * @param point which choices they are: the caller promises that the next {@code most} are of this point, or up to the first
     *     that does not come to 0
     * @param alternatives of each of them
     * @param most how far to look, at least 1
     * @return in {@code [0, most]}; 0 where it cannot be known
     */
    default int plainAhead(String point, int alternatives, int most) {
        return 0;
    }

    /** Takes that many choices, not more than {@link #plainAhead} has just returned: the same as to {@link #choose} as often. */
    default void takePlain(String point, int alternatives, int count) {
        for (int i = 0; i < count; i++) {
            choose(point, alternatives);
        }
    }

    /** Returns the choices that always take alternative 0. */
    static Choices fixed() {
        return (point, alternatives) -> 0;
    }
}
