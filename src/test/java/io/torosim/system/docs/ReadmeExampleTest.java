package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The example in the README is this code, and prints what the README says. */
final class ReadmeExampleTest {
    private final List<String> printed = new ArrayList<>();

    private void printf(String format, Object... args) {
        printed.add(String.format(Locale.ROOT, format, args).strip());
    }

    @Test
    void example_printsWhatTheReadmeSays() throws IOException {
        // README: begin
        MachineSpec spec = MachineSpec.builder()
                .vcpus(2)
                .tscHz(2_400_000_000L)
                .ramMib(64)
                .seed(42)
                .build();
        try (Machine machine = Machine.create(spec)) {
            ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
            kernel.spawn(0, "poller", GuestProgram.loop(Step.poll(Duration.ofNanos(500)), Step.yieldIdle()));
            kernel.spawn(
                    1,
                    "worker",
                    GuestProgram.loop(Step.compute(Duration.ofNanos(5_000)), Step.sleep(Duration.ofMillis(1))));
            RunResult result = machine.runUntil(Duration.ofSeconds(1));
            for (VcpuUsage u : result.usage()) {
                printf("vcpu%d %.1f%% busy, %d halts%n", u.vcpuId(), 100 * u.busyFraction(), u.halts());
            }
        }
        // README: end
        String readme = readme();
        for (String line : printed) {
            assertThat(readme).contains(line);
        }
    }

    @Test
    void readme_holdsTheExampleWordForWord() throws IOException {
        Path source = root().resolve("src/test/java/io/torosim/system/docs/ReadmeExampleTest.java");
        String code = Files.readString(source, StandardCharsets.UTF_8);
        String example = code.substring(code.indexOf("// README: begin"), code.indexOf("// README: end"));
        String expected =
                words(example.substring("// README: begin".length()).replace("printf(", "System.out.printf("));
        assertThat(words(readme())).contains(expected);
    }

    /** Line breaks and indentation are the formatter's business. */
    private static String words(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String readme() throws IOException {
        return Files.readString(root().resolve("README.md"), StandardCharsets.UTF_8);
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("README.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
