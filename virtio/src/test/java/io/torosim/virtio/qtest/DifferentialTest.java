package io.torosim.virtio.qtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same scripts at the simulated disk and at QEMU's. */
class DifferentialTest {
    private static final int SCRIPTS_PER_MODE = 84; // 1008 in 12 modes

    @BeforeAll
    static void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    @Test
    void randomScripts_haveNoUnexplainedDifference() throws IOException {
        Map<QemuDeviation, Integer> explained = new EnumMap<>(QemuDeviation.class);
        int scripts = 0;
        try (DifferentialRun run = DifferentialRun.start()) {
            assertThat(DifferentialRun.modes()).hasSize(12);
            for (QueueMode mode : DifferentialRun.modes()) {
                for (int seed = 0; seed < SCRIPTS_PER_MODE; seed++) {
                    DriverScript script = DriverScript.random(mode, seed, 20);
                    List<Difference> differences = run.run(script);
                    assertThat(differences)
                            .as("seed %d, %s", seed, script.toText())
                            .allMatch(d -> d.explanation() != null);
                    differences.forEach(d -> explained.merge(d.explanation(), 1, Integer::sum));
                    scripts++;
                }
            }
        }
        assertThat(scripts).isGreaterThanOrEqualTo(1000);
        assertThat(explained)
                .containsOnlyKeys(QemuDeviation.values()); // a deviation that no script shows is no longer true
    }
}
