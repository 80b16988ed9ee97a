package io.torosim.guest.run;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.host.QemuProcess.TopSampler;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.host.QemuProcess.TopSampler.TopSample;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerMeter.PowerTable;
import io.torosim.core.stats.LatencyHistogram;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.wire.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at a run from the end of its settling on, and says what it saw. Its looking changes nothing.
 *
 * <p>{@link GuestRun} begins it, and a {@link GuestOutcome} comes out. It reads the {@link RequestPort}'s counters, {@link QemuProcess},
 * {@link PowerMeter} and, where the guest is {@link Wired}, the {@link Link}.
 */
final class GuestWatch {
    private final Machine machine;
    private final QemuProcess process;
    private final TopMode topMode;
    private final int hostCpus;
    private final long topDelayPs;
    private final Optional<TraceBus> trace;
    private final PowerMeter power;
    private final Seen seen = new Seen();
    private final LatencyHistogram latency = new LatencyHistogram();
    private Optional<TopSampler> top = Optional.empty();
    private Optional<TopSampler> otherTop = Optional.empty();
    private Optional<CodeProfile> profile = Optional.empty();

    @SuppressWarnings("NullAway.Init") // begins comes first
    private RunResult before;

    private long beforeMicrojoules;
    private long beforeHostPs;
    private long startPs;

    GuestWatch(
            Machine machine,
            QemuProcess process,
            TopMode topMode,
            int hostCpus,
            long topDelayPs,
            Optional<TraceBus> trace,
            PowerMeter power) {
        this.machine = machine;
        this.process = process;
        this.topMode = topMode;
        this.hostCpus = hostCpus;
        this.topDelayPs = topDelayPs;
        this.trace = trace;
        this.power = power;
    }

    static PowerMeter meter(Machine machine) {
        PowerMeter meter = new PowerMeter(
                machine.vcpuCount(),
                PowerTable.of(machine.spec().costs()),
                machine.spec().hostCpus());
        machine.trace().addSink(meter);
        return meter;
    }

    /** The load is about to begin. */
    void begins() {
        startPs = machine.simulation().nowPs();
        before = machine.result();
        beforeMicrojoules = microjoules(startPs);
        beforeHostPs = hostPs();
        machine.trace().addSink(seen, TraceKind.VCPU_STATE);
        machine.trace().addSink((timePs, vcpu, kind, a, b) -> latency.record(b), TraceKind.REQUEST_DONE);
        trace.ifPresent(bus -> machine.trace().addSink(bus::emit));
    }

    /** Then {@code top} begins, in both its modes. */
    void topBegins() {
        TopMode other = topMode == TopMode.IRIX ? TopMode.SOLARIS : TopMode.IRIX;
        top = Optional.of(new TopSampler(machine, process, topMode, hostCpus, topDelayPs));
        otherTop = Optional.of(new TopSampler(machine, process, other, hostCpus, topDelayPs));
    }

    /** Notes from now on in which routine each vCPU is. */
    void profiles() {
        CodeProfile steps = new CodeProfile(machine);
        machine.observeSteps(steps);
        profile = Optional.of(steps);
    }

    private static List<TopSample> samples(Optional<TopSampler> of) {
        return of.map(TopSampler::samples).orElse(List.of());
    }

