import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.util.Locale;

/** A published experiment over a range of one's own: how long QEMU-Lite boots on faster and slower hosts. */
public final class Sweep {
    private Sweep() {}

    public static void main(String[] args) {
        for (int mhz = 1_600; mhz <= 4_000; mhz += 800) {
            Specification spec = Specification.defaults().with(Keys.TSC_MHZ, mhz);
            Experiment boots = Experiments.named("boot", spec).get(0);
            ExperimentResult result = boots.run(42, Experiment.Progress.NONE);
            double boot = result.cases().stream()
                    .filter(c -> c.published().equals("123"))
                    .mapToDouble(CaseResult::obtained)
                    .findFirst()
                    .orElseThrow();
            System.out.printf(Locale.ROOT, "%d MHz: %.1f ms%n", mhz, boot);
        }
    }
}
