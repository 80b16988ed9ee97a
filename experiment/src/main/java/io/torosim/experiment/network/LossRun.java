package io.torosim.experiment.network;

import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.spec.LinkSpec;
import java.time.Duration;

/**
 * ToroHelloWorldMicroservice is asked 300 times, one request after the other, over a wire that loses frames; a client gives up after
 * two seconds. Then four seconds pass without another.
 *
 * @param answered requests answered
 * @param socketsLeft connections that the guest still has at the end
 * @param busyPercent of its processor in the last second, polling included
 * @param digest digest of the trace
 */
record LossRun(long answered, int socketsLeft, double busyPercent, long digest) {
    static final int REQUESTS = 300;
    static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration ONE_WAY = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(4);

    static LossRun of(StackVariant stack, int perMillion, Specification host, long seed) {
        GuestSpec spec = stack.of(GuestSpec.of("ToroHelloWorldMicroservice"))
                .withLink(LinkSpec.perfect().withDelay(ONE_WAY, Duration.ZERO).withLoss(perMillion))
                .withKernel(host.kernel())
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).withLimit(LIMIT).startingAt(SECOND));
        SleepTimes sleeps = new SleepTimes();
        GuestOutcome outcome = host.run(GuestKind.example(spec, null))
                .vcpus(1)
                .seed(seed)
                .withoutTop()
                .observedBy(machine -> machine.trace().addSink(sleeps, TraceKind.VCPU_STATE))
                .settling(SECOND)
                .watched(Duration.ofHours(1)) // every request ends within its limit
                .untilOver(SECOND, SILENCE)
                .run();
        long endPs = Picos.of(SECOND) + Math.round(outcome.seconds() * Picos.PER_SECOND);
        double halted = sleeps.haltedPs(endPs - Picos.PER_SECOND, endPs) / (double) Picos.PER_SECOND;
        return new LossRun(
                outcome.answered(),
                outcome.connections().orElseThrow(),
                100 * (1 - halted),
                outcome.result().traceDigest());
    }
}
