package io.torosim.sweep.model;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.cost.CostModel.CostParameter.CostUnit;
import io.torosim.experiment.cpu.SensitivityExperiment;
import io.torosim.experiment.spec.Specification;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What the CPU usage experiment concludes, over everything about it that is guessed or fitted: the long form of {@code torosim run
 * sensitivity}. Factors are the assumed cost parameters over their ranges; outputs are the figures behind the conclusions.
 */
final class CpuConclusionsModel implements CellModel {
    private static final long serialVersionUID = 1;

    /** Creates it, with the shipped specification. */
    CpuConclusionsModel() {}

    /** Returns the study of so many joint draws: independent and uniform over every range, one run each. */
    static Study study(int draws, long seed) {
        List<Factor> factors = new ArrayList<>();
        for (CostParameter p : SensitivityExperiment.assumed(Specification.defaults())) {
            Factor.Ranged range =
                    Factor.range(p.name(), p.low().doubleValue(), p.high().doubleValue());
            boolean whole = p.unit() == CostUnit.HZ || p.unit() == CostUnit.COUNT || p.unit() == CostUnit.BYTES;
            factors.add(
                    (whole ? range.wholeNumbers() : range).withNominal(p.value().doubleValue()));
        }
        return Study.of("cpu-conclusions", new CpuConclusionsModel(), outputs().toArray(new String[0]))
                .name("sensitivity")
                .factors(factors)
                .design(new Design.RandomDraws(draws))
                .seed(seed)
                .build();
    }

    /** Returns the conclusions with their bands. */
    static List<Conclusion> conclusions() {
        return SensitivityExperiment.conclusions().stream()
                .map(c -> new Conclusion(c.title(), c.key(), c.low(), c.high()))
                .toList();
    }

    private static List<String> outputs() {
        return conclusions().stream().map(Conclusion::output).toList();
    }

    @Override
    public double[] run(Cell cell) {
        CostModel costs = Specification.defaults().costs();
        for (Factor factor : cell.factors()) {
            costs = costs.with(factor.name(), new BigDecimal(cell.text(factor.name())));
        }
        return SensitivityExperiment.figures(Specification.defaults().withCosts(costs), cell.seed());
    }
}
