package io.torosim.bench.cli.guest;

import io.torosim.core.choice.Choices.Perturbation;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.stats.LatencyHistogram;
import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.stack.TcpSocket;
import io.torosim.guest.wire.Link;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/** What a session came to, as text or JSON. */
final class GuestReport {
    private final GuestSession session;
    private final RunResult result;
    private final @Nullable String disk;
    private final Optional<ProfileTable> profile;

    GuestReport(GuestSession session, RunResult result, @Nullable String disk, Optional<ProfileTable> profile) {
        this.session = session;
        this.result = result;
        this.disk = disk;
        this.profile = profile;
    }

    boolean allAnswered() {
        boolean answered = session.load()
                .map(load -> load.isOver() && load.failures().isEmpty())
                .orElse(true);
        return answered && session.failure().isEmpty() && panics().isEmpty();
    }

    /** One line for each vCPU that the kernel has stopped for ever. */
    private List<String> panics() {
        List<String> panics = new ArrayList<>();
        for (int i = 0; i < session.machine().vcpuCount(); i++) {
            int id = i;
            session.machine().vcpu(i).panic().ifPresent(found -> panics.add("vCPU " + id + ": " + found));
        }
        return panics;
    }

    // ---- text

    void print(PrintWriter out, int lines) {
        MachineSpec machine = session.spec().machine();
        out.printf(
                Locale.ROOT,
                "%s: %d vCPU(s) at %d MHz, %d MiB, %s, compiled with %s, seed %d%n",
                session.spec().application(),
                machine.vcpus(),
                machine.tscHz() / 1_000_000,
                machine.ramMib(),
                MachineArguments.host(machine),
                session.spec().level().option(),
                machine.seed());
        List<ConsoleLine> console = session.console();
        for (int i = 0; i < Math.min(lines, console.size()); i++) {
            ConsoleLine line = console.get(i);
            out.printf(Locale.ROOT, "%12.6f  %s%n", line.timePs() / (double) Picos.PER_SECOND, line.text());
        }
        if (console.size() > lines) {
            out.printf(Locale.ROOT, "%12s  (%d more lines)%n", "", console.size() - lines);
        }
        out.println();
        session.load().ifPresent(load -> printLoad(out, load));
        session.failure().ifPresent(failure -> out.println("disk      " + failure));
        panics().forEach(panic -> out.println("panic     " + panic));
        for (VcpuUsage usage : result.usage()) {
            printUsage(out, usage);
        }
        profile.ifPresent(table -> table.print(out));
        disturbed().ifPresent(times -> printHost(out, machine, times));
        printNetwork(out);
        session.files().ifPresent(files -> out.printf("disk      %s: %d sectors read%n", disk, files.sectorsRead()));
        out.printf(
                Locale.ROOT,
                "time      %.3f s simulated, digest %s%n",
                result.simulatedPs() / (double) Picos.PER_SECOND,
                result.traceHash());
    }

    private static void printHost(PrintWriter out, MachineSpec machine, long times) {
        out.printf(
                Locale.ROOT,
                "host      %s%nhost      %s%n",
                MachineSpec.perturbationWords(machine.perturbation().getAsLong()),
                disturbances(machine, times));
    }

    /** Returns how often something was late on the unquiet host of {@code machine}, in words. */
    static String disturbances(MachineSpec machine, long times) {
        if (times > 0) {
            return times + " steps, interrupts and timers late";
        }
        return "NOTHING WAS DISTURBED: no step, interrupt or timer of this run was late, only vcpu"
                + Math.floorMod(machine.perturbation().getAsLong(), machine.vcpus())
                + " was slower; run it longer, or with another seed";
    }

    private void printLoad(PrintWriter out, HttpLoad load) {
        LatencyHistogram latency = load.latency();
        out.printf(
                Locale.ROOT,
                "requests  %d begun, %d answered, %d bytes",
                load.started(),
                load.answered(),
                load.bytesReceived());
        if (load.answered() > 0) {
            out.printf(
                    Locale.ROOT,
                    "; median %.3f ms, 99 %% %.3f ms",
                    latency.percentilePs(50) / (double) Picos.PER_MILLI,
                    latency.percentilePs(99) / (double) Picos.PER_MILLI);
        }
        out.println();
        load.failures().forEach((reason, count) -> out.printf("failed    %d: %s%n", count, reason));
        if (!load.isOver()) {
            out.println("failed    " + ended(load.answered(), asked(), result));
        }
    }

    private long asked() {
        return session.spec().load().orElseThrow().requests();
    }

