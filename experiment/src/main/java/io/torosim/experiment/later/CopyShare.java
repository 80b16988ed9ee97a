package io.torosim.experiment.later;

import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.volume.ServedVolume;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.spec.Display;
import java.time.Duration;
import java.util.List;

/**
 * How much of a file server's work is copying bytes one by one: in 2019 a sampling profiler found 96 % of its samples of StaticWebServer in
 * the copy routine.
 *
 * @param percent share of the copies in the time that the guest works, polling loops left out
 * @param digest digest of the trace
 */
record CopyShare(double percent, long digest) {
    private static final int FILE_BYTES = 16_000;
    private static final int REQUESTS = 20;
    private static final Duration FIRST = Duration.ofMillis(800);
    private static final Duration WATCHED = Duration.ofMillis(1200);
    /** Of TorowithFileSystem's way from its buffer to the ring: a copy into segments, one into the packet, one into the ring's buffer. */
    private static final List<String> COPIES =
            List.of(";SysSocketSend", "IPSendPacket: put it into its packet", "virtIOSend: copy header and frame");

    static CopyShare of(Specification host, long seed) {
        GuestSpec spec = GuestSpec.of("TorowithFileSystem")
                .withKernel(host.kernel())
                .withDisplay(Display.HEADLESS)
                .withFileBuffer(FILE_BYTES)
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(FIRST));
        GuestOutcome outcome = host.with(Keys.VCPU_MODE, VcpuMode.TCG_SINGLE)
                .run(GuestKind.example(spec, ServedVolume.withFileOf(FILE_BYTES)))
                .seed(seed)
                .withoutTop()
                .settling(FIRST)
                .watched(WATCHED)
                .profiled()
                .run();
        if (outcome.answered() != REQUESTS) {
            throw new IllegalStateException(
                    "the file server answered " + outcome.answered() + " of " + REQUESTS + " requests");
        }
        return new CopyShare(percent(outcome.profile()), outcome.result().traceDigest());
    }

    private static double percent(List<CodeProfile.Share> profile) {
        long copied = 0;
        long worked = 0;
        for (CodeProfile.Share share : profile) {
            if (share.place().equals(CodeProfile.POLLING)) {
                continue;
            }
            worked += share.ps();
            if (COPIES.stream().anyMatch(share.place()::endsWith)) {
                copied += share.ps();
            }
        }
        return 100.0 * copied / worked;
    }

    CaseResult figure() {
        return new CaseResult(
                "copies.share",
                "Copying in a file server, under software emulation",
                "share of its work, polling left out",
                "%",
                "96, StaticWebServer",
                percent,
                Double.NaN,
                Double.NaN,
                "it is another guest: published in 2019 were 96 % of a profiler's samples in the copy routine of one that is not modelled (virtio-fs, a"
                        + " later stack); this is TorowithFileSystem of 2018 with " + FILE_BYTES
                        + " bytes and no screen, which copies each byte three times");
    }
}
