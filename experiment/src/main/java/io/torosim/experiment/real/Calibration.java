package io.torosim.experiment.real;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.boot.BootMeasurement;
import io.torosim.experiment.real.boot.BootTimes;
import io.torosim.experiment.real.boot.BootTimes.FirmwarePhase;
import io.torosim.experiment.real.boot.BootWay;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.probe.ProbePage;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import io.torosim.experiment.real.run.ProbeRun;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Medians;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * This host measured by probe guests, as a profile: everything that depends on the accelerator and that small guests can show.
 * Each figure is the median of several runs, with its spread; what was not measured is named.
 *
 * <p>What is timed are an {@link AccessGuest}, probe guests ({@link ProbeSpec}, {@link ProbeRun}) and boots ({@link BootMeasurement}); out comes a
 * {@link HostProfile} of {@link MeasuredCost}s, on a host that {@link HostFacts} describes.
 */
public final class Calibration {
    private static final double PERCENT_TO_MICROS = 10_000; // 1 % of a second
    private static final int LATENCY_HZ = 100;
    private static final int LOOPS = 100_000;
    private static final int ACCESS_SAMPLES = 40;
    private static final int MOST_FAILURES = 3;
    private static final List<String> PREFIXES =
            List.of("tcg.", "kvm.", "qemu.", "boot.qemu", "boot.seabios", "boot.qboot", "vga.", "lapic.poll");

    private final HostFacts host;
    private final Accelerator accelerator;
    private final int runs;
    private final Consumer<String> progress;
    private final CostModel model = CostModel.standard();
    private final Map<String, MeasuredCost> costs = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private int disturbed;
    private int looks;

    Calibration(HostFacts host, Accelerator accelerator, int runs, Consumer<String> progress) {
        this.host = host;
        this.accelerator = accelerator;
        this.runs = runs;
        this.progress = progress;
    }

    /**
     * Measures. A guest that fails costs its own figures and no others: {@link #failures}.
     *
     * @param runs runs of each guest, at least 1; about 20 s each
     * @param progress is told what begins
     * @throws RealMachineException if QEMU is missing, or guests fail more than three times
     */
    public static Calibration measure(HostFacts host, Accelerator accelerator, int runs, Consumer<String> progress)
            throws IOException {
        Calibration calibration = new Calibration(host, accelerator, runs, progress);
        calibration.accesses();
        calibration.speed();
        if (accelerator.isTcg()) {
            calibration.wakeUps();
        }
        calibration.latencies();
        calibration.boots();
        return calibration;
    }

    /**
     * Returns why a guest does not run under the accelerator on this host, or an empty text if a small one completes:
     * {@code /dev/kvm} may open and still run nothing.
     */
    public static String unusable(HostFacts host, Accelerator accelerator) {
        try {
            run(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, LATENCY_HZ), host, accelerator, 1);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static List<ProbeSecond> run(ProbeSpec spec, HostFacts host, Accelerator accelerator, int seconds)
            throws IOException {
        return ProbeRun.of(
                        spec, host, new ProbeRun.Setting(MachineKind.ofName("pc"), accelerator, seconds, 1000), s -> {})
                .seconds();
    }

    /** Something that a real machine does. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** Does a step; one that fails is noted, and only many end it all: a QEMU that never works is not asked for an hour. */
    void attempt(String what, int run, Step step) throws IOException {
        attempt(what, run, runs, step);
    }

    private void attempt(String what, int run, int of, Step step) throws IOException {
        String name = what + ", run " + (run + 1) + " of " + of;
        progress.accept(name);
        try {
            step.run();
        } catch (RealMachineException e) {
            failures.add(name + ": " + e.getMessage());
            if (failures.size() > MOST_FAILURES) {
                throw new RealMachineException("calibration given up after " + failures.size() + " failures, the last "
                        + failures.get(MOST_FAILURES));
            }
        }
    }

    /** Several runs of a guest: what a figure was in each second in which the host was quiet, or in all if none was. */
    private List<ProbeSecond> seconds(String what, ProbeSpec spec) throws IOException {
        List<ProbeSecond> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            attempt(what, i, () -> all.addAll(run(spec, host, accelerator, 2)));
        }
        List<ProbeSecond> quiet =
                all.stream().filter(s -> s.cpu().disturbance().isEmpty()).toList();
        looks += all.size();
        disturbed += all.size() - quiet.size();
        return quiet.isEmpty() ? all : quiet;
    }

