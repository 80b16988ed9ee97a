package io.torosim.bench.cli.qemu;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.Calibration;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code calibrate}: this machine as a host profile. */
@Command(
        name = "calibrate",
        description = {
            "Measures this machine with the installed QEMU and writes a host profile.",
            "Small guests tell what wake-ups, timers, accesses, instructions and boots cost here. KVM is measured too where a guest completes under it."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:written", "2:wrong call, or QEMU is missing, died or hung"})
public final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "host-profile.tsv",
            description =
                    "where the profile goes; that of KVM beside it, with -kvm in its name (default: ${DEFAULT-VALUE})")
    private Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "this-host",
            description = "name of the profile (default: ${DEFAULT-VALUE})")
    private String name;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "runs of each guest, about 20 s each (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--force", description = "replace a file that is there")
    private boolean force;

    /** Makes the command; picocli does it. */
    public CalibrateCommand() {}

    @Override
    public Integer call() throws Exception {
        if (runs < 1 || runs > 50) {
            return QemuCalls.wrong(command, "--runs must be in [1, 50], runs=" + runs);
        }
        if (!name.matches("[A-Za-z0-9._-]+")) {
            return QemuCalls.wrong(
                    command, "--name must be of letters, digits, dots, hyphens and underscores, name=" + name);
        }
        if (HostProfile.names().contains(name)) {
            return QemuCalls.wrong(command, "--name must not be that of a shipped profile, name=" + name);
        }
        for (Path file : new Path[] {out, kvmFile()}) {
            if (Files.exists(file) && !force) {
                return QemuCalls.wrong(command, file + ": is there already; --force replaces it");
            }
        }
        String unwritable = QemuCalls.unwritable(out);
        if (!unwritable.isEmpty()) {
            return QemuCalls.wrong(command, unwritable);
        }
        return QemuCalls.guarded(command, this::run);
    }

    private Path kvmFile() {
        String file = out.getFileName().toString();
        int dot = file.lastIndexOf('.');
        return out.resolveSibling(dot < 0 ? file + "-kvm" : file.substring(0, dot) + "-kvm" + file.substring(dot));
    }

    private int run() throws IOException {
        HostFacts host = HostFacts.read();
        PrintWriter print = command.commandLine().getOut();
        try (SoFar soFar = interruptedBefore(out)) {
            print.println(host.text());
            print.println(RealMachine.version());
            print.flush();
            measure(host, Accelerator.TCG, name, out, soFar);
        }
        try (SoFar soFar = interruptedBefore(kvmFile())) {
            String unusable = Files.exists(Path.of("/dev/kvm"))
                    ? Calibration.unusable(host, Accelerator.KVM)
                    : "there is no /dev/kvm";
            if (unusable.isEmpty()) {
                measure(host, Accelerator.KVM, name + "-kvm", kvmFile(), soFar);
            } else {
                soFar.over();
                print.println("KVM was not measured: " + unusable);
            }
        }
        print.flush();
        return QemuCalls.OK;
    }

    private SoFar interruptedBefore(Path file) {
        return new SoFar(() -> QemuCalls.wrong(command, "interrupted; " + file + " was not written"));
    }

    private void measure(HostFacts host, Accelerator accelerator, String profile, Path file, SoFar soFar)
            throws IOException {
        PrintWriter print = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        boolean terminal = System.console() != null;
        Calibration calibration = Calibration.measure(host, accelerator, runs, step -> {
            if (terminal) {
                err.println("... " + step);
                err.flush();
            }
        });
        String text = calibration.profile(
                profile, RealMachine.version(), LocalDate.now().toString());
        soFar.over();
        try (OutputFiles files = OutputFiles.evenAtExit()) {
            files.write(file, text);
            files.commit();
        }
        print.printf(
                java.util.Locale.ROOT,
                "%s: %d costs measured under %s; other load disturbed %.0f %% of the seconds%n",
                file,
                calibration.measuredCount(),
                accelerator.label(),
                calibration.disturbedPercent());
        calibration.failures().forEach(failure -> print.println("failed: " + failure));
        print.println("not measured, as shipped: " + String.join(", ", calibration.unmeasured()));
        print.flush();
    }
}
