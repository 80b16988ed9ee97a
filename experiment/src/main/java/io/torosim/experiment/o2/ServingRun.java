package io.torosim.experiment.o2;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.fs.FatQuirk;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import java.time.Duration;
import java.util.EnumSet;

/**
 * TorowithFileSystem serves its file a few times, one client after the other, on an e1000 as in January 2018. The FAT driver is the
 * repaired one: the old one would read files above 512 bytes wrongly, and the published run used another file system.
 *
 * @param requestPs time of one request, from the first SYN to the last answer, divided by their number
 * @param digest digest of the trace
 */
record ServingRun(long requestPs, long digest) {
    private static final Duration START = Duration.ofSeconds(1);
    private static final Duration WATCHED = Duration.ofSeconds(19);
    private static final int REQUESTS = 8;

    /**
     * What is served where.
     *
     * @param mode how vCPUs are executed
     * @param display what the text memory is
     * @param fileBytes size of the file
     */
    record Scenario(VcpuMode mode, Display display, int fileBytes) {
        String key() {
            return mode.label() + "-" + CaseResult.part(display) + "-" + fileBytes;
        }

        String label() {
            String how = mode.isTcg() ? "software emulation" : "KVM";
            String screen = display == Display.VGA ? "with screen" : "without screen";
            return how + ", " + screen + ", " + fileBytes + " bytes";
        }
    }

    static ServingRun of(
            Scenario scenario, OptimisationLevel level, BlockDevice volume, Specification host, long seed) {
        GuestSpec spec = GuestSpec.of("TorowithFileSystem")
                .withKernel(host.kernel())
                .withLevel(level)
                .withDisplay(scenario.display())
                .withCard(NicCard.E1000, NetBackend.USER)
                .withDefects(FatQuirk.class, EnumSet.noneOf(FatQuirk.class))
                .withFileBuffer(scenario.fileBytes())
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(START));
        GuestOutcome outcome = host.with(Keys.VCPU_MODE, scenario.mode())
                .run(GuestKind.example(spec, volume))
                .seed(seed)
                .withoutTop()
                .settling(START)
                .watched(WATCHED)
                .run();
        long bytes = outcome.bytesReceived().orElseThrow();
        if (outcome.answered() != REQUESTS || bytes != (long) REQUESTS * scenario.fileBytes()) {
            throw new IllegalStateException(
                    scenario.label() + " at " + level + ": " + outcome.answered() + " answers, " + bytes + " bytes");
        }
        double traffic =
                outcome.traffic().get(0).end() - outcome.traffic().get(0).start();
        return new ServingRun(
                Math.round(traffic * Picos.PER_SECOND) / REQUESTS,
                outcome.result().traceDigest());
    }
}
