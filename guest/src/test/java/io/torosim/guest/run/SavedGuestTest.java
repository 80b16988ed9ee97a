package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import io.torosim.sched.IdlePolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole guest that is put back goes on to the digest of a run from the start, with everything that can be asked of it. */
class SavedGuestTest {
    private static final Duration WARM = Duration.ofMillis(1230);
    private static final Duration END = Duration.ofMillis(1900);

    private static GuestSpec web(NicCard card) {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice");
        return spec.withCard(card, spec.backend())
                .withLoad(new HttpLoadSpec("/", 200, 3, 300, Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }

    private static List<Object> seen(GuestSession session, RunResult result) {
        HttpLoad load = session.load().orElseThrow();
        return List.of(
                result,
                load.answered(),
                load.latency().percentilePs(50),
                load.latency().maxPs(),
                session.heap().highWaterBytes(),
                session.stack().orElseThrow().counters().all(),
                session.process().threadCpuPs(0),
                session.console());
    }

    @ParameterizedTest
    @EnumSource(NicCard.class)
    void webServer_onEveryCard(NicCard card) {
        List<Object> straight;
        long digest;
        try (GuestSession session = GuestSession.open(web(card), null)) {
            digest = session.runUntil(END).traceDigest();
        }
        try (GuestSession session = GuestSession.open(web(card), null)) {
            session.runUntil(WARM); // a stop in between costs events, not steps: only their number differs
            RunResult result = session.runUntil(END);
            assertThat(result.traceDigest()).isEqualTo(digest);
            straight = seen(session, result);
        }
        try (GuestSession session = GuestSession.open(web(card), null)) {
            List<Object> warm = seen(session, session.runUntil(WARM));
            SavedState state = session.machine().save(session);
            for (int i = 0; i < 2; i++) {
                assertThat(seen(session, session.runUntil(END))).isEqualTo(straight);
                session.machine().restore(state);
                assertThat(seen(session, session.machine().result())).isEqualTo(warm);
            }
        }
    }

    @Test
    void fileServer_inTheMiddleOfItsDisk() throws IOException {
        MemoryBlockDevice disk = new MemoryBlockDevice(40_000);
        FatFormatter.format(disk, FormatOptions.defaults().withSectors(512, 4));
        try (FileSystem fs = FatFileSystemProvider.open(disk, MountOptions.of("saved"))) {
            Files.createDirectory(fs.getPath("/web"));
            Files.write(fs.getPath("/web/index.html"), "<html/>".repeat(60).getBytes(StandardCharsets.US_ASCII));
        }
        GuestSpec spec = GuestSpec.of("TorowithFileSystem");
        RunResult straight;
        try (GuestSession session = GuestSession.open(spec, disk)) {
            straight = session.runUntil(Duration.ofMillis(400));
            assertThat(session.files().orElseThrow().sectorsRead()).isGreaterThan(20);
        }
        try (GuestSession session = GuestSession.open(spec, disk)) {
            for (int millis = 1; millis <= 15; millis += 2) {
                session.runUntil(Duration.ofMillis(millis));
                SavedState state = session.machine().save(session);
                assertThat(session.runUntil(Duration.ofMillis(400)))
                        .as("%d ms", millis)
                        .isEqualTo(straight);
                session.machine().restore(state);
            }
        }
    }

    @Test
    void linux_underLoad_andOneThreadForAllCpus() {
        assertThat(linux(false)).isEqualTo(linux(true));
    }

    private static List<Object> linux(boolean saved) {
        Machine machine = Machine.create(
                MachineSpec.builder().vcpus(2).vcpuMode(VcpuMode.TCG_SINGLE).build());
        Link link = new Link(machine, LinkSpec.perfect());
        StackAddresses addresses = StackAddresses.examples();
        RemoteHost host = new RemoteHost(machine, link, addresses.gateway(), addresses.gateway());
        LinuxHttpGuest linux = LinuxHttpGuest.start(
                machine,
                new QemuProcess(machine),
                NetBackend.VHOST,
                link,
                addresses.ip(),
                LinuxConfig.defaults().withWorkers(2));
        HttpLoad load = new HttpLoad(
                host, HttpLoadSpec.closed("/", 1500, 4), GuestNic.MAC, addresses.ip(), LinuxHttpGuest.PORT);
        machine.runUntil(Duration.ofMillis(300));
        if (saved) {
            SavedState state = machine.save(load);
            machine.runUntil(Duration.ofMillis(700));
            machine.restore(state);
        }
        RunResult result = machine.runUntil(Duration.ofMillis(600));
        assertThat(load.answered()).isGreaterThan(100);
        return List.of(result, load.answered(), linux.connections());
    }

    /** What the state is for: one warm-up, many policies. */
    @Test
    void policies_areTriedFromOneWarmGuest_asIfEachHadBeenRunFromTheStart() {
        List<IdlePolicy> policies = List.of(
                IdlePolicy.busyPoll(),
                IdlePolicy.pollThenHalt(),
                IdlePolicy.pollThenHalt().withWindow(50 * Picos.PER_MILLI));
        List<Object> fromTheStart = new ArrayList<>();
        for (IdlePolicy policy : policies) {
            try (GuestSession session = GuestSession.open(web(NicCard.VIRTIO_TORO), null)) {
                session.runUntil(WARM);
                session.kernel().idlePolicy(policy);
                fromTheStart.add(seen(session, session.runUntil(END)));
            }
        }
        try (GuestSession session = GuestSession.open(web(NicCard.VIRTIO_TORO), null)) {
            session.runUntil(WARM);
            SavedState warm = session.machine().save(session);
            for (int i = 0; i < policies.size(); i++) {
                IdlePolicy policy = policies.get(i);
                Function<Machine, List<Object>> trial = machine -> {
                    session.kernel().idlePolicy(policy);
                    return seen(session, machine.runUntil(END));
                };
                assertThat(session.machine().branch(warm, trial)).isEqualTo(fromTheStart.get(i));
            }
        }
        assertThat(fromTheStart).doesNotHaveDuplicates();
    }
}
