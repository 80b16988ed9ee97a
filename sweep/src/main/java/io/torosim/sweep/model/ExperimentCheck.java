package io.torosim.sweep.model;

import io.torosim.core.cost.CostModel;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.name.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What can be known to be wrong with a study of an experiment before it begins.
 *
 * <p>{@link ExperimentModel} asks it, which makes a {@link Specification} of each point of the {@link Study}; {@link Nearest} says what a wrong name may
 * have meant.
 */
final class ExperimentCheck {
    /** Of a larger design these many points are looked at, evenly spread, and as many combinations of listed values. */
    private static final int MOST_POINTS = 5_000;
    /** Runs at most to find the outputs. */
    private static final int MOST_RUNS = 6;

    private final ExperimentModel model;
    private final Study study;
    private final List<List<Double>> points;
    private int mostVcpus;

    ExperimentCheck(ExperimentModel model, Study study) {
        this.model = model;
        this.study = study;
        this.points = study.design().points(study.factors(), study.seed());
    }

    void check() {
        model.experiment(Specification.defaults());
        if (model.isExact() && study.stopping().most() > 1) {
            throw new StudyException(
                    "replications",
                    model.name() + " is exact: the seed changes nothing, one run of a point says all",
                    study.stopping().least());
        }
        keys();
        study.factors().forEach(this::values);
        lookedAt().forEach(this::point);
        outputs();
    }

    /** The points that are looked at: all, or an even spread and of every combination of listed values, which may be such as do not go together, one. */
    private Set<Integer> lookedAt() {
        Set<Integer> some = new TreeSet<>();
        for (int i = 0; i < points.size(); i += 1 + points.size() / MOST_POINTS) {
            some.add(i);
        }
        int[] listed = IntStream.range(0, study.factors().size())
                .filter(f -> study.factors().get(f) instanceof Factor.Listed)
                .toArray();
        Set<List<Double>> met = new LinkedHashSet<>();
        for (int i = 0; i < points.size() && some.size() < points.size() && met.size() < MOST_POINTS; i++) {
            List<Double> point = points.get(i);
            if (met.add(Arrays.stream(listed).mapToObj(point::get).toList())) {
                some.add(i);
            }
        }
        return some;
    }

    /** Everything that is said alone, then every factor's name. */
    private void keys() {
        List<Key<?>> keys =
                new ArrayList<>(model.experiment(Specification.defaults()).heeds());
        if (keys.contains(
                Keys.GUEST_KIND)) { // each guest has keys of its own; a point that mixes them is refused below
            for (StudyGuest guest : StudyGuest.values()) {
                keys.addAll(model.experiment(Specification.defaults().with(Keys.GUEST_KIND, guest))
                        .heeds());
            }
        }
        List<String> heeded = keys.stream().map(Key::name).toList();
        String vain = "the experiment " + model.name() + " does not heed it; leave it out";
        for (String said : model.said().keySet()) {
            if (isKey(said) && !heeded.contains(said)) {
                throw new StudyException(said, vain, model.said().get(said));
            }
        }
        CostModel costs = model.specification(cell(0, List.of(), List.of())).costs();
        for (Factor factor : study.factors()) {
            String name = factor.name();
            if (model.said().containsKey(name)) {
                throw new StudyException(
                        "factors." + name,
                        "stands among the factors and in the specification; one of them is in vain",
                        model.said().get(name));
            }
            if (isKey(name) && !heeded.contains(name)) {
                throw new StudyException("factors." + name, vain, shown(factor));
            }
            if (!isKey(name)
                    && !(name.startsWith(ExperimentModel.COSTS)
                            && costs.has(name.substring(ExperimentModel.COSTS.length())))) {
                Set<String> known = new LinkedHashSet<>();
                Keys.all().forEach(key -> known.add(key.name()));
                costs.parameters().forEach(p -> known.add(ExperimentModel.COSTS + p.name()));
                throw new StudyException(
                        "factors." + name, "no such key of a specification; " + Nearest.hint(name, known), null);
            }
        }
    }

    private static String shown(Factor factor) {
        if (factor instanceof Factor.Listed list) {
            return String.join(", ", list.values());
        }
        return factor instanceof Factor.Ranged range
                ? factor.text(range.low()) + " to " + factor.text(range.high())
                : "drawn";
    }

    private static boolean isKey(String name) {
        return Keys.all().stream().anyMatch(key -> key.name().equals(name));
    }

