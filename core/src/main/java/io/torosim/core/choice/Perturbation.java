package io.torosim.core.choice;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.SimRandom;

/**
 * An unquiet host: now and then it takes a CPU away, lets a step take longer, lets an interrupt or a timer come late. Drawn from a seed, so
 * that what it shows can be shown again. When a store becomes visible is the processor's doing, not the host's, and as on a quiet one: the
 * explorer varies that. Most choices are the plain one: a run is disturbed, not turned upside down.
 */
public final class Perturbation implements Choices {
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
