package io.torosim.core.machine;

import io.torosim.core.choice.Choices.Perturbation;
import io.torosim.core.time.Picos;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The whole of a disturbance in words, for whoever reads a figure that was obtained under it: see {@link MachineSpec#perturbation}. */
final class UnquietHost {
    private UnquietHost() {}

    /** Returns what an unquiet host of that seed does, with every parameter. */
    static String words(long seed) {
        Perturbation.checkSeed(seed);
        return String.format(
                Locale.ROOT,
                "unquiet host, seed %d: in the time that a vCPU executes a step is longer every %s on average (exponential), by %s alike, one in %d of these by one of them or %s;"
                        + " one interrupt or timer in %d comes later, by %s alike; vCPU (seed mod vCPUs) at %d per mille of the clock",
                seed,
                time(Perturbation.STEP_EVERY_PS),
                times(Surprises.STEP_PS, 1, Surprises.STEP_PS.length - 1),
                Perturbation.LONGEST_IN,
                time(Surprises.STEP_PS[Surprises.STEP_PS.length - 1]),
                Perturbation.DELIVERY_IN,
                times(Surprises.DELIVERY_PS, 1, Surprises.DELIVERY_PS.length),
                Surprises.SLOW_CORE_PERMILLE);
    }

    private static String times(long[] picos, int from, int to) {
        return Arrays.stream(picos, from, to).mapToObj(UnquietHost::time).collect(Collectors.joining(", "));
    }

    private static String time(long picos) {
        long[] units = {Picos.PER_MILLI, Picos.PER_MICRO, Picos.PER_NANO};
        String[] names = {" ms", " us", " ns"};
        for (int i = 0; i < units.length; i++) {
            if (picos % units[i] == 0) {
                return picos / units[i] + names[i];
            }
        }
        return picos + " ps";
    }
}
