package io.torosim.experiment.catalog;

import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Key;
import java.util.List;

/**
 * An experiment whose result says which host profile it was run on, and whether anybody has held that against a real machine: whoever
 * reads a figure must not have to ask.
 *
 * @param experiment the experiment
 * @param profile what the profile is called
 */
record OnHost(Experiment experiment, String profile) implements Experiment {
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
        return experiment.run(seed, progress).withSetting(SETTING, profile);
    }
}
