package io.torosim.core.choice;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import java.util.ArrayList;
import java.util.List;

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
     *
     * <p>Deliveries are choices as above. Steps are not: when the host next takes a vCPU's time is drawn from a stream of that vCPU's own, so
     * that steps before that moment, a loop that repeats for instance, need not be gone through one by one ({@link #nextPs}).
     */
    public static final class Perturbation implements Choices {
        /** A vCPU that executes is held up once in so much time, on average: the times between are exponentially distributed. */
        public static final long STEP_EVERY_PS = 500 * Picos.PER_MICRO;
        /** And of those one in so many may be the longest delay, the host taking the CPU away; the others never are. */
        public static final int LONGEST_IN = 300;
        /** One delivery in so many comes late. */
        public static final int DELIVERY_IN = 20;

        private final RandomStreams streams;
        private final SimRandom random;
        private final List<Place> places = new ArrayList<>();
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
            streams = new RandomStreams(seed);
            random = streams.stream("perturbation");
        }

        /** A vCPU's own draws. */
        private static final class Place {
            private final SimRandom random;
            private long nextPs = -1;

            Place(SimRandom random) {
                this.random = random;
            }
        }

        /** Of deliveries; other points come to 0. */
        @Override
        public int choose(String point, int alternatives) {
            if (point.equals("cpu.store") || point.equals("vcpu.delay")) {
                return 0;
            }
            if (alternatives == 1 || random.nextInt(DELIVERY_IN) != 0) {
                return 0;
            }
            disturbed++;
            return 1 + random.nextInt(alternatives - 1);
        }

        /**
         * Returns the moment at which the host next holds a vCPU up, in ps and later than {@code nowPs}: the step under way then takes longer. A moment
         * that passed while it executed nothing is forgotten and another one drawn, which is the same distribution.
         *
         * @param vcpu at least 0
         * @param nowPs where a step of it begins, at least 0 and not before the last call
         */
        public long nextPs(int vcpu, long nowPs) {
            while (places.size() <= vcpu) {
                places.add(new Place(streams.stream("perturbation/vcpu/" + places.size())));
            }
            Place place = places.get(vcpu);
            if (place.nextPs <= nowPs) {
                place.nextPs = nowPs + 1 + place.random.nextExponential(STEP_EVERY_PS);
            }
            return place.nextPs;
        }

        /**
         * Picks how much longer a step takes.
         *
         * @param vcpu at least 0
         * @param fromPs where the step begins
         * @param toPs where it ends if it takes what it costs
         * @param alternatives at least 2, the last one the longest
         * @return in {@code [0, alternatives)}; 0, as long as it costs, unless {@link #nextPs} lies before its end
         */
        public int lengthened(int vcpu, long fromPs, long toPs, int alternatives) {
            if (nextPs(vcpu, fromPs) >= toPs) {
                return 0;
            }
            Place place = places.get(vcpu);
            place.nextPs = -1;
            disturbed++;
            int most = alternatives - 1;
            if (most > 1 && place.random.nextInt(LONGEST_IN) != 0) {
                most--;
            }
            return 1 + place.random.nextInt(most);
        }

        /** Returns how often it was not the plain choice. */
        public long disturbed() {
            return disturbed;
        }
    }
}
