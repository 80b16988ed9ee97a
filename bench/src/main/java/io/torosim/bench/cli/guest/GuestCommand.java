package io.torosim.bench.cli.guest;

import io.torosim.bench.cli.error.ListsAlone;
import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.bench.cli.output.Patience;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.app.GuestSpec.GuestDefects;
import io.torosim.guest.remote.HttpLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim guest NAME}: boots an example application, lets clients ask it, and shows what it printed and did. */
@Command(
        name = "guest",
        description = {
            "Runs one of Toro's example applications on a simulated machine, or Linux (NAME linux) for comparison.",
            "Shows its console, its network, its disk, and what each vCPU did."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:it ran, and everything asked of it was answered",
            "1:a request came to nothing, or the disk could not be mounted",
            "2:the call or an input file is wrong, or something could not be written"
        })
public final class GuestCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int UNANSWERED = 1;
    private static final Duration SLICE = Duration.ofMillis(50);
    /** Slices at a time at most: 5 s. */
    private static final long MOST_SLICES = 100;

    private static final Duration AFTER_THE_LOAD = Duration.ofMillis(500);
    private static final double SHORTEST_SECONDS = 1e-9;
    private static final double LONGEST_SECONDS = 1e6; // the clock ends at 9.2e6
    static final Duration LONGEST = Duration.ofSeconds(1_000_000);

    @Spec
    private CommandSpec command;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "which, see --list")
    private String name;

    @Option(names = "--list", description = "list the applications")
    private boolean list;

    @Option(names = "--defects", description = "list the defects of 2018")
    private boolean defectList;

    @Option(
            names = "--files",
            paramLabel = "DIR|IMAGE",
            description = "a host directory, as QEMU's virtual FAT disk shows it, or a FAT16 image")
    private Path files;

    @Option(
            names = "--file-buffer",
            paramLabel = "BYTES",
            defaultValue = "501",
            description = "of TorowithFileSystem (default: ${DEFAULT-VALUE}, as in its source)")
    private int fileBuffer;

    @Option(
            names = "--keys",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "what is typed, five keys a second from 1 s on; \\n is Enter (ToroKeyb)")
    private String keys;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description =
                    "simulated seconds, up to 1e6 (default: until the requests are over, 1e6 at most; 3 without any, 20 on a disk of core 1)")
    private Double seconds;

    @Mixin
    private MachineArguments machine;

    @Mixin
    private NetworkArguments network;

    @Mixin
    private DefectArguments defects;

    @Option(names = "--pcap", paramLabel = "FILE", description = "write the frames on the wire as pcapng")
    private Path pcap;

    @Option(names = "--trace", paramLabel = "FILE", description = "write a Chrome trace, for Perfetto")
    private Path trace;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description =
                    "write the time in each routine as folded stacks, for flame graphs, and print where most of it went; every step is looked at, which is slow")
    private Path profile;

    @Option(names = "--lines", paramLabel = "N", description = "console lines shown at most (default: all)")
    private Integer lines;

    @Option(
            names = "--perturb",
            paramLabel = "SEED",
            description =
                    "an unquiet host: steals CPU time, delays steps, interrupts and timers; one core at four fifths of the clock")
    private Long perturb;

    @Option(
            names = "--exact",
            description =
                    "exact stepping: every step an event of its own, nothing passed over; slower, the same results")
    private boolean exact;

    @Option(names = "--json", description = "print JSON instead")
    private boolean json;

    /** Makes the command; picocli does it. */
    public GuestCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = command.commandLine().getOut();
        if (list) {
            ListsAlone.check(command, "--list");
            for (GuestApplication application : GuestSpec.applications()) {
                out.printf(Locale.ROOT, "%-28s %s%n", application.name(), application.summary());
            }
            out.printf(Locale.ROOT, "%-28s %s%n", LinuxGuest.NAME, LinuxGuest.SUMMARY);
            out.flush();
            return OK;
        }
        if (defectList) {
            ListsAlone.check(command, "--defects");
            listDefects(out);
            return OK;
        }
        MachineArguments.checkPerturb(perturb, command.commandLine());
        if (LinuxGuest.NAME.equals(name)) {
            return linux(out);
        }
        GuestSpec spec;
        try {
            spec = spec();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        if (!GuestSpec.application(spec.application()).needsFiles()) {
            return run(spec, null, out);
        }
        try (GuestDisk disk = GuestDisk.open(files)) {
            return run(spec, disk, out);
        }
    }

    private int linux(PrintWriter out) throws IOException {
        try {
            LinuxGuest.refuseOptionsWithoutEffect(command.commandLine().getParseResult());
            checkSeconds();
            return new LinuxGuest(
                            machine.machine(LinuxGuest.VCPUS, LinuxGuest.RAM_MIB, exact, null),
                            network.load(LinuxGuest.PORT, "/"),
                            network.link(),
                            network.netBackend(),
                            seconds)
                    .run(out, json, pcap, trace, profile);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private void checkSeconds() {
        if (seconds != null && !(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) {
            throw new IllegalArgumentException("--seconds must be in [1e-9, 1e6], seconds=" + seconds);
        }
    }

    private static void listDefects(PrintWriter out) {
        for (GuestDefects.Part part : GuestDefects.parts()) {
            for (Defect defect : part.defects()) {
                String reach = defect.inGuests() ? "" : "  (no guest comes to it)";
                out.printf(Locale.ROOT, "%-18s %-12s %s%s%n", part.part(), defect.label(), defect.name(), reach);
            }
        }
        out.flush();
    }

    private GuestSpec spec() {
        if (name == null) {
            throw new IllegalArgumentException("an application must be named, or --list given");
        }
        checkSeconds();
        if (lines != null && lines < 0) {
            throw new IllegalArgumentException("--lines must be at least 0, lines=" + lines);
        }
        if (fileBuffer < 1) {
            throw new IllegalArgumentException("--file-buffer must be at least 1, file-buffer=" + fileBuffer);
        }
        GuestApplication application = GuestSpec.application(name);
        refuseOptionsWithoutEffect(application);
        GuestSpec spec = GuestSpec.of(name)
                .withMachine(machine.machine(application, exact, perturb))
                .withLevel(machine.optimisation())
                .withDisplay(machine.displayKind())
                .withLink(network.link())
                .withKeys(keys.replace("\\n", "\n"))
                .withFileBuffer(fileBuffer);
        spec = spec.withKernel(spec.kernel().withIdlePolicy(machine.idlePolicy()));
        if (application.card().isPresent()) {
            spec = spec.withCard(network.card().orElse(application.card().get()), network.netBackend());
        }
        if (network.load(application).isPresent()) {
            spec = spec.withLoad(network.load(application).get());
        }
        return defects.apply(spec);
    }

    /** An option of network or disk says something that the application has no use for: nobody is left to wonder. */
    private void refuseOptionsWithoutEffect(GuestApplication application) {
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            String given = option.longestName();
            boolean ofTheNetwork = NetworkArguments.has(option) || given.equals("--pcap");
            if (ofTheNetwork) {
                application.checkCard(given);
            }
            if (given.equals("--file-buffer") || given.equals("--files")) {
                application.checkDisk(given);
            }
            if (NetworkArguments.asks(option)) {
                application.checkRequests(given);
            }
        }
    }

    private int run(GuestSpec spec, @Nullable GuestDisk disk, PrintWriter out) throws IOException {
        try (GuestSession session = GuestSession.open(spec, disk == null ? null : disk.volume());
                OutputFiles outputs = new OutputFiles();
                Captures captures = new Captures(outputs)) {
            if (trace != null) {
                captures.trace(session, trace);
            }
            if (pcap != null) {
                captures.frames(session, pcap);
            }
            Optional<CodeProfile> routines =
                    profile == null ? Optional.empty() : Optional.of(captures.profile(session, profile));
            RunResult result = Patience.during(wallSeconds -> soFar(session, wallSeconds), () -> go(session));
            captures.finish();
            outputs.commit();
            GuestReport report = new GuestReport(
                    session, result, disk == null ? null : disk.description(), routines.map(ProfileTable::new));
            if (json) {
                out.println(report.json());
            } else {
                report.print(out, lines == null ? Integer.MAX_VALUE : lines);
            }
            out.flush();
            return report.allAnswered() ? OK : UNANSWERED;
        }
    }

    private static String soFar(GuestSession session, long wallSeconds) {
        String simulated = simulated(session.machine());
        return session.load()
                .map(load -> load.answered() + " of "
                        + session.spec().load().orElseThrow().requests() + " requests answered, " + load.started()
                        + " begun, " + load.answered() / wallSeconds + " a second, " + simulated)
                .orElse(simulated);
    }

    /** How far a machine is, as another thread sees it. */
    static String simulated(Machine machine) {
        return String.format(
                Locale.ROOT, "%.3f s simulated", machine.simulation().nowPs() / (double) Picos.PER_SECOND);
    }

    private RunResult go(GuestSession session) {
        if (seconds != null) {
            return session.runUntil(Duration.ofNanos(Math.round(seconds * 1e9)));
        }
        if (session.load().isEmpty()) {
            Duration usual = GuestSpec.application(session.spec().application()).usualTime();
            Duration typed = session.typedUntil().plus(AFTER_THE_LOAD);
            return session.runUntil(usual.compareTo(typed) > 0 ? usual : typed);
        }
        HttpLoad load = session.load().get();
        Duration now = Duration.ZERO;
        long answered = 0;
        long slices = 1;
        while (!load.isOver()) {
            if (now.compareTo(LONGEST) >= 0) {
                return session.runUntil(now);
            }
            Duration next = now.plus(SLICE.multipliedBy(slices));
            now = next.compareTo(LONGEST) > 0 ? LONGEST : next;
            session.runUntil(now);
            // many slices in one go while the rest is far from over: at the rate of the last ones, a quarter of it
            long perSlice = Math.max(1, (load.answered() - answered) / slices);
            answered = load.answered();
            slices = Math.max(
                    1,
                    Math.min(MOST_SLICES, (session.spec().load().orElseThrow().requests() - answered) / perSlice / 4));
        }
        return session.runUntil(now.plus(AFTER_THE_LOAD));
    }
}
