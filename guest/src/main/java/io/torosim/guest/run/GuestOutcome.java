package io.torosim.guest.run;

import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.stats.LatencyHistogram;
import io.torosim.core.time.Picos;
import io.torosim.guest.boot.BootSequence;
import io.torosim.guest.boot.BootSequence.BootPhase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a {@link GuestRun} saw, from the end of the guest's settling on: a value.
 *
 * @param seconds how long it looked
 * @param intervals what {@code top} showed, and the exact shares, one after the other
 * @param rest what came after {@code top}'s last look, which it therefore does not show ({@link Interval#topPercent} is NaN); empty without it or
 *     without {@code top}
 * @param otherTopPercent mean of what {@code top} showed in its other mode (Irix, Solaris)
 * @param cpuPercent CPU time of the QEMU process as the host's scheduler counts it, exactly, over the whole; 100 is one CPU
 * @param awakePercent of each vCPU the share of time that it was not halted
 * @param halts {@code hlt} instructions of all vCPUs
 * @param wakeUps how often one that slept was woken
 * @param exits VM exits of all vCPUs by cause, every cause
 * @param started requests begun
 * @param answered requests answered
 * @param failures requests that came to nothing, by reason
 * @param latency times of the answered requests
 * @param traffic when there was traffic
 * @param lastPollMillis from the end of the last traffic to the moment at which vCPU 0 was halted for good; NaN if it is not halted
 * @param joules energy of the cores under the vCPUs
 * @param heapHighWaterBytes the most bytes of its kernel's memory that the guest has had in use since power-on; empty if it has no such memory
 * @param bytesReceived bytes of answers that the clients have received since power-on; empty where requests have no bytes
 * @param bytesCopied bytes of frames that the driver of the guest's card has copied since power-on; empty where nobody counts them
 * @param connections connections that the guest still has at the end; empty for a guest without any
 * @param wire what happened on the guest's wire since power-on; empty for a guest without a network card
 * @param boot what the boot came to: its phases; empty for a guest that does not boot ({@link GuestRun#boot}) or did not get so far
 * @param profile in which routines the vCPUs were; empty unless {@link GuestRun#profiled}
 * @param usage residency and counters of each vCPU while it was watched, in order
 * @param panics what the guest's code found damaged when it stopped a vCPU for ever, as {@code "vCPU 0: ..."}; usually nothing
 * @param result residency, counters and digest since power-on
 */
public record GuestOutcome(
        double seconds,
        List<Interval> intervals,
        Optional<Interval> rest,
        double otherTopPercent,
        double cpuPercent,
        List<Double> awakePercent,
        long halts,
        long wakeUps,
        Map<ExitCause, Long> exits,
        long started,
        long answered,
        Map<String, Long> failures,
        LatencyHistogram latency,
        List<Stretch> traffic,
        double lastPollMillis,
        double joules,
        OptionalLong heapHighWaterBytes,
        OptionalLong bytesReceived,
        OptionalLong bytesCopied,
        OptionalInt connections,
        Optional<WireCounts> wire,
        Optional<BootSequence.Outcome> boot,
        List<CodeProfile.Share> profile,
        List<VcpuUsage> usage,
        List<String> panics,
        RunResult result) {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final String CSV_HEADING = "start_s,end_s,top_percent,cpu_percent";

    /**
     * One sample of {@code top}.
     *
     * @param start beginning in seconds
     * @param end end in seconds
     * @param topPercent as {@code top} shows it: in ticks, rounded
     * @param threadPercent exactly, of each thread of the process: vCPUs first, then the main loop; 100 is one CPU
     */
    public record Interval(double start, double end, double topPercent, double[] threadPercent) {
        /** Copies the shares. */
        public Interval {
            threadPercent = threadPercent.clone();
        }

        /** Returns a copy of the shares. */
        @Override
        public double[] threadPercent() {
            return threadPercent.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Interval that
                    && Double.compare(start, that.start) == 0
                    && Double.compare(end, that.end) == 0
                    && Double.compare(topPercent, that.topPercent) == 0
                    && Arrays.equals(threadPercent, that.threadPercent);
        }

        @Override
        public int hashCode() {
            return Objects.hash(start, end, topPercent, Arrays.hashCode(threadPercent));
        }

        @Override
        public String toString() {
            return "Interval[" + start + " to " + end + " s, top " + topPercent + " %, threads "
                    + Arrays.toString(threadPercent) + ']';
        }

        /** Returns the exact CPU of the process. */
        public double cpuPercent() {
            double sum = 0;
            for (double share : threadPercent) {
                sum += share;
            }
            return sum;
        }
    }

    /**
     * A stretch of time.
     *
     * @param start beginning in seconds
     * @param end end in seconds
     */
    public record Stretch(double start, double end) {}

    /**
     * Frames on a guest's wire.
     *
     * @param in that came to the guest
     * @param out that came from it
     * @param lost of both ways
     * @param repeatedSegments TCP segments that the guest has sent again; of Toro's stack those with data
     */
    public record WireCounts(long in, long out, long lost, long repeatedSegments) {}

    /** Copies lists and maps. */
    public GuestOutcome {
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
        profile = List.copyOf(profile);
        usage = List.copyOf(usage);
        panics = List.copyOf(panics);
        intervals = List.copyOf(intervals);
        awakePercent = List.copyOf(awakePercent);
        traffic = List.copyOf(traffic);
        exits = Collections.unmodifiableMap(new EnumMap<>(exits));
    }

    /** Returns the figures of a line; {@link #toJson} has all. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "GuestOutcome[%.3f s, CPU %.2f %%, awake %s %%, %d halts, %d of %d requests answered, %.3f J, digest %s, %s]",
                seconds,
                cpuPercent,
                awakePercent,
                halts,
                answered,
                started,
                joules,
                result.traceHash(),
                result.warnings().isEmpty()
                        ? "no warnings"
                        : result.warnings().size() == 1
                                ? "1 warning"
                                : result.warnings().size() + " warnings");
    }

    /** Returns the mean of what {@code top} showed; NaN if it has not looked, in a run shorter than its delay. */
    public double topPercent() {
        return mean(Interval::topPercent);
    }

    /** Returns the mean draw of the cores under the vCPUs in watts. */
    public double watts() {
        return joules / seconds;
    }

    /** Returns the mean time of a request in microseconds, NaN without one. */
    public double latencyMicros() {
        return answered == 0 ? Double.NaN : latency.meanPs() / Picos.PER_MICRO;
    }

    /**
     * Returns the time that so many percent of the requests did not exceed, in microseconds; NaN if none was answered.
     *
     * @param percent in [0, 100]
     */
    public double latencyMicros(double percent) {
        double micros = latency.percentilePs(percent) / (double) Picos.PER_MICRO;
        return answered == 0 ? Double.NaN : micros;
    }

    private List<Interval> all() {
        List<Interval> all = new ArrayList<>(intervals);
        rest.ifPresent(all::add);
        return all;
    }

    private double mean(ToDoubleFunction<Interval> of) {
        return intervals.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    /**
     * Returns the intervals as CSV: a heading, then a line each; shares of the threads in the columns after the first four. What
     * came after {@code top}'s last look is the last line, without a figure of {@code top}.
     */
    public String toCsv() {
        StringBuilder csv = new StringBuilder(CSV_HEADING);
        int threads = awakePercent.size();
        for (int vcpu = 0; vcpu < threads; vcpu++) {
            csv.append(",vcpu").append(vcpu).append("_percent");
        }
        csv.append(",main_loop_percent\n");
        for (Interval i : all()) {
            csv.append(number(i.start())).append(',').append(number(i.end())).append(',');
            csv.append(Double.isNaN(i.topPercent()) ? "" : number(i.topPercent()));
            csv.append(',').append(number(i.cpuPercent()));
            for (double share : i.threadPercent()) {
                csv.append(',').append(number(share));
            }
            csv.append('\n');
        }
        return csv.toString();
    }

    /** Returns the figures of the whole as CSV: a heading, then a name and a value in each line; of vCPUs and exits one each. */
    public String summaryCsv() {
        StringBuilder csv = new StringBuilder("figure,value\n");
        line(csv, "seconds", seconds);
        line(csv, "cpu_percent", cpuPercent);
        line(csv, "top_percent", topPercent());
        line(csv, "top_percent_other_mode", otherTopPercent);
        for (int vcpu = 0; vcpu < awakePercent.size(); vcpu++) {
            line(csv, "awake_percent.vcpu" + vcpu, awakePercent.get(vcpu));
        }
        line(csv, "halts", halts);
        line(csv, "wake_ups", wakeUps);
        exits.forEach((cause, count) -> line(csv, "exits." + cause.name().toLowerCase(Locale.ROOT), count));
        line(csv, "requests_started", started);
        line(csv, "requests_answered", answered);
        failures.forEach((reason, count) -> line(csv, "failed." + reason.replace(' ', '_'), count));
        line(csv, "latency_us.mean", latencyMicros());
        for (double percent : PERCENTILES) {
            line(csv, "latency_us.p" + number(percent), latencyMicros(percent));
        }
        line(csv, "joules", joules);
        line(csv, "watts", watts());
        return csv.toString();
    }

    /** A figure that there is not stays empty. */
    private static void line(StringBuilder csv, String name, double value) {
        csv.append(name)
                .append(',')
                .append(Double.isFinite(value) ? number(value) : "")
                .append('\n');
    }

    /** Returns the histogram of the times of the answered requests as CSV: a heading, then the upper end of a bucket and its count in each line. */
    public String latencyCsv() {
        StringBuilder csv = new StringBuilder("up_to_us,requests\n");
        for (LatencyHistogram.Bucket bucket : latency.buckets()) {
            csv.append(number(bucket.upToPs() / (double) Picos.PER_MICRO))
                    .append(',')
                    .append(bucket.count())
                    .append('\n');
        }
        return csv.toString();
    }

    /** Returns everything as a JSON object, without {@link #profile}. */
    public String toJson() {
        JsonText json = new JsonText();
        json.object(() -> {
            json.number("seconds", seconds);
            json.number("cpu_percent", cpuPercent);
            json.number("top_percent", topPercent());
            json.number("top_percent_other_mode", otherTopPercent);
            json.array("awake_percent", awakePercent);
            json.number("halts", halts);
            json.number("wake_ups", wakeUps);
            json.object(
                    "exits",
                    () -> exits.forEach(
                            (cause, count) -> json.number(cause.name().toLowerCase(Locale.ROOT), count)));
            json.number("requests_started", started);
            json.number("requests_answered", answered);
            json.object("failures", () -> failures.forEach((reason, count) -> json.number(reason, count)));
            json.object("latency_us", () -> {
                json.number("mean", latencyMicros());
                for (double percent : PERCENTILES) {
                    json.number("p" + number(percent), latencyMicros(percent));
                }
                json.objects("histogram", latency.buckets(), bucket -> {
                    json.number("up_to", bucket.upToPs() / (double) Picos.PER_MICRO);
                    json.number("requests", bucket.count());
                });
            });
            bytesReceived.ifPresent(bytes -> json.number("bytes_received", bytes));
            connections.ifPresent(count -> json.number("connections", count));
            wire.ifPresent(w -> json.object("wire", () -> {
                json.number("frames_in", w.in());
                json.number("frames_out", w.out());
                json.number("lost", w.lost());
                json.number("segments_sent_again", w.repeatedSegments());
            }));
            boot.ifPresent(b -> bootJson(json, b));
            json.number("joules", joules);
            json.number("watts", watts());
            json.objects("intervals", all(), i -> {
                json.number("start_s", i.start());
                json.number("end_s", i.end());
                json.number("top_percent", i.topPercent());
                json.number("cpu_percent", i.cpuPercent());
            });
            json.text("digest", result.traceHash());
        });
        return json.toString();
    }

    private static void bootJson(JsonText json, BootSequence.Outcome boot) {
        json.object("boot", () -> {
            json.text("path", boot.path().label());
            json.number("to_kernel_ms", boot.toKernelMillis());
            json.number("to_first_thread_ms", boot.millis());
            json.number("cores", boot.cores());
            json.number("believed_mhz", boot.believedMhz());
            json.objects("phases", boot.phases(), phase -> phaseJson(json, phase));
        });
    }

    private static void phaseJson(JsonText json, BootPhase phase) {
        json.text("name", phase.name());
        json.number("ms", phase.durationPs() / (double) Picos.PER_MILLI);
        json.number("exits", phase.exitCount());
    }

    static String number(double value) {
        if (value == StrictMath.rint(value) && StrictMath.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return java.math.BigDecimal.valueOf(value)
                .round(new java.math.MathContext(9))
                .stripTrailingZeros()
                .toPlainString();
    }
}
