package io.torosim.experiment.catalog;

import io.torosim.core.machine.MachineSpec;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An experiment whose result says what was run: on which host profile and whether anybody has held that against a real machine, what disturbed it, and every key of
 * the specification that it heeds whose value is not the default. Whoever reads a figure must not have to ask.
 *
 * @param experiment the experiment
 * @param spec what it was made from
 */
record OnHost(Experiment experiment, Specification spec) implements Experiment {
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
        String profile = spec.profile().label();
        ExperimentResult result = experiment
                .run(seed, progress)
                .withSetting(SETTING, itsOwn ? profile : "passed over; not figures of " + profile);
        List<Key<?>> told = new ArrayList<>(experiment.heeds());
        told.removeAll(List.of(Keys.HOST_PROFILE, Keys.PERTURB)); // in words
        for (Map.Entry<String, String> setting : spec.told(told).entrySet()) {
            result = result.withSetting(setting.getKey(), setting.getValue());
        }
        long perturb = spec.get(Keys.PERTURB);
        boolean disturbed = perturb != 0 && experiment.heeds().contains(Keys.PERTURB);
        return disturbed ? result.withSetting("host", MachineSpec.perturbationWords(perturb)) : result;
    }
}
