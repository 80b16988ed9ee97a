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
import java.util.function.Function;

/**
 * An experiment whose result says what was run: on which host profile and whether anybody has held that against a real machine, what disturbed it, and every key of
 * the specification that it heeds whose value is not the default. Whoever reads a figure must not have to ask.
 *
 * @param experiment the experiment
 * @param spec what the user has said
 * @param heeds of what the user has said
 */
record OnHost(Experiment experiment, Specification spec, List<Key<?>> heeds) implements Experiment {
    private static final String SETTING = "host profile";

    OnHost(Experiment experiment, Specification spec) {
        this(experiment, spec, experiment.heeds());
    }

    /** Makes one that does not see what it does not heed: {@code run all} takes any key. */
    static OnHost made(Function<Specification, Experiment> create, Specification spec) {
        List<Key<?>> heeds = create.apply(spec).heeds();
        return new OnHost(create.apply(spec.only(heeds)), spec, heeds);
    }

    @Override
    public String name() {
        return experiment.name();
    }

    @Override
    public boolean isExact() {
        return experiment.isExact();
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        boolean itsOwn = heeds.contains(Keys.HOST_PROFILE);
        String profile = spec.profile().label();
        ExperimentResult result = experiment
                .run(seed, progress)
                .withSetting(SETTING, itsOwn ? profile : "passed over; not figures of " + profile);
        List<Key<?>> told = new ArrayList<>(heeds);
        told.removeAll(List.of(Keys.HOST_PROFILE, Keys.PERTURB)); // in words
        for (Map.Entry<String, String> setting : spec.told(told).entrySet()) {
            result = result.withSetting(setting.getKey(), setting.getValue());
        }
        long perturb = spec.get(Keys.PERTURB);
        boolean disturbed = perturb != 0 && heeds.contains(Keys.PERTURB);
        return disturbed ? result.withSetting("host", MachineSpec.perturbationWords(perturb)) : result;
    }
}
