package io.torosim.experiment.nic;

import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.spec.Display;
import io.torosim.mem.alloc.MemQuirk;
import io.torosim.virtio.NicCard;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Toro of 2018 on one vCPU, which answers echo requests of one size that come to one of its cards at one rate: what its machine has counted once
 * it is awake.
 *
 * <p>The run ends after {@value #ENOUGH} answers, or after 30 ms and ten requests: of a guest that cannot keep up, figures are those of the
 * beginning, while frames still find a place to wait.
 *
 * @param card which card and driver
 * @param frameBytes size of each frame, without preamble and checksum
 * @param offeredPerSecond rate of the requests
 * @param sent requests that were sent
 * @param answered requests that were answered
 * @param answersPerSecond rate of the answers, from the first to the last; 0 with fewer than two
 * @param busyPs what the vCPU worked, exits included, polling not
 * @param exits how often it left the guest, by cause, every cause
 * @param interrupts interrupts taken, all of the card
 * @param copiedBytes bytes of frames that the driver copied or moved through a port
 * @param meanLatencyPs from request to answer, both on the wire; 0 without an answer
 * @param panic what the kernel stopped with, if it did
 * @param digest digest of the trace
 */
public record NicRow(
        NicCard card,
        int frameBytes,
        long offeredPerSecond,
        int sent,
        int answered,
        double answersPerSecond,
        long busyPs,
        Map<ExitCause, Long> exits,
        long interrupts,
        long copiedBytes,
        long meanLatencyPs,
        Optional<String> panic,
        long digest) {
    /** A rate at which every request finds the guest idle, whatever its card and size. */
    public static final long LIGHT_RATE = 100;

    static final int ENOUGH = 200;
    private static final int LEAST_REQUESTS = 10;
    private static final Duration LEAST_TIME = Duration.ofMillis(30);
    private static final int LOOK_GAPS = 10;
    /** What is not counted: the first request finds the guest halted, and some may wait for it to wake up. */
    private static final int BEFORE_REQUESTS = 5;

    private static final long BEFORE_PS = 2 * Picos.PER_MILLI;
    /** The e1000 has heard nothing for a second by then. */
    private static final long START_PS = 1_200 * Picos.PER_MILLI;

    /** Copies the map. */
    public NicRow {
        exits = Collections.unmodifiableMap(new EnumMap<>(exits));
    }

    /**
     * Runs it, the kernel's lists of free blocks repaired ({@link MemQuirk#NESTED_EXPANSION}): with them as they were it stops when a thousand
     * packets wait.
     *
     * @param host the machine, its prices and who moves packets
     * @param frameBytes in {@code [42, 1514]}
     * @param packetsPerSecond in {@code [1, 100,000]}
     */
    public static NicRow of(NicCard card, Specification host, int frameBytes, long packetsPerSecond) {
        return of(card, host, frameBytes, packetsPerSecond, false);
    }

    /** The same with every defect that a guest usually has, if {@code asItWas}. */
    static NicRow of(NicCard card, Specification host, int frameBytes, long packetsPerSecond, boolean asItWas) {
        if (frameBytes < EchoRequests.LEAST_FRAME_BYTES || frameBytes > 1514) {
            throw new IllegalArgumentException("frameBytes must be in [42, 1514], frameBytes=" + frameBytes);
        }
        if (packetsPerSecond < 1 || packetsPerSecond > 100_000) {
            throw new IllegalArgumentException(
                    "packetsPerSecond must be in [1, 100000], packetsPerSecond=" + packetsPerSecond);
        }
        GuestSpec guest = GuestSpec.of("ToroHelloWorldMicroservice")
                .withKernel(host.kernel())
                .withCard(card, host.get(Keys.NET_BACKEND))
                .withDisplay(Display.HEADLESS)
                .with(MemQuirk.NESTED_EXPANSION, asItWas);
        MachineSpec machine =
                host.machine(1).vcpus(1).ramMib(guest.machine().ramMib()).build();
        try (GuestSession session = GuestSession.open(guest.withMachine(machine), null)) {
            return measured(session, card, frameBytes, packetsPerSecond);
        }
    }

    private static NicRow measured(GuestSession session, NicCard card, int frameBytes, long packetsPerSecond) {
        Machine machine = session.machine();
        long gapPs = Picos.PER_SECOND / packetsPerSecond;
        EchoRequests requests = new EchoRequests(session, frameBytes, START_PS, gapPs);
        long beforePs = Math.max(BEFORE_PS, BEFORE_REQUESTS * gapPs);
        Duration begin = Picos.toDuration(START_PS + beforePs).minusNanos(1);
        VcpuUsage before = machine.runUntil(begin).usage().get(0);
        long copiedBefore = copiedBytes(session);
        requests.countFromNow();
        Duration latest = begin.plus(LEAST_TIME).plus(Picos.toDuration(LEAST_REQUESTS * gapPs));
        Duration step = Picos.toDuration(LOOK_GAPS * gapPs);
        RunResult result;
        Duration now = begin;
        do {
            now = now.plus(step);
            result = machine.runUntil(now);
        } while (requests.answered() < ENOUGH && now.compareTo(latest) < 0);
        VcpuUsage usage = result.usage().get(0);
        EnumMap<ExitCause, Long> exits = new EnumMap<>(usage.exitsByCause());
        before.exitsByCause().forEach((cause, count) -> exits.merge(cause, -count, Long::sum));
        return new NicRow(
                card,
                frameBytes,
                packetsPerSecond,
                requests.sent(),
                requests.answered(),
                requests.answersPerSecond(),
                usage.busyPs() - before.busyPs(),
                exits,
                usage.interrupts() - before.interrupts(),
                copiedBytes(session) - copiedBefore,
                requests.meanLatencyPs(),
                machine.vcpu(0).panic(),
                result.traceDigest());
    }

    private static long copiedBytes(GuestSession session) {
        return session.stack().orElseThrow().counters().bytesCopied();
    }

    /** Returns exits of all causes for each answer; all of them without one. */
    public double exitsPerAnswer() {
        return perAnswer(exits.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Returns interrupts for each answer. */
    public double interruptsPerAnswer() {
        return perAnswer(interrupts);
    }

    /** Returns bytes copied for each answer. */
    public double copiedBytesPerAnswer() {
        return perAnswer(copiedBytes);
    }

    /** Returns work of the vCPU for each answer in microseconds. */
    public double busyMicrosPerAnswer() {
        return perAnswer(busyPs) / Picos.PER_MICRO;
    }

    /** Returns the mean latency in microseconds. */
    public double meanLatencyMicros() {
        return meanLatencyPs / (double) Picos.PER_MICRO;
    }

    private double perAnswer(long count) {
        return (double) count / Math.max(1, answered);
    }
}
