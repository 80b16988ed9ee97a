package io.torosim.experiment.cpu;

import io.torosim.core.host.TopMode;
import io.torosim.core.host.TopSampler;
import io.torosim.core.machine.RunResult;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import io.torosim.experiment.cpu.GuestRun.Setup;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.sched.KernelConfig;
import io.torosim.virtio.nic.NicComparison.Card;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU usage experiment on the guest that is exact to the byte: ToroHelloWorldMicroservice with its network stack over a
 * register-level virtio card, every defect of 2018 on. One burst and the silence after it: to simulate a request takes about
 * four times as long as on the coarse guest.
 */
final class ByteExactRun {
    private static final long REQUESTS = 9000;
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final Duration SAMPLE = Duration.ofSeconds(1);
    private static final Duration SLICE = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private ByteExactRun() {}

    static GuestRun run(Specification spec, Setup setup, long seed) {
        KernelConfig kernel = KernelConfig.defaults()
                .withIdlePolicy(setup.toro().orElseThrow())
                .withQuirks(setup.quirks())
                .withBelievedMhz(spec.get(Keys.BELIEVED_MHZ));
        GuestSpec guest = GuestSpec.of("ToroHelloWorldMicroservice")
                .withMachine(GuestRun.machine(spec, seed))
                .withKernel(kernel)
                .withCard(Card.VIRTIO_TORO, spec.get(Keys.NET_BACKEND))
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, spec.get(Keys.CONCURRENCY))
                        .startingAt(GuestRun.SETTLING));
        try (GuestSession session = GuestSession.open(guest, null)) {
            session.runUntil(GuestRun.SETTLING);
            HaltWatch watch = new HaltWatch();
            session.machine().trace().addSink(watch, TraceKind.VCPU_STATE);
            TopMode mode = spec.get(Keys.TOP_MODE);
            TopSampler top = sampler(session, spec, mode);
            TopSampler otherTop = sampler(session, spec, mode == TopMode.IRIX ? TopMode.SOLARIS : TopMode.IRIX);
            HttpLoad load = session.load().orElseThrow();
            Duration now = GuestRun.SETTLING;
            while (!load.isOver() && now.compareTo(LONGEST) < 0) {
                now = now.plus(SLICE);
                session.runUntil(now);
            }
            RunResult result = session.runUntil(now.plus(QUIET));
            List<long[]> traffic = new ArrayList<>();
            traffic.add(new long[] {Picos.of(GuestRun.SETTLING), load.lastDonePs()});
            double meanMicros = load.latency().meanPs() / Picos.PER_MICRO;
            return GuestRun.collect(traffic, load.answered(), meanMicros, top, otherTop, watch, result);
        }
    }

    private static TopSampler sampler(GuestSession session, Specification spec, TopMode mode) {
        return new TopSampler(session.machine(), session.process(), mode, spec.get(Keys.HOST_CPUS), Picos.of(SAMPLE));
    }
}