    /** Notes a figure, of the samples that are numbers; without any it is not measured. */
    void put(String parameter, double[] all, String how) {
        double[] samples = Arrays.stream(all).filter(Double::isFinite).toArray();
        if (samples.length == 0) {
            return;
        }
        costs.put(parameter, new MeasuredCost(model.parameter(parameter), samples, how));
    }

    private void put(String parameter, List<ProbeSecond> seconds, ToDoubleFunction<ProbeSecond> figure, String how) {
        put(parameter, seconds.stream().mapToDouble(figure).toArray(), how);
    }

    private static double[] of(Map<AccessGuest.Kind, double[]> nanos, AccessGuest.Kind kind) {
        return Objects.requireNonNull(nanos.get(kind), kind.name());
    }

    private void wakeUps() throws IOException {
        put(
                "qemu.main_loop_wake",
                seconds("no tick", ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 0)),
                s -> s.cpu().mainLoopPercent() * PERCENT_TO_MICROS,
                "main loop of a pc whose guest halts and whose PIT is stopped, a second");
        put("qemu.main_loop_wake_hz", new double[] {1}, "so that the figure above is a second's");
        Map<String, Integer> rates = new LinkedHashMap<>();
        rates.put("1ms", 1000);
        rates.put("10ms", 100);
        rates.put("50ms", 20);
        for (Map.Entry<String, Integer> rate : rates.entrySet()) {
            int hz = rate.getValue();
            List<ProbeSecond> halting = seconds("halting at " + hz + " Hz", ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, hz));
            put(
                    "tcg.wake_vcpu_" + rate.getKey(),
                    halting,
                    s -> s.cpu().vcpuPercent() * PERCENT_TO_MICROS / s.halts(),
                    "vCPU thread for a halt and wake-up, PIT at " + hz + " Hz");
            put(
                    "tcg.wake_main_loop_" + rate.getKey(),
                    halting,
                    s -> s.cpu().mainLoopPercent() * PERCENT_TO_MICROS / s.halts(),
                    "main loop for a tick of a halted vCPU, PIT at " + hz + " Hz");
            put(
                    "tcg.timer_main_loop_" + rate.getKey(),
                    seconds("polling at " + hz + " Hz", ProbeSpec.of(ProbePolicy.BUSY_POLL, hz)),
                    s -> s.cpu().mainLoopPercent() * PERCENT_TO_MICROS / s.ticks(),
                    "main loop for a tick of a running vCPU, PIT at " + hz + " Hz");
        }
    }

    private void speed() throws IOException {
        double nativeCycles = (double) LOOPS * ProbeLoad.TURN_INSTRUCTIONS / model.count("code.issue_width");
        List<ProbeSecond> seconds = seconds(
                "instructions",
                ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, LATENCY_HZ).withLoad(ProbeLoad.loopsPerTick(LOOPS)));
        if (accelerator.isTcg()) {
            put(
                    "tcg.slowdown",
                    seconds,
                    s -> s.workCycles() / nativeCycles,
                    "a loop of ten register instructions against " + model.count("code.issue_width")
                            + " instructions a cycle");
        }
    }

    private void latencies() throws IOException {
        ProbeSpec halting = ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, LATENCY_HZ);
        put(
                accelerator.isTcg() ? "tcg.wake_latency" : "kvm.wake_from_block",
                latency("latency while halted", halting, 0.5),
                "PIT expiry to the handler of a halted guest, medians of runs");
        if (accelerator.isTcg()) {
            put(
                    "tcg.timer_latency",
                    latency("latency while polling", ProbeSpec.of(ProbePolicy.BUSY_POLL, LATENCY_HZ), 0.05),
                    "PIT expiry to the handler of a polling guest, 5th percentiles of runs");
        }
    }

    private double[] latency(String what, ProbeSpec spec, double share) throws IOException {
        List<Double> quantiles = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            attempt(what, i, () -> {
                int[] table = ProbeRun.measuringLatency(
                                spec, host, new ProbeRun.Setting(MachineKind.ofName("pc"), accelerator, 2, 1000))
                        .latencies();
                quantiles.add(quantileMicros(table, share));
            });
        }
        return quantiles.stream().mapToDouble(q -> q).toArray();
    }

    /** Returns the quantile of a guest's table of latencies in microseconds, in the middle of its entry. */
    static double quantileMicros(int[] table, double share) {
        long count = Arrays.stream(table).asLongStream().sum();
        long before = 0;
        for (int i = 0; i < table.length; i++) {
            before += table[i];
            if (before > share * count) {
                return (i + 0.5) * ProbePage.LATENCY_COUNTS * 1e6 / ProbeTimer.PIT_HZ;
            }
        }
        return 0;
    }

    private void accesses() throws IOException {
        Map<AccessGuest.Kind, double[]> nanos = new EnumMap<>(AccessGuest.Kind.class);
        for (int i = 0; i < runs && nanos.isEmpty(); i++) {
            attempt(
                    "accesses",
                    i,
                    () -> nanos.putAll(AccessRun.of(MachineKind.ofName("pc"), accelerator, host, ACCESS_SAMPLES)));
        }
        if (nanos.isEmpty()) {
            return;
        }
        if (accelerator.isTcg()) {
            put("tcg.exit", of(nanos, AccessGuest.Kind.PORT), "a write to port 80h");
            put("vga.cell_access_tcg", of(nanos, AccessGuest.Kind.VGA), "a byte stored to VGA text memory");
        } else {
            put("kvm.exit_pio_user", of(nanos, AccessGuest.Kind.PORT), "a write to port 80h");
            put("kvm.exit_apic", of(nanos, AccessGuest.Kind.PIC), "a read of the PIC's mask");
            put("kvm.lapic_id_read", of(nanos, AccessGuest.Kind.LAPIC_ID), "a read of the local APIC's identity");
            put("lapic.poll", of(nanos, AccessGuest.Kind.LAPIC_COUNT), "a read of the local APIC timer's count");
        }
        double[] micros = Arrays.stream(of(nanos, AccessGuest.Kind.VGA))
                .map(n -> n / 1000)
                .toArray();
        put("vga.cell_access_trapped", micros, "a byte stored to VGA text memory");
    }

    private void boots() throws IOException {
        Map<String, List<BootTimes>> starts = new LinkedHashMap<>();
        int count = 2 * runs + 1;
        for (BootWay way : BootWay.shipped()) {
            if (!way.untestable().isEmpty()) {
                continue;
            }
            List<BootTimes> boots = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                attempt(
                        "boots of " + way.name(),
                        i,
                        count,
                        () -> boots.add(BootMeasurement.once(way, accelerator, host.tscHz())));
            }
            if (boots.isEmpty()) {
                continue;
            }
            starts.computeIfAbsent(way.start(), s -> new ArrayList<>()).addAll(boots);
            phases(way, boots);
        }
        starts.forEach((parameter, boots) -> put(
                parameter,
                boots.stream()
                        .mapToDouble(
                                b -> Double.isNaN(b.firstFirmwareLine()) ? b.firstInstruction() : b.firstFirmwareLine())
                        .toArray(),
                "exec to the firmware's first line, to the first instruction where it says nothing"));
    }

    private void phases(BootWay way, List<BootTimes> boots) {
        if (way.firmware().equals(List.of("boot.qboot"))) {
            double guest = Medians.of(
                    boots.stream().mapToDouble(BootTimes::firstGuestLine).toArray());
            double start = Medians.of(
                    boots.stream().mapToDouble(BootTimes::firstInstruction).toArray());
            put(
                    "boot.qboot",
                    new double[] {Math.max(0, guest - start)},
                    "the guest's first line less the first instruction, medians");
            return;
        }
        List<FirmwarePhase> phases = FirmwarePhase.seabios();
        for (int i = 0; i < phases.size() && i < way.firmware().size(); i++) {
            String name = phases.get(i).name();
            double[] lengths = boots.stream()
                    .filter(b -> b.phases().containsKey(name))
                    .mapToDouble(b -> b.phases().get(name))
                    .toArray();
            if (lengths.length > 0 && !costs.containsKey(way.firmware().get(i))) {
                put(way.firmware().get(i), lengths, "SeaBIOS, " + name + ", " + way.name());
            }
        }
        if (!costs.containsKey("boot.seabios")) {
            put(
                    "boot.seabios",
                    boots.stream()
                            .mapToDouble(b -> b.firstGuestLine() - b.firstFirmwareLine())
                            .toArray(),
                    "SeaBIOS's first line to the guest's, " + way.name());
        }
    }

    /** Returns the number of figures that were measured. */
    public int measuredCount() {
        return costs.size();
    }

    /** Returns each run that failed, and why, in order: their figures hang on the runs that are left, or are not measured. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Returns which share of the seconds looked at was disturbed by other load, in percent. */
    public double disturbedPercent() {
        return looks == 0 ? 0 : 100.0 * disturbed / looks;
    }

    /** Returns the parameters that depend on the accelerator and were not measured, in order of their names. */
    public List<String> unmeasured() {
        String other = accelerator.isTcg() ? "kvm." : "tcg.";
        TreeSet<String> names = new TreeSet<>();
        for (CostParameter parameter : model.parameters()) {
            boolean depends = PREFIXES.stream().anyMatch(parameter.name()::startsWith);
            if (depends && !parameter.name().startsWith(other) && !costs.containsKey(parameter.name())) {
                names.add(parameter.name());
            }
        }
        return List.copyOf(names);
    }

    /** What the shipped profile of the accelerator says beyond the cost model and was not measured here: not about the host alone. */
    private List<String> carriedOver() {
        HostProfile shipped = accelerator.isTcg() ? HostProfile.qemu72Tcg() : HostProfile.kvm2018();
        List<String> lines = new ArrayList<>();
        for (CostParameter parameter : shipped.costs().parameters()) {
            boolean measured = costs.containsKey(parameter.name());
            if (!measured && !parameter.equals(model.parameter(parameter.name()))) {
                lines.add(String.join(
                        "\t",
                        parameter.name(),
                        parameter.value().toPlainString(),
                        parameter.unit().symbol(),
                        parameter.low().toPlainString(),
                        parameter.high().toPlainString(),
                        parameter.basis().name().toLowerCase(Locale.ROOT),
                        parameter.confidence().name().toLowerCase(Locale.ROOT),
                        "not measured here, from " + shipped.name() + ": " + parameter.source()));
            }
        }
        return lines;
    }

    /**
     * Returns the profile as a file's text.
     *
     * @param name what users will call it
     * @param qemu QEMU's own words on its version
     * @param date when it was measured
     */
    public String profile(String name, String qemu, String date) {
        StringBuilder text = new StringBuilder();
        text.append("# profile: ").append(name).append('\n');
        text.append("# accelerator: ").append(accelerator == Accelerator.TCG ? "tcg-multi" : accelerator.label());
        text.append("\n# origin: torosim calibrate, ")
                .append(date)
                .append(", ")
                .append(qemu)
                .append(", ");
        text.append(host.text()).append('\n');
        text.append("# validated: no\n");
        text.append(String.format(
                Locale.ROOT,
                "# %d runs of each guest; other load disturbed %.0f %% of the seconds%n",
                runs,
                disturbedPercent()));
        text.append("name\tvalue\tunit\tlow\thigh\tbasis\tconfidence\tsource\n");
        costs.values().forEach(c -> text.append(c.line()).append('\n'));
        carriedOver().forEach(line -> text.append(line).append('\n'));
        failures.forEach(failure -> text.append("# failed: ").append(failure).append('\n'));
        for (String parameter : unmeasured()) {
            text.append("# not measured, as shipped: ").append(parameter).append('\n');
        }
        return text.toString();
    }
}
