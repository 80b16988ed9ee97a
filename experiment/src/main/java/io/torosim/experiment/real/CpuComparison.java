package io.torosim.experiment.real;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.model.Prediction;
import io.torosim.experiment.real.model.Prediction.PredictedSecond;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.run.ProbeRun;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import io.torosim.experiment.real.verdict.Medians;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One specification in the model and as a guest of a real QEMU: the prediction is made, and handed out, before the guest is
 * started.
 *
 * @param spec what was run
 * @param predicted the model's seconds
 * @param measured the real ones; as many, or none where it is not testable
 * @param finding the verdict on the CPU of the process
 * @param reason why it is not testable, or what made the host busy; else empty
 */
public record CpuComparison(
        ProbeSpec spec, List<PredictedSecond> predicted, List<ProbeSecond> measured, Finding finding, String reason) {
    private static final int INTERVAL_MILLIS = 1000;
    private static final double BUSY_POINTS = 5;
    private static final double BUSY_FACTOR = 2;

    /** Takes copies. */
    public CpuComparison {
        predicted = List.copyOf(predicted);
        measured = List.copyOf(measured);
    }

    /**
     * Where and how long.
     *
     * @param machine QEMU's machine
     * @param accelerator what executes the guest
     * @param profile the host as the model has it
     * @param seconds length, at least 1
     */
    public record Setting(MachineKind machine, Accelerator accelerator, HostProfile profile, int seconds) {
        /** Checks the length. */
        public Setting {
            if (seconds < 1 || seconds > 600) {
                throw new IllegalArgumentException("seconds must be in [1, 600], seconds=" + seconds);
            }
        }

        VcpuMode mode() {
            return switch (accelerator) {
                case TCG -> VcpuMode.TCG_MULTI;
                case TCG_SINGLE -> VcpuMode.TCG_SINGLE;
                case KVM -> VcpuMode.KVM;
            };
        }
    }

    /** Returns why that cannot be shown on a real machine, or an empty text. */
    public static String notTestable(ProbeSpec spec, Setting setting) {
        if (spec.policy() == ProbePolicy.MWAIT && setting.accelerator() == Accelerator.KVM) {
            return "KVM hides mwait from the guest (CPUID) and executes it as no operation";
        }
        return "";
    }

    /** Returns why a host of so many CPUs cannot give what is predicted, however quiet it is, or an empty text. */
    static String beyondHost(double predictedPercent, int cpus) {
        double most = 100.0 * cpus;
        return predictedPercent <= most || Band.CPU.holds(most, predictedPercent)
                ? ""
                : String.format(
                        Locale.ROOT,
                        "this host has %d CPU%s, and the prediction of %.0f %% needs %.0f",
                        cpus,
                        cpus == 1 ? "" : "s",
                        predictedPercent,
                        Math.ceil(predictedPercent / 100 / (1 + Band.CPU.relative())));
    }

    /**
     * Predicts, then measures.
     *
     * @param prediction is given the prediction before anything is started
     * @param second is told of every second when it is over: its number from 0 and what was seen
     * @throws io.torosim.experiment.real.host.RealMachine.RealMachineException if QEMU is missing, dies or hangs
     */
    public static CpuComparison run(
            ProbeSpec spec,
            HostFacts host,
            Setting setting,
            Consumer<Prediction> prediction,
            BiConsumer<Integer, ProbeSecond> second)
            throws IOException {
        Prediction predicted = Prediction.of(spec, setting.profile(), setting.mode(), host.tscHz(), setting.seconds());
        prediction.accept(predicted);
        String impossible = notTestable(spec, setting);
        if (impossible.isEmpty()) {
            impossible = beyondHost(meanPercent(predicted.seconds()), host.cpus());
        }
        if (!impossible.isEmpty()) {
            return new CpuComparison(spec, predicted.seconds(), List.of(), Finding.NOT_TESTABLE, impossible);
        }
        int[] number = {0};
        ProbeRun run = ProbeRun.of(
                spec,
                host,
                new ProbeRun.Setting(setting.machine(), setting.accelerator(), setting.seconds(), INTERVAL_MILLIS),
                s -> second.accept(number[0]++, s));
        return judged(spec, predicted.seconds(), run.seconds());
    }

    /**
     * Judges what was seen: by the median of the seconds, those in which the host was busy aside unless they are most. An error that is larger
     * than a busy host explains is one, busy or not.
     */
    static CpuComparison judged(ProbeSpec spec, List<PredictedSecond> predicted, List<ProbeSecond> measured) {
        List<String> disturbances = measured.stream()
                .map(s -> s.cpu().disturbance())
                .filter(d -> !d.isEmpty())
                .toList();
        boolean busy = 2 * disturbances.size() > measured.size();
        CpuComparison plain = new CpuComparison(spec, predicted, measured, Finding.INSIDE, "");
        boolean inside = Band.CPU.holds(plain.measuredPercent(), plain.predictedPercent());
        boolean explained = busy && plain.error() <= plain.reachOnBusyHost();
        Finding finding = inside ? Finding.INSIDE : explained ? Finding.BUSY_HOST : Finding.OUTSIDE;
        String reason = busy ? disturbances.size() + " of " + measured.size() + " s: " + disturbances.get(0) : "";
        return new CpuComparison(spec, predicted, measured, finding, reason);
    }

    private double error() {
        return Math.abs(predictedPercent() - measuredPercent());
    }

    /**
     * How far a busy host can carry a figure: the time that it took away, twice, for it also makes what is left dearer (cold caches), and a
     * few points at least.
     */
    private double reachOnBusyHost() {
        double taken = Medians.of(measured.stream()
                .mapToDouble(s -> s.cpu().waitPercent() + s.cpu().stealPercent())
                .toArray());
        return Band.CPU.reach(measuredPercent()) + Math.max(BUSY_POINTS, BUSY_FACTOR * taken);
    }

    /** Returns the predicted CPU of the process in percent, the mean. */
    public double predictedPercent() {
        return meanPercent(predicted);
    }

    private static double meanPercent(List<PredictedSecond> seconds) {
        return seconds.stream().mapToDouble(PredictedSecond::percent).average().orElse(0);
    }

    /** Returns the measured CPU of the process in percent: the median of the quiet seconds, or of all where none is. */
    public double measuredPercent() {
        double[] quiet = measured.stream()
                .filter(s -> s.cpu().disturbance().isEmpty())
                .mapToDouble(s -> s.cpu().percent())
                .toArray();
        return Medians.of(
                quiet.length > 0
                        ? quiet
                        : measured.stream().mapToDouble(s -> s.cpu().percent()).toArray());
    }

    /** Returns the predicted share awake, the mean of seconds and vCPUs. */
    public double predictedAwake() {
        return predicted.stream()
                .mapToDouble(PredictedSecond::awakePercent)
                .average()
                .orElse(0);
    }

    /** Returns the share awake by the guest's own count, the median of the seconds. */
    public double measuredAwake() {
        return Medians.of(
                measured.stream().mapToDouble(ProbeSecond::awakePercent).toArray());
    }
}
