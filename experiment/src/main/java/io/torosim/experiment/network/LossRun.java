package io.torosim.experiment.network;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.guest.wire.LinkSpec;
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
    private static final Duration SLICE = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(3);

    static LossRun of(StackVariant stack, int perMillion, Specification host, long seed) {
        MachineSpec machine = host.machine(seed).vcpus(1).ramMib(256).build();
        GuestSpec spec = stack.of(GuestSpec.of("ToroHelloWorldMicroservice"))
                .withMachine(machine)
                .withLink(LinkSpec.perfect().withDelay(ONE_WAY, Duration.ZERO).withLoss(perMillion))
                .withKernel(host.kernel())
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).withLimit(LIMIT).startingAt(Duration.ofSeconds(1)));
        try (GuestSession session = GuestSession.open(spec, null)) {
            HttpLoad load = session.load().orElseThrow();
            Duration now = Duration.ZERO;
            while (!load.isOver()) { // every request ends within its limit
                now = now.plus(SLICE);
                session.runUntil(now);
            }
            now = now.plus(SILENCE);
            long haltedPs = session.runUntil(now).usage().get(0).haltedPs();
            RunResult result = session.runUntil(now.plus(SLICE));
            double halted = (result.usage().get(0).haltedPs() - haltedPs) / 1e12;
            return new LossRun(load.answered(), session.sockets().size(), 100 * (1 - halted), result.traceDigest());
        }
    }
}
