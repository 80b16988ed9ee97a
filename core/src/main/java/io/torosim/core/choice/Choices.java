package io.torosim.core.choice;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;

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

    /**
     * An unquiet host: now and then it takes a CPU away, lets a step take longer, lets an interrupt or a timer come late. Drawn from a seed, so
     * that what it shows can be shown again. When a store becomes visible is the processor's doing, not the host's, and as on a quiet one: the
     * explorer varies that. Most choices are the plain one: a run is disturbed, not turned upside down.
     */
    public static final class Perturbation implements Choices {
        /** One step in so many takes longer: at 10 ns a step every 100 us or so. */
        public static final int STEP_IN = 10_000;
        /** And of those one in so many may be the longest delay, the host taking the CPU away; the others never are. */
        public static final int LONGEST_IN = 50;
        /** One delivery in so many comes late. */
        public static final int DELIVERY_IN = 20;

        private final SimRandom random;
        private long disturbed;

        /** Throws {@link IllegalArgumentException} if it is no seed: it must be at least 1, since 0 stands for a quiet host in specifications. */
        public static void checkSeed(long seed) {
            if (seed < 1) {
                throw new IllegalArgumentException("the seed of an unquiet host must be at least 1, perturb=" + seed);
            }
        }

        /** Creates the disturbance of a seed, at least 1. */
        public Perturbation(long seed) {
            checkSeed(seed);
            random = new RandomStreams(seed).stream("perturbation");
        }

        @Override
        public int choose(String point, int alternatives) {
            if (point.equals("cpu.store")) {
                return 0;
            }
            boolean step = point.equals("vcpu.delay");
            if (alternatives == 1 || random.nextInt(step ? STEP_IN : DELIVERY_IN) != 0) {
                return 0;
            }
            disturbed++;
            int most = alternatives - 1;
            if (step && most > 1 && random.nextInt(LONGEST_IN) != 0) {
                most--;
            }
            return 1 + random.nextInt(most);
        }

        /** Returns how often it was not the plain choice. */
        public long disturbed() {
            return disturbed;
        }
    }
}
