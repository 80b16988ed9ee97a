package io.torosim.experiment.real.host;

import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What this host is.
 *
 * @param cpuModel the processor's name
 * @param tscHz rate of its time-stamp counter, which an emulated guest reads too
 * @param cpus number of CPUs
 * @param kernel kernel release
 */
public record HostFacts(String cpuModel, long tscHz, int cpus, String kernel) {
    /** Reads them; throws {@link RealMachineException} where the rate of the time-stamp counter cannot be told. */
    public static HostFacts read() throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpuinfo)) {
            throw new RealMachineException("this needs a Linux host: there is no /proc/cpuinfo");
        }
        Optional<String> bogomips = field(cpuinfo, "bogomips");
        if (bogomips.isEmpty()) {
            throw new RealMachineException(
                    "cannot tell the rate of the time-stamp counter: no bogomips in /proc/cpuinfo");
        }
        // Linux derives the figure from the counter's rate where the counter is constant: twice its MHz
        long tscHz = new BigDecimal(bogomips.get())
                .multiply(BigDecimal.valueOf(500_000))
                .longValue();
        Path release = Path.of("/proc/sys/kernel/osrelease");
        return new HostFacts(
                field(cpuinfo, "model name").orElse("unknown processor"),
                tscHz,
                Runtime.getRuntime().availableProcessors(),
                Files.isReadable(release) ? Files.readString(release).strip() : "unknown kernel");
    }

    private static Optional<String> field(Path file, String name) throws IOException {
        return Files.readString(file)
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** Returns it in words. */
    public String text() {
        return String.format(Locale.ROOT, "%d x %s, TSC %.0f MHz, Linux %s", cpus, cpuModel, tscHz / 1e6, kernel);
    }
}
