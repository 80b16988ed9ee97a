package io.torosim.experiment.o2;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.VcpuMode;
import io.torosim.core.time.Picos;
import io.torosim.experiment.CaseResult;
import io.torosim.experiment.spec.Specification;
import io.torosim.fat.toro.FatQuirk;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.code.OptimisationLevel;
import io.torosim.guest.console.Display;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.HttpLoadSpec;
import io.torosim.virtio.nic.NicComparison.Card;
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
    private static final Duration END = Duration.ofSeconds(20);
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
        MachineSpec machine = host.machine(seed)
                .vcpus(2)
                .ramMib(512)
                .vcpuMode(scenario.mode())
                .build();
        GuestSpec spec = GuestSpec.of("TorowithFileSystem")
                .withMachine(machine)
                .withKernel(host.kernel())
                .withLevel(level)
                .withDisplay(scenario.display())
                .withCard(Card.E1000, NetBackend.USER)
                .withDefects(FatQuirk.class, EnumSet.noneOf(FatQuirk.class))
                .withFileBuffer(scenario.fileBytes())
                .withLoad(HttpLoadSpec.closed("/", REQUESTS, 1).startingAt(START));
        try (GuestSession session = GuestSession.open(spec, volume)) {
            RunResult result = session.runUntil(END);
            HttpLoad load = session.load().orElseThrow();
            if (load.answered() != REQUESTS || load.bytesReceived() != (long) REQUESTS * scenario.fileBytes()) {
                throw new IllegalStateException(scenario.label() + " at " + level + ": " + load.answered()
                        + " answers, " + load.bytesReceived() + " bytes");
            }
            return new ServingRun((load.lastDonePs() - Picos.of(START)) / REQUESTS, result.traceDigest());
        }
    }
}
