package io.torosim.experiment.real.boot;

import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.boot.BootTimes.FirmwarePhase;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import io.torosim.experiment.real.verdict.Medians;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A way of booting in the model and for real, medians of several boots, in milliseconds.
 *
 * @param way the way
 * @param predictedStart the model's start of the monitor
 * @param predictedTotal the model's time to the guest's first line
 * @param boots what was seen; none where it is not testable
 */
public record BootComparison(BootWay way, double predictedStart, double predictedTotal, List<BootTimes> boots) {
    private static final double BUSY_PERCENT = 10;

    /** Takes a copy. */
    public BootComparison {
        boots = List.copyOf(boots);
    }

    /** Predicts, then boots {@code count} times. */
    public static BootComparison run(BootWay way, HostProfile profile, Accelerator accelerator, long tscHz, int count)
            throws IOException {
        double start = way.predictedStart(profile);
        double total = way.predictedTotal(profile);
        List<BootTimes> boots = new ArrayList<>();
        for (int i = 0; i < count && way.untestable().isEmpty(); i++) {
            boots.add(BootMeasurement.once(way, accelerator, tscHz));
        }
        return new BootComparison(way, start, total, boots);
    }

    private double median(ToDoubleFunction<BootTimes> figure) {
        return Medians.of(boots.stream().mapToDouble(figure).toArray());
    }

    /** Returns the median to the first instruction. */
    public double firstInstruction() {
        return median(BootTimes::firstInstruction);
    }

    /** Returns the median to the firmware's first line; NaN if it says nothing. */
    public double firstFirmwareLine() {
        return median(BootTimes::firstFirmwareLine);
    }

    /** Returns the median to the guest's first line. */
    public double firstGuestLine() {
        return median(BootTimes::firstGuestLine);
    }

    /** Returns the medians of the firmware's phases, by name. */
    public Map<String, Double> phases() {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (FirmwarePhase phase : FirmwarePhase.seabios()) {
            double[] lengths = boots.stream()
                    .filter(b -> b.phases().containsKey(phase.name()))
                    .mapToDouble(b -> b.phases().get(phase.name()))
                    .toArray();
            if (lengths.length > 0) {
                medians.put(phase.name(), Medians.of(lengths));
            }
        }
        return medians;
    }

    /** Returns the verdict on the time to the guest's first line. */
    public Finding finding() {
        if (boots.isEmpty()) {
            return Finding.NOT_TESTABLE;
        }
        if (Band.BOOT.holds(firstGuestLine(), predictedTotal)) {
            return Finding.INSIDE;
        }
        return median(BootTimes::waited) > BUSY_PERCENT ? Finding.BUSY_HOST : Finding.OUTSIDE;
    }

    /** Returns why it is not testable, or how much the process had to wait for a CPU if that was much; else empty. */
    public String reason() {
        if (boots.isEmpty()) {
            return way.untestable();
        }
        double waited = median(BootTimes::waited);
        return waited > BUSY_PERCENT ? String.format(Locale.ROOT, "waited for a CPU %.0f %% of the time", waited) : "";
    }
}
