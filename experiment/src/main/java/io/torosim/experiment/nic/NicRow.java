package io.torosim.experiment.nic;

import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.time.Picos;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.IdlePolicy;
import java.time.Duration;

/**
 * Toro of 2018 on one vCPU, which polls and answers echo requests of one size that come evenly to one of its cards: ten of them, or 20 ms where that is
 * more.
 *
 * <p>Of a guest that cannot keep up, figures are those of the beginning, while frames still find a place to wait.
 *
 * @param card which card and driver
 * @param frameBytes size of each frame, without preamble and checksum
 * @param offeredPerSecond rate of the requests
 * @param outcome what the run saw
 */
public record NicRow(NicCard card, int frameBytes, int offeredPerSecond, GuestOutcome outcome) {
    /** A rate at which every request finds the guest idle, whatever its card and size. */
    public static final int LIGHT_RATE = 50;

    private static final int LEAST_REQUESTS = 10;
    private static final Duration LEAST_TIME = Duration.ofMillis(20);
    /** The e1000 has heard nothing for a second by then. */
    private static final Duration SETTLING = Duration.ofMillis(1_200);

    /**
     * Runs it, the kernel's lists of free blocks repaired ({@link MemQuirk#NESTED_EXPANSION}): with them as they were it stops when a thousand
     * packets wait.
     *
     * @param host the machine, its prices and who moves packets
     * @param frameBytes in {@code [42, 1514]}
     * @param packetsPerSecond in {@code [1, 1,000,000]}
     */
    public static NicRow of(NicCard card, Specification host, int frameBytes, int packetsPerSecond) {
        return of(card, host, frameBytes, packetsPerSecond, false);
    }

    /** The same with every defect that a guest usually has, if {@code asItWas}. */
    static NicRow of(NicCard card, Specification host, int frameBytes, int packetsPerSecond, boolean asItWas) {
        GuestSpec guest = GuestSpec.of("ToroHelloWorldMicroservice")
                .withKernel(host.kernel().withIdlePolicy(IdlePolicy.busyPoll()))
                .withCard(card, host.get(Keys.NET_BACKEND))
                .withDisplay(Display.HEADLESS)
                .with(MemQuirk.NESTED_EXPANSION, asItWas);
        if (packetsPerSecond < 1 || packetsPerSecond > 1_000_000) {
            throw new IllegalArgumentException(
                    "packetsPerSecond must be in [1, 1000000], packetsPerSecond=" + packetsPerSecond);
        }
        Duration ten = Duration.ofSeconds(LEAST_REQUESTS).dividedBy(packetsPerSecond);
        Duration time = ten.compareTo(LEAST_TIME) > 0 ? ten : LEAST_TIME;
        GuestOutcome outcome = host.run(GuestKind.pinged(guest, frameBytes))
                .vcpus(1)
                .ramMib(guest.machine().ramMib())
                .withoutTop()
                .load(Load.evenly(packetsPerSecond, time))
                .settling(SETTLING)
                .watched(time)
                .run();
        return new NicRow(card, frameBytes, packetsPerSecond, outcome);
    }

    private VcpuUsage usage() {
        return outcome.usage().get(0);
    }

    /** Returns how often the vCPU left the guest for a cause. */
    long exits(ExitCause cause) {
        return usage().exitsByCause().getOrDefault(cause, 0L);
    }

    /** Returns requests that were answered in a second. */
    public double answersPerSecond() {
        return outcome.answered() / outcome.seconds();
    }

    /** Returns exits of all causes for each answer; all of them without one. */
    public double exitsPerAnswer() {
        return perAnswer(usage().exits());
    }

    /** Returns interrupts, all of the card, for each answer. */
    public double interruptsPerAnswer() {
        return perAnswer(usage().interrupts());
    }

    /** Returns bytes of frames that the driver copied or moved through a port, for each answer. */
    public double copiedBytesPerAnswer() {
        return perAnswer(outcome.bytesCopied().orElseThrow());
    }

    /** Returns what the vCPU worked for each answer in microseconds, exits included, polling not. */
    public double busyMicrosPerAnswer() {
        return perAnswer(usage().busyPs()) / Picos.PER_MICRO;
    }

    /** Returns the mean time from request to answer, both on the wire, in microseconds; 0 without an answer. */
    public double latencyMicros() {
        return outcome.latencyMicros();
    }

    private double perAnswer(long count) {
        return (double) count / Math.max(1, outcome.answered());
    }
}