    /** What a run came to that was over before its requests. */
    static String ended(long answered, long asked, RunResult result) {
        return String.format(
                Locale.ROOT,
                "%d of %d requests were answered when simulated time ended, after %s s%s",
                answered,
                asked,
                BigDecimal.valueOf(result.simulatedPs(), 12)
                        .stripTrailingZeros()
                        .toPlainString(),
                result.simulatedPs() >= Picos.of(GuestCommand.LONGEST) ? ", the longest that a run may last" : "");
    }

    /** How often the host was not quiet; empty where it is so anyway. */
    private OptionalLong disturbed() {
        return session.machine().choices() instanceof Perturbation host
                ? OptionalLong.of(host.disturbed())
                : OptionalLong.empty();
    }

    static void printUsage(PrintWriter out, VcpuUsage usage) {
        double total = usage.totalPs() / 100.0;
        StringJoiner exits = new StringJoiner(", ");
        usage.exitsByCause().forEach((cause, count) -> {
            if (count > 0) {
                exits.add(label(cause) + " " + count);
            }
        });
        out.printf(
                Locale.ROOT,
                "vcpu%d     busy %.2f %%, polling %.2f %%, halted %.2f %%%s; exits: %s%n",
                usage.vcpuId(),
                usage.busyPs() / total,
                usage.pollPs() / total,
                (usage.haltedPs() + usage.haltPollPs()) / total,
                usage.waitingPs() == 0
                        ? ""
                        : String.format(Locale.ROOT, ", without a CPU of the host %.2f %%", usage.waitingPs() / total),
                exits.length() == 0 ? "none" : exits.toString());
    }

    private static String label(ExitCause cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void printNetwork(PrintWriter out) {
        session.stack().ifPresent(stack -> {
            StringJoiner counts = new StringJoiner(", ");
            stack.counters().all().forEach((what, count) -> {
                if (count > 0) {
                    counts.add(what + " " + count);
                }
            });
            long lost = session.link().lost(Link.Direction.IN) + session.link().lost(Link.Direction.OUT);
            if (lost > 0) {
                counts.add("lost on the wire " + lost);
            }
            out.println("network   " + (counts.length() == 0 ? "nothing" : counts));
        });
        for (TcpSocket socket : session.sockets()) {
            out.printf(
                    "socket    port %d of the client: %s, %s: never freed%n",
                    socket.remotePort(), socket.state(), socket.event());
        }
    }

    // ---- JSON

    String json() throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("application", session.spec().application());
        root.put("seed", result.seed());
        root.put("digest", result.traceHash());
        root.put("simulatedSeconds", result.simulatedPs() / (double) Picos.PER_SECOND);
        List<Map<String, Object>> console = new ArrayList<>();
        for (ConsoleLine line : session.console()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("seconds", line.timePs() / (double) Picos.PER_SECOND);
            one.put("text", line.text());
            console.add(one);
        }
        root.put("console", console);
        session.load().ifPresent(load -> root.put("requests", requests(load)));
        session.failure().ifPresent(failure -> root.put("failure", failure));
        if (!panics().isEmpty()) {
            root.put("panics", panics());
        }
        root.put("vcpus", result.usage().stream().map(GuestReport::usage).toList());
        session.stack().ifPresent(stack -> root.put("network", stack.counters().all()));
        root.put("socketsLeft", session.sockets().size());
        disturbed().ifPresent(times -> root.put("disturbances", times));
        profile.ifPresent(table -> root.put("profileSeconds", table.seconds()));
        session.files().ifPresent(files -> root.put("sectorsRead", files.sectorsRead()));
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }

    private static Map<String, Object> requests(HttpLoad load) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("begun", load.started());
        map.put("answered", load.answered());
        map.put("bytes", load.bytesReceived());
        map.put("medianMicros", load.answered() == 0 ? null : load.latency().percentilePs(50) / 1e6);
        map.put("p99Micros", load.answered() == 0 ? null : load.latency().percentilePs(99) / 1e6);
        map.put("failures", load.failures());
        return map;
    }

    private static Map<String, Object> usage(VcpuUsage usage) {
        Map<String, Object> map = new LinkedHashMap<>();
        double total = usage.totalPs() / 100.0;
        map.put("busyPercent", usage.busyPs() / total);
        map.put("pollPercent", usage.pollPs() / total);
        map.put("haltedPercent", (usage.haltedPs() + usage.haltPollPs()) / total);
        map.put("waitingPercent", usage.waitingPs() / total);
        Map<String, Object> exits = new LinkedHashMap<>();
        usage.exitsByCause().forEach((cause, count) -> exits.put(label(cause), count));
        map.put("exits", exits);
        return map;
    }
}
