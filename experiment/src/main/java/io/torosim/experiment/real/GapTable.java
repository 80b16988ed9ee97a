package io.torosim.experiment.real;

import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.boot.BootComparison;
import io.torosim.experiment.real.boot.BootWay;
import io.torosim.experiment.real.boot.TabTable;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import io.torosim.experiment.real.verdict.Medians;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.spec.LinuxConfig.TickMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Every figure that a real QEMU shows here, beside the model's: idle policies, tick rates, windows, loads, boots, an idle
 * Linux. What is outside stays in it, with its cause.
 *
 * <p>Guests under QEMU are {@link CpuComparison}s, boots {@link BootComparison}s, Linux a {@link LinuxRun}; the model's side is made by
 * {@link GuestRun}. Whether two figures agree says a {@link Band}.
 *
 * @param profile the host as the model has it
 * @param rows the figures
 */
public record GapTable(HostProfile profile, List<GapRow> rows) {
    private static final List<String> HEADING = List.of(
            "policy", "window_us", "timer", "hz", "work_us", "work_loops", "burst", "vcpus", "machine", "cause");
    private static final Duration LINUX_TIME = Duration.ofSeconds(60);

    /** Takes a copy. */
    public GapTable {
        rows = List.copyOf(rows);
    }

    /**
     * How much is measured.
     *
     * @param seconds of each probe guest and of Linux
     * @param boots of each boot path
     * @param kernel a Linux kernel, if there is one
     */
    public record Effort(int seconds, int boots, Optional<Path> kernel) {}

    /**
     * Predicts and measures every row under software emulation.
     *
     * @param each is given each row when it is known
     */
    public static GapTable measure(HostProfile profile, HostFacts host, Effort effort, Consumer<GapRow> each)
            throws IOException {
        List<GapRow> rows = new ArrayList<>();
        Consumer<GapRow> both = row -> {
            rows.add(row);
            each.accept(row);
        };
        for (String[] cells : TabTable.ofResource(GapTable.class, "gap-rows.tsv", HEADING)) {
            both.accept(probe(cells, profile, host, effort.seconds()));
        }
        for (BootWay way : BootWay.shipped()) {
            boot(way, profile, host, effort.boots(), both);
        }
        linux("idle Linux, 1 vCPU", 1, TickMode.NOHZ_IDLE, "", profile, effort, both);
        linux("idle Linux, 2 vCPUs", 2, TickMode.NOHZ_IDLE, "", profile, effort, both);
        linux("idle Linux, 250 Hz tick, 1 vCPU", 1, TickMode.PERIODIC, "nohz=off", profile, effort, both);
        return new GapTable(profile, rows);
    }

    static ProbeSpec spec(String[] cells) {
        int workMicros = Integer.parseInt(cells[4]);
        int workLoops = Integer.parseInt(cells[5]);
        String[] burst = cells[6].split("/");
        ProbeLoad load = workMicros == 0 && workLoops == 0
                ? ProbeLoad.NONE
                : new ProbeLoad(workMicros, workLoops, Integer.parseInt(burst[0]), Integer.parseInt(burst[1]));
        return new ProbeSpec(
                ProbePolicy.ofLabel(cells[0]),
                Integer.parseInt(cells[1]),
                ProbeTimer.ofLabel(cells[2]),
                Integer.parseInt(cells[3]),
                load,
                Integer.parseInt(cells[7]));
    }

    /** Returns the specifications of all rows about probe guests. */
    static List<ProbeSpec> specs() throws IOException {
        List<ProbeSpec> specs = new ArrayList<>();
        for (String[] cells : TabTable.ofResource(GapTable.class, "gap-rows.tsv", HEADING)) {
            specs.add(spec(cells));
        }
        return specs;
    }

    private static GapRow probe(String[] cells, HostProfile profile, HostFacts host, int seconds) throws IOException {
        CpuComparison c = CpuComparison.run(
                spec(cells),
                host,
                new CpuComparison.Setting(MachineKind.ofName(cells[8]), Accelerator.TCG, profile, seconds),
                p -> {},
                (n, s) -> {});
        String figure = c.spec().text() + (cells[8].equals("pc") ? "" : ", " + cells[8]);
        String cause = !c.reason().isEmpty() && c.finding() == Finding.BUSY_HOST
                ? c.reason()
                : c.finding() == Finding.OUTSIDE && !cells[9].equals("-") ? cells[9] : "";
        return new GapRow(
                figure,
                "% CPU",
                c.measuredPercent(),
                c.predictedPercent(),
                Band.CPU.error(c.measuredPercent(), c.predictedPercent()),
                c.finding(),
                cause);
    }

