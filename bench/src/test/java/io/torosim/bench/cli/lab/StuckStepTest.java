package io.torosim.bench.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.code.Steps;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StuckStepTest {
    @Test
    void stepThatDoesNotComeBack_isNamed() throws InterruptedException {
        CountDownLatch said = new CountDownLatch(1);
        StringWriter text = new StringWriter();
        PrintWriter to = new PrintWriter(text) {
            @Override
            public void flush() {
                super.flush();
                said.countDown();
            }
        };
        Scenario scenario = Scenario.named("stuck")
                .vcpu(Steps.of("p", 0)
                        .step("wait", (cpu, frame) -> waited(said))
                        .build())
                .always("fine", "", look -> true)
                .build();
        try (StuckStep watched = StuckStep.watched(to, Duration.ofMillis(2))) {
            assertThat(watched).isNotNull();
            Exploration.search(scenario);
        }
        assertThat(text.toString())
                .startsWith("torosim: this does not come back: io.torosim.bench.cli.lab.StuckStepTest.")
                .contains("(StuckStepTest.java), for 0 s;")
                .hasLineCount(1);
    }

    private static long waited(CountDownLatch said) {
        try {
            said.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return 1;
    }
}
