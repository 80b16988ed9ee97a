package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** In whole guests no step of guest code makes two accesses that others can see: registers, ring words, descriptors. */
class StepRuleTest {
    private static final Duration SETTLED = Duration.ofMillis(200);
    /** The e1000 hears nothing before. */
    private static final Duration E1000_HEARS = Duration.ofMillis(1_100);

    private static MachineSpec.Builder machine() {
        return MachineSpec.builder().vcpus(2).ramMib(512);
    }

    /** Runs the guest until so many requests are answered, one after the other; returns the machine. */
    private static Machine run(MachineSpec spec, GuestKind guest, Duration settled, int requests) {
        Machine machine = Machine.create(spec);
        RequestPort port = guest.start(GuestPlace.on(machine));
        machine.runUntil(settled);
        port.onAnswer(() -> {
            if (port.startedCount() < requests) {
                port.request();
            }
        });
        port.request();
        Duration now = settled;
        while (port.doneCount() < requests && now.toSeconds() < 60) {
            now = now.plusMillis(10);
            machine.runUntil(now);
        }
        assertThat(port.doneCount()).isEqualTo(requests);
        return machine;
    }

    private static void check(GuestKind guest, int requests, int stepsOfOne) {
        check(guest, SETTLED, requests, stepsOfOne);
    }

    private static void check(GuestKind guest, Duration settled, int requests, int stepsOfOne) {
        Machine machine = run(machine().checkSteps(true).build(), guest, settled, requests);
        assertThat(machine.stepCheck().found()).isEmpty();
        assertThat(machine.stepCheck().steps()).isGreaterThan((long) requests * stepsOfOne);
    }

    @Test
    void toroBefore() {
        check(GuestKind.toro(IdlePolicy.busyPoll()), 300, 100);
    }

    @Test
    void toroAfter() {
        check(GuestKind.toro(IdlePolicy.pollThenHalt()), 300, 100);
    }

    @Test
    void ubuntu() {
        check(GuestKind.linux(LinuxConfig.defaults()), 300, 50);
    }

    /** So many packets that the rings wrap and every descriptor has been the device's before. */
    @ParameterizedTest
    @EnumSource(NicCard.class)
    void everyCard(NicCard card) {
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                .withKernel(KernelConfig.defaults().withIdlePolicy(IdlePolicy.busyPoll())) // loses no wake-up
                .withCard(card, NetBackend.VHOST)
                .withDisplay(Display.HEADLESS);
        check(GuestKind.pinged(spec, 64), card == NicCard.E1000 ? E1000_HEARS : SETTLED, 600, 8);
    }

    static List<String> examples() {
        return GuestSpec.applications().stream().map(GuestApplication::name).toList();
    }

    /** Every shipped example as it is usually run, ARP and the echo requests of ToroPing among what happens. */
    @ParameterizedTest
    @MethodSource("examples")
    void everyExample_byItself(String name) throws IOException {
        GuestApplication example = GuestSpec.application(name);
        boolean pings = name.equals("ToroPing");
        Machine machine = Machine.create(
                machine().vcpus(Math.max(2, example.vcpus())).checkSteps(true).build());
        GuestSpec spec = GuestSpec.of(name).withDisplay(Display.HEADLESS);
        if (pings) { // a card that hears at once
            spec = spec.withCard(NicCard.NE2000, NetBackend.VHOST);
        }
        GuestKind.example(spec, example.needsFiles() ? disk() : null).start(GuestPlace.on(machine));
        RunResult result = machine.runUntil(Duration.ofMillis(pings ? 1_300 : 300));
        assertThat(machine.stepCheck().found()).isEmpty();
        if (pings) {
            assertThat(machine.stepCheck().steps()).isGreaterThan(100);
        }
        assertThat(result.warnings().stream().anyMatch(w -> w.startsWith("checkSteps")))
                .isEqualTo(machine.stepCheck().steps() == 0);
    }

    /** So in checking mode of polling: no loop of a shipped guest does what a loop that repeats does not. */
    @ParameterizedTest
    @EnumSource(value = Guests.class)
    void pollingLoops_areWhatTheyAreProvedToBe(Guests guest) {
        Duration settled = Duration.ofMillis(8); // each round is stepped
        Machine checked = run(machine().checkPolling(true).build(), guest.kind, settled, 5);
        Machine free = run(machine().build(), guest.kind, settled, 5);
        assertThat(checked.result().traceDigest()).isEqualTo(free.result().traceDigest());
    }

    /** No shipped example keeps in its programs what depends on how far it was stepped at once. */
    @ParameterizedTest
    @MethodSource("examples")
    void everyExample_pollsAsItIsProvedTo(String name) throws IOException {
        Duration end = Duration.ofMillis(150);
        assertThat(polling(name, true, end).traceDigest())
                .isEqualTo(polling(name, false, end).traceDigest());
    }

    private static RunResult polling(String name, boolean check, Duration end) throws IOException {
        GuestApplication example = GuestSpec.application(name);
        Machine machine = Machine.create(
                machine().vcpus(example.vcpus()).checkPolling(check).build());
        GuestSpec spec = GuestSpec.of(name).withDisplay(Display.HEADLESS);
        GuestKind.example(spec, example.needsFiles() ? disk() : null).start(GuestPlace.on(machine));
        return machine.runUntil(end);
    }

    enum Guests {
        BUSY_POLL(GuestKind.toro(IdlePolicy.busyPoll())),
        POLL_THEN_HALT(GuestKind.toro(IdlePolicy.pollThenHalt())),
        LAST_IRQ(GuestKind.toro(IdlePolicy.noIdleFlag2020())),
        UBUNTU(GuestKind.linux(LinuxConfig.defaults()));

        final GuestKind kind;

        Guests(GuestKind kind) {
            this.kind = kind;
        }
    }

    @Test
    void fileServer_byItsDisk() throws IOException {
        GuestSpec spec = GuestSpec.of("TorowithFileSystem").withFileBuffer(5_000);
        check(GuestKind.example(spec, disk()), 5, 100);
    }

    private static MemoryBlockDevice disk() throws IOException {
        MemoryBlockDevice disk = new MemoryBlockDevice(32_768);
        FatFormatter.format(disk, FormatOptions.defaults());
        try (FileSystem fat = FatFileSystemProvider.open(disk, MountOptions.of("steps"))) {
            Files.createDirectory(fat.getPath("/web"));
            Files.write(fat.getPath("/web/index.html"), new byte[5_000]);
        }
        return disk;
    }

    @Test
    void checkedGuest_doesWhatItDoesOtherwise() {
        GuestKind guest = GuestKind.toro(IdlePolicy.pollThenHalt());
        assertThat(run(machine().checkSteps(true).build(), guest, SETTLED, 20)
                        .result()
                        .traceDigest())
                .isEqualTo(run(machine().build(), guest, SETTLED, 20).result().traceDigest());
    }
}
