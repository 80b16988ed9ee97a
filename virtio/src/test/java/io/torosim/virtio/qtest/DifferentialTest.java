package io.torosim.virtio.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.virtio.qtest.Conformance.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same scripts at simulated devices of the profile QEMU 7.2 and at QEMU's: no difference, and no list of exceptions. A
 * long run: {@code -Dtorosim.differentialScripts=5000}.
 */
class DifferentialTest {
    private static final int SCRIPTS = Integer.getInteger("torosim.differentialScripts", 240);
    private static final int STEPS = 40;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    @Test
    void scripts_seeNoDifference() throws IOException {
        List<Difference> differences = new ArrayList<>();
        List<Scenario> scenarios = Scenario.all(0, STEPS);
        int each = (SCRIPTS + scenarios.size() - 1) / scenarios.size();
        try (DifferentialRun run = DifferentialRun.start()) {
            for (Scenario scenario : scenarios) {
                for (int seed = 0; seed < each; seed++) {
                    differences.addAll(run.run(scenario.seed(seed)));
                }
            }
        }
        assertThat(differences).isEmpty();
    }
}
