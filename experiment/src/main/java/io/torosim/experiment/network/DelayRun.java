package io.torosim.experiment.network;

import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.volume.ServedVolume;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import java.time.Duration;
import java.util.EnumSet;

/**
 * TorowithFileSystem serves a file of 16,000 bytes, 14 segments, over a wire with a delay. Without a screen, whose lines cost more
 * than the network; the FAT driver is the repaired one, since the old one reads files above 512 bytes wrongly.
 *
 * @param requestPs median time of a request, from its SYN to the server's FIN
 * @param digest digest of the trace
 */
record DelayRun(long requestPs, long digest) {
    static final int FILE_BYTES = 16_000;

    private static final int REQUESTS = 3;
    private static final Duration START = Duration.ofSeconds(1);
    private static final Duration WATCHED = Duration.ofSeconds(9);

    static DelayRun of(StackVariant stack, Duration oneWay, Specification host, long seed) {
        GuestSpec spec = stack.of(GuestSpec.of("TorowithFileSystem"))
                .withDisplay(Display.HEADLESS)
                .withDefects(FatQuirk.class, EnumSet.noneOf(FatQuirk.class))
                .withFileBuffer(FILE_BYTES)
                .withLink(LinkSpec.perfect().withDelay(oneWay, Duration.ZERO))
                .withKernel(host.kernel())
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(START));
        GuestOutcome outcome = host.run(GuestKind.example(spec, ServedVolume.withFileOf(FILE_BYTES)))
                .seed(seed)
                .withoutTop()
                .settling(START)
                .watched(WATCHED)
                .run();
        long bytes = outcome.bytesReceived().orElseThrow();
        if (outcome.answered() != REQUESTS || bytes != (long) REQUESTS * FILE_BYTES) {
            throw new IllegalStateException(
                    stack + " over " + oneWay + ": " + outcome.answered() + " answers, " + bytes + " bytes");
        }
        return new DelayRun(outcome.latency().percentilePs(50), outcome.result().traceDigest());
    }
}