    private static void boot(BootWay way, HostProfile profile, HostFacts host, int boots, Consumer<GapRow> rows)
            throws IOException {
        BootComparison c = BootComparison.run(way, profile, Accelerator.TCG, host.tscHz(), boots);
        String figure = "boot, " + way.name() + ": exec to the guest's first line";
        if (c.finding() == Finding.NOT_TESTABLE) {
            rows.accept(GapRow.of(figure, "ms", c.predictedTotal(), c.reason()));
            return;
        }
        rows.accept(new GapRow(
                figure,
                "ms",
                c.firstGuestLine(),
                c.predictedTotal(),
                Band.BOOT.error(c.firstGuestLine(), c.predictedTotal()),
                c.finding(),
                c.finding() == Finding.INSIDE ? "" : c.reason()));
        if (!Double.isNaN(c.firstFirmwareLine())) {
            boolean near = Band.BOOT.holds(c.firstFirmwareLine(), c.predictedStart());
            rows.accept(new GapRow(
                    "boot, " + way.name() + ": exec to the firmware's first line",
                    "ms",
                    c.firstFirmwareLine(),
                    c.predictedStart(),
                    Band.BOOT.error(c.firstFirmwareLine(), c.predictedStart()),
                    near ? Finding.INSIDE : c.reason().isEmpty() ? Finding.OUTSIDE : Finding.BUSY_HOST,
                    near ? "" : c.reason()));
        }
    }

    private static void linux(
            String figure,
            int vcpus,
            TickMode tick,
            String options,
            HostProfile profile,
            Effort effort,
            Consumer<GapRow> rows)
            throws IOException {
        double predicted = GuestRun.of(GuestKind.linux(LinuxConfig.defaults().withTick(tick)), profile)
                .vcpus(vcpus)
                .load(Load.none())
                .watched(LINUX_TIME)
                .run()
                .cpuPercent();
        if (effort.kernel().isEmpty()) {
            rows.accept(GapRow.of(figure, "% CPU", predicted, "no kernel given (--linux FILE)"));
            return;
        }
        List<CpuShare> shares =
                LinuxRun.idle(effort.kernel().get(), options, vcpus, Accelerator.TCG, 2 * effort.seconds());
        double measured =
                Medians.of(shares.stream().mapToDouble(CpuShare::percent).toArray());
        boolean near = Band.CPU.holds(measured, predicted);
        rows.accept(new GapRow(
                figure,
                "% CPU",
                measured,
                predicted,
                Band.CPU.error(measured, predicted),
                near ? Finding.INSIDE : Finding.OUTSIDE,
                near ? "" : causeOfLinux(measured > predicted)));
    }

    private static String causeOfLinux(boolean dearer) {
        return dearer
                ? "Linux's own work in a tick and a wake-up (linux.tick_work, linux.idle_wakeups_*) is fitted to another host; calibrate does not measure it"
                : "the model's idle Linux has timers and services that a bare kernel has not";
    }

    /** Returns how many rows have that verdict. */
    public long count(Finding finding) {
        return rows.stream().filter(r -> r.finding() == finding).count();
    }

    /**
     * Returns the table in Markdown.
     *
     * @param host where it was measured
     * @param qemu QEMU's own words on its version
     * @param date when
     */
    public String markdown(HostFacts host, String qemu, String date) {
        StringBuilder text = new StringBuilder();
        text.append("Measured ")
                .append(date)
                .append(" on ")
                .append(host.text())
                .append(", ")
                .append(qemu);
        text.append(", software emulation. Profile `")
                .append(profile.name())
                .append("`: ")
                .append(profile.origin());
        text.append(".\n\n");
        text.append(String.format(
                Locale.ROOT,
                "%d of %d figures inside (10 %%, or 0.3 points below 5 %%; boots 15 %%), %d outside, %d while the host was too busy to tell, "
                        + "%d not testable.%n%n",
                count(Finding.INSIDE),
                rows.size() - count(Finding.NOT_TESTABLE),
                count(Finding.OUTSIDE),
                count(Finding.BUSY_HOST),
                count(Finding.NOT_TESTABLE)));
        text.append(
                "| figure | measured | predicted | error | status | cause |\n| --- | --- | --- | --- | --- | --- |\n");
        for (GapRow row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f %s | %s | %s | %s |%n",
                    row.figure(),
                    Double.isNaN(row.measured())
                            ? ""
                            : String.format(Locale.ROOT, "%.2f %s", row.measured(), row.unit()),
                    row.predicted(),
                    row.unit(),
                    row.error(),
                    row.finding().text(),
                    row.cause()));
        }
        return text.toString();
    }

    /**
     * One line of the gap table.
     *
     * @param figure what was measured, in words
     * @param unit its unit
     * @param measured the real figure; NaN where it is not testable
     * @param predicted the model's
     * @param error the difference, for people
     * @param finding the verdict
     * @param cause why the model is off, why the host was busy, or why it is not testable; else empty
     */
    public record GapRow(
            String figure,
            String unit,
            double measured,
            double predicted,
            String error,
            Finding finding,
            String cause) {
        static GapRow of(String figure, String unit, double predicted, String reason) {
            return new GapRow(figure, unit, Double.NaN, predicted, "", Finding.NOT_TESTABLE, reason);
        }
    }
}
