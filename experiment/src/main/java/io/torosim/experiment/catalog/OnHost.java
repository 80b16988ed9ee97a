package io.torosim.experiment.catalog;

import io.torosim.core.machine.MachineSpec;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import java.util.List;

/**
 * An experiment whose result says which host profile it was run on, what disturbed it, and whether anybody has held that against a real machine: whoever
 * reads a figure must not have to ask.
 *
 * @param experiment the experiment
 * @param profile what the profile is called
 * @param perturb seed of an unquiet host, 0 for a quiet one
 */
record OnHost(Experiment experiment, String profile, long perturb) implements Experiment {
    private static final String SETTING = "host profile";

    @Override
    public String name() {
        return experiment.name();
    }

    @Override
    public List<Key<?>> heeds() {
        return experiment.heeds();
    }

    @Override
    public boolean isExact() {
        return experiment.isExact();
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        boolean itsOwn = experiment.heeds().contains(Keys.HOST_PROFILE);
        ExperimentResult result = experiment
                .run(seed, progress)
                .withSetting(SETTING, itsOwn ? profile : "passed over; not figures of " + profile);
        boolean disturbed = perturb != 0 && experiment.heeds().contains(Keys.PERTURB);
        return disturbed ? result.withSetting("host", MachineSpec.perturbationWords(perturb)) : result;
    }
}
