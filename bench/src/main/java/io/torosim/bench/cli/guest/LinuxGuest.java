package io.torosim.bench.cli.guest;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.bench.cli.output.Patience;
import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code torosim guest linux}: Ubuntu with its web server, asked by clients as an example of Toro is; it is run and watched by {@link GuestRun}. */
final class LinuxGuest {
    static final String NAME = "linux";
    static final String SUMMARY =
            "Ubuntu 18.04 with a web server, for comparison: says hello on port 80 (a model, docs/guests.md)";
    /** On which it serves. */
    static final int PORT = 80;

    static final int VCPUS = 2;
    static final int RAM_MIB = 512;

    private static final Set<String> TAKEN = Set.of(
            "--requests",
            "--concurrency",
            "--rate",
            "--start",
            "--delay",
            "--jitter",
            "--loss",
            "--duplicate",
            "--reorder",
            "--backend",
            "--cores",
            "--ram",
            "--mhz",
            "--mode",
            "--host-cpus",
            "--halt-polling",
            "--seed",
            "--seconds",
            "--pcap",
            "--trace",
            "--profile",
            "--exact",
            "--json");
    private static final Duration AFTER_THE_LOAD = Duration.ofMillis(500);
    private static final Duration UNASKED = Duration.ofSeconds(3);
    private static final int OK = 0;
    private static final int UNANSWERED = 1;

    private final MachineSpec machine;
    private final Optional<HttpLoadSpec> asked;
    private final LinkSpec wire;
    private final NetBackend backend;
    private final @Nullable Double seconds;

    LinuxGuest(
            MachineSpec machine,
            Optional<HttpLoadSpec> asked,
            LinkSpec wire,
            NetBackend backend,
            @Nullable Double seconds) {
        this.machine = machine;
        this.asked = asked;
        this.wire = wire;
        this.backend = backend;
        this.seconds = seconds;
        if (seconds != null && Duration.ofNanos(Math.round(seconds * 1e9)).compareTo(settling()) <= 0) {
            throw new IllegalArgumentException("--seconds must be more than --start, seconds=" + seconds);
        }
    }

    /** Refuses by name what is of Toro alone. */
    static void refuseOptionsWithoutEffect(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            if (!TAKEN.contains(option.longestName())) {
                throw new IllegalArgumentException("linux does not take " + option.longestName());
            }
        }
    }

    private Duration settling() {
        return asked.map(HttpLoadSpec::start).orElse(Duration.ZERO);
    }

    private GuestRun described() {
        GuestRun run = GuestRun.of(GuestKind.linux(LinuxConfig.defaults(), wire), HostProfile.kvm2018())
                .vcpus(machine.vcpus())
                .ramMib(machine.ramMib())
                .tscHz(machine.tscHz())
                .vcpuMode(machine.vcpuMode())
                .haltPolling(machine.haltPolling())
                .hostCpus(machine.hostCpus())
                .seed(machine.seed())
                .backend(backend)
                .withoutTop()
                .settling(settling());
        if (machine.exactStepping()) {
            run.exactStepping(true);
        }
        Duration watched = seconds == null
                ? asked.isPresent() ? GuestCommand.LONGEST.minus(settling()) : UNASKED
                : Duration.ofNanos(Math.round(seconds * 1e9)).minus(settling());
        run.watched(watched);
        asked.ifPresent(load -> {
            run.load(
                    load.perSecond() > 0
                            ? new Load.Open(load.perSecond(), load.requests())
                            // one burst: no second one begins at the very end
                            : new Load.Bursts(
                                    watched.plusNanos(1), watched.plusNanos(1), load.requests(), load.concurrency()));
            if (seconds == null) {
                run.untilEnded(load.requests(), AFTER_THE_LOAD);
            }
        });
        return run;
    }

    /** Runs it, writes the files and prints what it did; returns the exit code. */
    int run(PrintWriter out, boolean json, @Nullable Path pcap, @Nullable Path trace, @Nullable Path profile)
            throws IOException {
        GuestRun run = described();
        if (pcap != null) {
            run.captureTo(pcap);
        }
        if (trace != null) {
            run.traceTo(trace);
        }
        if (profile != null) {
            run.profiled();
        }
        AtomicReference<Machine> begun = new AtomicReference<>();
        run.observedBy(begun::set);
        GuestOutcome outcome =
                Patience.during(() -> begun.get() == null ? "linux" : GuestCommand.simulated(begun.get()), run::run);
        if (profile != null) {
            try (OutputFiles files = new OutputFiles()) {
                files.write(profile, CodeProfile.folded(outcome.profile()));
                files.commit();
            }
        }
        if (json) {
            out.println(outcome.toJson());
        } else {
            print(out, outcome);
            if (profile != null) {
                new ProfileTable(outcome.profile()).print(out);
            }
            out.printf(
                    Locale.ROOT,
                    "time      %.3f s simulated, digest %s%n",
                    outcome.result().simulatedPs() / (double) Picos.PER_SECOND,
                    outcome.result().traceHash());
        }
        out.flush();
        return asked.isEmpty() || outcome.answered() >= asked.get().requests() ? OK : UNANSWERED;
    }

    private void print(PrintWriter out, GuestOutcome outcome) {
        out.printf(
                Locale.ROOT,
                "linux: %d vCPU(s) at %d MHz, %d MiB, %s, seed %d%n%n",
                machine.vcpus(),
                machine.tscHz() / 1_000_000,
                machine.ramMib(),
                MachineArguments.host(machine),
                machine.seed());
        if (asked.isPresent()) {
            out.printf(
                    Locale.ROOT,
                    "requests  %d begun, %d answered, %d bytes",
                    outcome.started(),
                    outcome.answered(),
                    outcome.bytesReceived().orElse(0));
            if (outcome.answered() > 0) {
                out.printf(
                        Locale.ROOT,
                        "; median %.3f ms, 99 %% %.3f ms",
                        outcome.latencyMicros(50) / 1000,
                        outcome.latencyMicros(99) / 1000);
            }
            out.println();
            outcome.failures().forEach((reason, count) -> out.printf("failed    %d: %s%n", count, reason));
            if (outcome.answered() + failed(outcome) < asked.get().requests()) {
                out.println("failed    "
                        + GuestReport.ended(outcome.answered(), asked.get().requests(), outcome.result()));
            }
        }
        if (!wire.equals(LinkSpec.perfect())) {
            outcome.wire()
                    .ifPresent(w -> out.printf(
                            "network   frames in %d, frames out %d, lost on the wire %d, segments sent again %d%n",
                            w.in(), w.out(), w.lost(), w.repeatedSegments()));
        }
        out.printf(
                Locale.ROOT,
                "process   %.2f %% of a CPU from %.3f s on%n",
                outcome.cpuPercent(),
                settling().toNanos() / 1e9);
        for (VcpuUsage usage : outcome.result().usage()) {
            GuestReport.printUsage(out, usage);
        }
    }

    private static long failed(GuestOutcome outcome) {
        return outcome.failures().values().stream().mapToLong(Long::longValue).sum();
    }
}
