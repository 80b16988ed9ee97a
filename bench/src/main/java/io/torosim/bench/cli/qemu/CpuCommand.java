package io.torosim.bench.cli.qemu;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.bench.spec.Messages;
import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.CpuComparison;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.model.Prediction.PredictedSecond;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qemu cpu}: an idle policy in the model and as a guest of a real QEMU, second by second. */
@Command(
        name = "cpu",
        description = {
            "Predicts the CPU of the QEMU process for a guest with an idle policy, and measures it.",
            "The guest runs on the installed QEMU; both are printed, second by second."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:within 10 %%, or 0.3 points below 5 %%; or not testable here, with the reason",
            "2:wrong call, or QEMU is missing, died or hung, or the guest hung",
            "3:outside",
            "4:outside, but the host was too busy to tell"
        })
public final class CpuCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--policy",
            paramLabel = "P",
            defaultValue = "poll-then-halt",
            description = "busy-poll, poll-then-halt, halt-at-once or mwait (default: ${DEFAULT-VALUE})")
    private String policy;

    @Option(
            names = "--window",
            paramLabel = "US",
            defaultValue = "2000",
            description = "window of poll-then-halt in microseconds (default: ${DEFAULT-VALUE})")
    private int windowMicros;

    @Option(
            names = "--timer",
            paramLabel = "T",
            defaultValue = "pit",
            description = "pit or lapic (default: ${DEFAULT-VALUE})")
    private String timer;

    @Option(
            names = "--timer-hz",
            paramLabel = "HZ",
            defaultValue = "100",
            description = "ticks a second, 0 for none (default: ${DEFAULT-VALUE})")
    private int timerHz;

    @Option(
            names = "--work-us",
            paramLabel = "US",
            defaultValue = "0",
            description = "serve a request of so many microseconds with every tick (default: ${DEFAULT-VALUE})")
    private int workMicros;

    @Option(
            names = "--work-loops",
            paramLabel = "N",
            defaultValue = "0",
            description = "or of so many turns of a loop of ten instructions (default: ${DEFAULT-VALUE})")
    private int workLoops;

    @Option(
            names = "--burst",
            paramLabel = "N/M",
            defaultValue = "1/1",
            description = "requests with the first N of every M ticks (default: ${DEFAULT-VALUE})")
    private String burst;

    @Option(
            names = "--vcpus",
            paramLabel = "N",
            defaultValue = "1",
            description = "vCPUs, each with that policy, timer and load (default: ${DEFAULT-VALUE})")
    private int vcpus;

    @Option(
            names = "--machine",
            paramLabel = "M",
            defaultValue = "pc",
            description = "pc, pc-bare, q35 or microvm (default: ${DEFAULT-VALUE})")
    private String machine;

    @Option(
            names = "--accel",
            paramLabel = "A",
            defaultValue = "tcg",
            description = "tcg, tcg-single or kvm (default: ${DEFAULT-VALUE})")
    private String accelerator;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = "host profile of the prediction (default: qemu-7.2-tcg, kvm-2018 with --accel kvm)")
    private String profile;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "length of the run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--json", description = "print JSON instead of the table")
    private boolean json;

    @Option(names = "--csv", paramLabel = "FILE", description = "write the seconds to a file")
    private Path csv;

    @Option(names = "--report", paramLabel = "FILE", description = "write a page with both curves (HTML)")
    private Path report;

    /** Makes the command; picocli does it. */
    public CpuCommand() {}

    @Override
    public Integer call() throws Exception {
        ProbeSpec spec;
        CpuComparison.Setting setting;
        try {
            spec = new ProbeSpec(policy(), windowMicros, ProbeTimer.ofLabel(timer), timerHz, load(), vcpus);
            Accelerator accel = Accelerator.ofLabel(accelerator);
            setting =
                    new CpuComparison.Setting(MachineKind.ofName(machine), accel, Profiles.of(profile, accel), seconds);
        } catch (IllegalArgumentException | IOException e) {
            return QemuCalls.wrong(command, QemuCalls.ofOption(command, Messages.of(e)));
        }
        String unwritable = QemuCalls.unwritable(csv, report);
        if (!unwritable.isEmpty()) {
            return QemuCalls.wrong(command, unwritable);
        }
        for (Path file : new Path[] {csv, report}) {
            if (file != null && profile != null && QemuCalls.same(file, Path.of(profile))) {
                return QemuCalls.wrong(command, file + ": is the profile, and would be written over");
            }
        }
        return QemuCalls.guarded(command, accelerator, () -> run(spec, setting));
    }

    private boolean said(String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    private ProbePolicy policy() {
        ProbePolicy named = ProbePolicy.ofLabel(policy);
        if (windowMicros < 0 || windowMicros > ProbeSpec.MOST_WINDOW_MICROS) {
            throw new IllegalArgumentException(
                    "--window must be in [0, " + ProbeSpec.MOST_WINDOW_MICROS + "] us, window=" + windowMicros);
        }
        if (said("--window") && named != ProbePolicy.POLL_THEN_HALT) {
            throw new IllegalArgumentException("--window is that of poll-then-halt, policy=" + policy);
        }
        return named;
    }

    private ProbeLoad load() {
        String[] parts = burst.split("/", -1);
        try {
            int ticks = Integer.parseInt(parts[0]);
            int period = Integer.parseInt(parts[1]);
            if (workMicros == 0 && workLoops == 0) {
                if (said("--burst")) {
                    throw new IllegalArgumentException(
                            "--burst needs the work of a request, --work-us or --work-loops, burst=" + burst);
                }
                return ProbeLoad.NONE;
            }
            if (said("--work-us") && said("--work-loops")) {
                throw new IllegalArgumentException("a request is of --work-us or of --work-loops, not of both");
            }
            if (parts.length == 2 && ticks >= 1 && ticks <= period) {
                return new ProbeLoad(workMicros, workLoops, ticks, period);
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // said below
        }
        throw new IllegalArgumentException("--burst must be N/M with 1 <= N <= M, burst=" + burst);
    }

    private int run(ProbeSpec spec, CpuComparison.Setting setting) throws IOException {
        HostFacts host = HostFacts.read();
        PrintWriter out = command.commandLine().getOut();
        CpuTable table = new CpuTable(out, spec, setting, host);
        List<PredictedSecond> predicted = new CopyOnWriteArrayList<>();
        List<ProbeSecond> measured = new CopyOnWriteArrayList<>();
        try (SoFar soFar = new SoFar(() -> keep(spec, setting, host, predicted, measured))) {
            CpuComparison comparison;
            try {
                comparison = CpuComparison.run(
                        spec,
                        host,
                        setting,
                        prediction -> {
                            predicted.addAll(prediction.seconds());
                            if (!json) {
                                table.prediction(prediction);
                            }
                        },
                        (number, second) -> {
                            measured.add(second);
                            if (!json) {
                                table.second(number, second);
                            }
                        });
            } catch (RealMachineException e) {
                soFar.over();
                if (csv != null && !measured.isEmpty()) {
                    write(csv, notFinished(predicted, measured, Messages.of(e)));
                }
                throw e;
            }
            soFar.over();
            if (json) {
                out.println(CpuTable.json(comparison, setting, host));
            } else {
                table.verdict(comparison);
            }
            out.flush();
            try (OutputFiles files = OutputFiles.evenAtExit()) {
                if (csv != null) {
                    files.write(csv, CpuTable.csv(comparison));
                }
                if (report != null) {
                    files.write(report, new CpuPage(comparison, setting, host).html());
                }
                files.commit();
            }
            return status(comparison.finding());
        }
    }

    /** After a signal: the seconds so far, in the file that was asked for or as JSON; the table has them already. */
    private void keep(
            ProbeSpec spec,
            CpuComparison.Setting setting,
            HostFacts host,
            List<PredictedSecond> predicted,
            List<ProbeSecond> measured) {
        PrintWriter out = command.commandLine().getOut();
        String why = "interrupted after " + measured.size() + " of " + setting.seconds() + " seconds";
        try {
            if (json && !measured.isEmpty()) {
                out.println(CpuTable.json(spec, setting, host, predicted, measured, why));
                out.flush();
            }
            if (csv != null && !measured.isEmpty()) {
                write(csv, notFinished(predicted, measured, why));
                why += "; they are in " + csv;
            }
        } catch (IOException e) {
            why += "; " + FileErrors.text(e);
        }
        QemuCalls.wrong(command, why + (report == null ? "" : "; there is no report"));
    }

    private static String notFinished(List<PredictedSecond> predicted, List<ProbeSecond> measured, String why) {
        return CpuTable.csv(predicted, measured) + "# not finished: " + why + "\n";
    }

    private static void write(Path file, String text) throws IOException {
        try (OutputFiles files = OutputFiles.evenAtExit()) {
            files.write(file, text);
            files.commit();
        }
    }

    static int status(Finding finding) {
        return switch (finding) {
            case INSIDE, NOT_TESTABLE -> QemuCalls.OK;
            case OUTSIDE -> QemuCalls.DIFFERENT;
            case BUSY_HOST -> QemuCalls.BUSY;
        };
    }

    /** The profile that a user names, or that goes with the accelerator. */
    static final class Profiles {
        private Profiles() {}

        static HostProfile of(String nameOrFile, Accelerator accelerator) throws IOException {
            if (nameOrFile == null) {
                return accelerator.isTcg() ? HostProfile.qemu72Tcg() : HostProfile.kvm2018();
            }
            if (HostProfile.names().contains(nameOrFile)) {
                return fitting(HostProfile.named(nameOrFile), nameOrFile, accelerator);
            }
            Path file = Path.of(nameOrFile);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("--profile must be a file or one of "
                        + String.join(", ", HostProfile.names()) + ", profile=" + nameOrFile);
            }
            return fitting(HostProfile.read(file), nameOrFile, accelerator);
        }

        /** A profile is of an accelerator, and predicts nothing of another; how many threads emulate is no matter of costs. */
        private static HostProfile fitting(HostProfile profile, String said, Accelerator accelerator) {
            if (profile.mode().isTcg() != accelerator.isTcg()) {
                throw new IllegalArgumentException("--profile must be of the accelerator that runs the guest, profile="
                        + said + " (" + profile.mode().label() + "), accel=" + accelerator.label());
            }
            return profile;
        }
    }
}
