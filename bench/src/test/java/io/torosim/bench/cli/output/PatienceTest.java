package io.torosim.bench.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
    @Test
    void longCommand_isToldAboutOnOneLine_whichIsGoneAtTheEnd() throws InterruptedException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        CountDownLatch enough = new CountDownLatch(3);
        AtomicInteger runs = new AtomicInteger();
        boolean ended = Patience.during(
                true,
                new PrintStream(told, true, StandardCharsets.UTF_8),
                Duration.ofMillis(1),
                seconds -> {
                    enough.countDown();
                    return runs.incrementAndGet() + " runs";
                },
                () -> enough.await(1, TimeUnit.MINUTES));
        assertThat(ended).isTrue();
        String text = told.toString(StandardCharsets.UTF_8);
        assertThat(text).startsWith("\r1 runs, 0 s").contains("\r2 runs").doesNotContain("\n");
        String[] lines = text.split("\r");
        assertThat(lines[lines.length - 1]).as("written over").isBlank();
        assertThat(lines[lines.length - 1].length()).isEqualTo(lines[lines.length - 2].length());
    }

    @Test
    void withoutATerminal_eachLineIsWhole() throws InterruptedException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        CountDownLatch enough = new CountDownLatch(3);
        AtomicInteger runs = new AtomicInteger();
        Patience.during(
                false,
                new PrintStream(told, true, StandardCharsets.UTF_8),
                Duration.ofMillis(1),
                seconds -> {
                    assertThat(seconds).as("to divide by").isPositive();
                    enough.countDown();
                    return runs.incrementAndGet() + " runs";
                },
                () -> enough.await(1, TimeUnit.MINUTES));
        assertThat(told.toString(StandardCharsets.UTF_8))
                .doesNotContain("\r")
                .startsWith("torosim: 1 runs, 0 s\ntorosim: 2 runs, 0 s\n")
                .endsWith(" s\n");
    }

    @Test
    void whatIsOverBeforeTheFirstLine_isNotToldAbout() {
        for (boolean terminal : new boolean[] {true, false}) {
            ByteArrayOutputStream told = new ByteArrayOutputStream();
            PrintStream to = new PrintStream(told, true, StandardCharsets.UTF_8);
            assertThat(Patience.during(terminal, to, Duration.ofHours(1), seconds -> "", () -> "done"))
                    .isEqualTo("done");
            assertThat(told.size()).isZero();
        }
    }
}