    /** Each value of a list, both ends of a range. Where a distribution ends, its points say. */
    private void values(Factor factor) {
        if (factor instanceof Factor.Drawn) {
            return;
        }
        List<Double> values =
                factor instanceof Factor.Ranged range ? List.of(range.low(), range.high()) : factor.levels(2);
        for (double value : values) {
            Object raw = ExperimentModel.raw(factor.text(value));
            try {
                value(factor.name(), raw);
            } catch (StudyException e) {
                String message =
                        String.valueOf(e.getMessage()).substring(factor.name().length() + 2);
                throw new StudyException(
                        "factors." + factor.name(), message.substring(0, message.lastIndexOf(", value=")), raw);
            }
        }
    }

    private void value(String name, Object raw) {
        for (Key<?> key : Keys.all()) {
            if (key.name().equals(name)) {
                model.with(Specification.defaults(), key, raw);
                return;
            }
        }
        boolean hostVaries = study.factors().stream().anyMatch(f -> f.name().equals(Keys.HOST_PROFILE.name()));
        if (!hostVaries) {
            ExperimentModel.with(
                    model.specification(cell(0, List.of(), List.of())).costs(), name, raw);
        }
    }

    private void point(int i) {
        try {
            Specification spec = model.specification(cell(i, study.factors(), points.get(i)));
            model.experiment(spec);
            spec.arrivals();
            long samples = spec.get(Keys.DURATION).dividedBy(spec.get(Keys.TOP_DELAY));
            if (samples > Specification.MOST_SAMPLES) {
                throw new SpecException("load.duration must hold at most " + Specification.MOST_SAMPLES
                        + " samples of top.delay, samples=" + samples);
            }
            mostVcpus = Math.max(mostVcpus, spec.get(Keys.VCPUS));
        } catch (IllegalArgumentException | SpecException e) {
            String where = shown(points.get(i));
            if (e instanceof StudyException said && said.key().isPresent()) {
                String key = said.key().get();
                boolean varied = study.factors().stream().anyMatch(f -> f.name().equals(key));
                String rule = String.valueOf(e.getMessage()).substring(key.length() + 2);
                String whole = rule.startsWith("must be a whole number") ? " (a range takes whole = true)" : "";
                throw new StudyException(
                        (varied ? "factors." : "") + key, rule + " at point " + i + where + whole, null);
            }
            throw new StudyException("factors", "point " + i + where + ": " + e.getMessage(), null);
        }
    }

    private String shown(List<Double> point) {
        List<String> shown = new ArrayList<>();
        for (int f = 0; f < point.size(); f++) {
            Factor factor = study.factors().get(f);
            shown.add(factor.name() + " = " + factor.text(point.get(f)));
        }
        return shown.isEmpty() ? "" : " (" + String.join(", ", shown) + ")";
    }

    private void outputs() {
        if (model.name().equals(ExperimentModel.GUEST)) {
            model.outputs().forEach(output -> GuestFigures.checkOfFile(output, mostVcpus));
            return;
        }
        Set<String> known = new TreeSet<>();
        int ran = 0;
        for (int i : candidates()) {
            if (known.containsAll(model.outputs()) || ran == MOST_RUNS) {
                break;
            }
            try {
                known.addAll(figures(i).keySet());
                ran++;
            } catch (RuntimeException e) {
                // a run that fails says nothing of names; the study will show it as a row
            }
        }
        for (String output : model.outputs()) {
            if (ran > 0 && !known.contains(output)) {
                throw new StudyException(
                        "outputs", model.name() + " has no such figure; " + Nearest.hint(output, known), output);
            }
        }
    }

    private Map<String, Double> figures(int point) {
        return model.figures(cell(point, study.factors(), points.get(point)));
    }

    /** The first point, the last, then those that differ from the first in one factor alone: another value may bring other figures. */
    private Set<Integer> candidates() {
        Set<Integer> some = new LinkedHashSet<>(List.of(0, points.size() - 1));
        for (int i = 1; i < points.size() && some.size() < MOST_RUNS; i++) {
            int others = 0;
            for (int f = 0; f < study.factors().size(); f++) {
                others += points.get(i).get(f).equals(points.get(0).get(f)) ? 0 : 1;
            }
            if (others == 1) {
                some.add(i);
            }
        }
        return some;
    }

    private Cell cell(int point, List<Factor> factors, List<Double> values) {
        return new Cell(point, point, 0, study.seedOf(point, 0), factors, values);
    }
}