    /** Puts together what was seen up to now. */
    GuestOutcome outcome(RequestPort port) {
        RunResult result = machine.result();
        long endPs = machine.simulation().nowPs();
        double seconds = (endPs - startPs) / (double) Picos.PER_SECOND;
        List<GuestOutcome.Interval> intervals = new ArrayList<>();
        for (TopSample s : samples(top)) {
            intervals.add(new GuestOutcome.Interval(
                    seconds(s.startPs()), seconds(s.endPs()), s.cpuPercent(), s.threadPercent()));
        }
        List<GuestOutcome.Stretch> traffic = port.traffic().stream()
                .map(t -> new GuestOutcome.Stretch(seconds(t[0]), seconds(t[1])))
                .toList();
        Map<ExitCause, Long> exits = new EnumMap<>(ExitCause.class);
        List<Double> awake = new ArrayList<>();
        List<VcpuUsage> usage = new ArrayList<>();
        List<String> panics = new ArrayList<>();
        long halts = 0;
        for (int i = 0; i < machine.vcpuCount(); i++) {
            VcpuUsage now = result.usage().get(i);
            VcpuUsage then = before.usage().get(i);
            halts += now.halts() - then.halts();
            for (ExitCause cause : ExitCause.values()) {
                long count = now.exitsByCause().getOrDefault(cause, 0L)
                        - then.exitsByCause().getOrDefault(cause, 0L);
                exits.merge(cause, count, Long::sum);
            }
            long asleepPs =
                    now.haltedPs() + now.mwaitPs() + now.offPs() - then.haltedPs() - then.mwaitPs() - then.offPs();
            awake.add(100.0 * (endPs - startPs - asleepPs) / (endPs - startPs));
            usage.add(now.since(then));
            String vcpu = "vCPU " + i + ": ";
            machine.vcpu(i).panic().ifPresent(found -> panics.add(vcpu + found));
        }
        return new GuestOutcome(
                seconds,
                intervals,
                rest(endPs),
                samples(otherTop).stream()
                        .mapToDouble(TopSample::cpuPercent)
                        .average()
                        .orElse(Double.NaN),
                100.0 * (hostPs() - beforeHostPs) / (endPs - startPs),
                awake,
                halts,
                seen.wakeUps,
                exits,
                port.startedCount(),
                port.doneCount(),
                port.failures(),
                latency,
                traffic,
                lastPoll(port.traffic()),
                (microjoules(endPs) - beforeMicrojoules) / 1e6,
                port.heapHighWaterBytes(),
                port.bytesReceived(),
                port.bytesCopied(),
                port.connections(),
                port instanceof Wired wired ? wired.wire().map(link -> counts(link, wired)) : Optional.empty(),
                port instanceof BootPort boots ? boots.boot().outcome() : Optional.empty(),
                profile.map(CodeProfile::shares).orElse(List.of()),
                usage,
                panics,
                result);
    }

    private static GuestOutcome.WireCounts counts(Link link, Wired wired) {
        return new GuestOutcome.WireCounts(
                link.arrived(Link.Direction.IN),
                link.arrived(Link.Direction.OUT),
                link.lost(Link.Direction.IN) + link.lost(Link.Direction.OUT),
                wired.repeatedSegments().orElse(0));
    }

    /** What came after the last look of {@code top}, or all of it if it never looked; nothing if that was at the very end. */
    private Optional<GuestOutcome.Interval> rest(long endPs) {
        if (top.isEmpty()) {
            return Optional.empty();
        }
        long fromPs = top.get().lastLookPs();
        if (endPs <= fromPs) {
            return Optional.empty();
        }
        double[] shares = top.get().percentSinceLastLook();
        return Optional.of(new GuestOutcome.Interval(seconds(fromPs), seconds(endPs), Double.NaN, shares));
    }

    private double lastPoll(List<long[]> stretches) {
        if (stretches.isEmpty()) {
            return Double.NaN;
        }
        long endPs = stretches.get(stretches.size() - 1)[1];
        return seen.haltedSincePs >= endPs ? (seen.haltedSincePs - endPs) / (double) Picos.PER_MILLI : Double.NaN;
    }

    private double seconds(long ps) {
        return (ps - startPs) / (double) Picos.PER_SECOND;
    }

    private long hostPs() {
        long sum = 0;
        for (int thread = 0; thread < process.threadCount(); thread++) {
            sum += process.threadCpuPs(thread);
        }
        return sum;
    }

    private long microjoules(long timePs) {
        return power.microjoulesUpTo(timePs);
    }

    /** Wake-ups, and since when vCPU 0 has been halted. */
    private static final class Seen implements TraceSink {
        private long wakeUps;
        private long haltedSincePs = -1;
        private boolean[] halted = new boolean[8];

        @Override
        public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
            if (vcpu >= halted.length) {
                halted = Arrays.copyOf(halted, 2 * vcpu);
            }
            boolean halts = a == VcpuState.HALTED.ordinal() || a == VcpuState.MWAIT.ordinal();
            if (halted[vcpu] && !halts) {
                wakeUps++;
            }
            halted[vcpu] = halts;
            if (vcpu == 0) {
                haltedSincePs = a == VcpuState.HALTED.ordinal() ? timePs : -1;
            }
        }
    }
}
