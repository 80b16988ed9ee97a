package io.torosim.experiment.cpu;

import io.torosim.experiment.cpu.CpuRun.Setup;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.virtio.nic.NicComparison.Card;
import java.time.Duration;

/**
 * The CPU usage experiment on the guest that is exact to the byte: ToroHelloWorldMicroservice with its network stack over a
 * register-level virtio card, every defect of 2018 on. One burst and the silence after it: to simulate a request takes about
 * four times as long as on the coarse guest.
 */
final class ByteExactRun {
    private static final long REQUESTS = 9000;
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final Duration SAMPLE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private ByteExactRun() {}

    static CpuRun run(Specification spec, Setup setup, long seed) {
        GuestSpec guest = GuestSpec.of("ToroHelloWorldMicroservice")
                .withKernel(
                        spec.kernel().withIdlePolicy(setup.toro().orElseThrow()).withQuirks(setup.quirks()))
                .withCard(Card.VIRTIO_TORO, spec.get(Keys.NET_BACKEND))
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, spec.get(Keys.CONCURRENCY))
                        .startingAt(CpuRun.SETTLING));
        return CpuRun.of(CpuRun.on(spec.with(Keys.TOP_DELAY, SAMPLE), GuestKind.example(guest, null))
                .seed(seed)
                .watched(LONGEST)
                .untilAnswered(REQUESTS, QUIET)
                .run());
    }
}
