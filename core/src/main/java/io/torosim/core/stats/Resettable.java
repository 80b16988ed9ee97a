package io.torosim.core.stats;

/** A statistic that can forget the warm-up. */
@FunctionalInterface
public interface Resettable {
    /**
     * Forgets everything up to now.
     *
     * @param nowPs the present time
     */
    void reset(long nowPs);
}
