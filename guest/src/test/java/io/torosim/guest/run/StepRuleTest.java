package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.io.IOException;
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

    private static void check(GuestKind guest, int requests, int stepsOfOne) {
        check(guest, SETTLED, requests, stepsOfOne);
    }

    private static void check(GuestKind guest, Duration settled, int requests, int stepsOfOne) {
        Machine machine =
                CheckedGuests.run(CheckedGuests.machine().checkSteps(true).build(), guest, settled, requests);
        assertThat(machine.stepCheck().found()).isEmpty();
        assertThat(machine.stepCheck().takenForOwn()).isEmpty();
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
        check(GuestKind.pinged(spec, 64), card == NicCard.E1000 ? E1000_HEARS : SETTLED, 300, 8);
    }

    static List<String> examples() {
        return CheckedGuests.examples();
    }

    /** Every shipped example as it is usually run, ARP and the echo requests of ToroPing among what happens. */
    @ParameterizedTest
    @MethodSource("examples")
    void everyExample_byItself(String name) throws IOException {
        GuestApplication example = GuestSpec.application(name);
        boolean pings = name.equals("ToroPing");
        Machine machine = Machine.create(CheckedGuests.machine()
                .vcpus(Math.max(2, example.vcpus()))
                .checkSteps(true)
                .build());
        GuestSpec spec = GuestSpec.of(name).withDisplay(Display.HEADLESS);
        if (pings) { // a card that hears at once
            spec = spec.withCard(NicCard.NE2000, NetBackend.VHOST);
        }
        GuestKind.example(spec, example.needsFiles() ? CheckedGuests.disk() : null)
                .start(GuestPlace.on(machine));
        RunResult result = machine.runUntil(Duration.ofMillis(pings ? 1_300 : 300));
        assertThat(machine.stepCheck().found()).isEmpty();
        assertThat(machine.stepCheck().takenForOwn()).isEmpty();
        if (pings) {
            assertThat(machine.stepCheck().steps()).isGreaterThan(100);
        }
        assertThat(result.warnings().stream().anyMatch(w -> w.startsWith("checkSteps")))
                .isEqualTo(machine.stepCheck().steps() == 0);
    }

    /** The console's cells, cursor, clock and lock too, and what is typed. */
    @ParameterizedTest
    @EnumSource(value = Display.class, names = "HEADLESS", mode = EnumSource.Mode.EXCLUDE)
    void consoleAndKeyboard(Display display) {
        for (String name : List.of("ToroKeyb", "ToroThread")) {
            Machine machine =
                    Machine.create(CheckedGuests.machine().checkSteps(true).build());
            GuestSpec spec = GuestSpec.of(name).withDisplay(display);
            GuestKind.example(name.equals("ToroKeyb") ? spec.withKeys("a\n") : spec, null)
                    .start(GuestPlace.on(machine));
            machine.runUntil(Duration.ofMillis(name.equals("ToroKeyb") ? 1_500 : 450));
            assertThat(machine.stepCheck().found()).isEmpty();
            assertThat(machine.stepCheck().takenForOwn()).isEmpty();
            assertThat(machine.stepCheck().steps()).isGreaterThan(name.equals("ToroKeyb") ? 2 * 4_880 : 1_100);
        }
    }

    @Test
    void fileServer_byItsDisk() throws IOException {
        GuestSpec spec = GuestSpec.of("TorowithFileSystem").withFileBuffer(5_000);
        check(GuestKind.example(spec, CheckedGuests.disk()), 5, 100);
    }

    @Test
    void checkedGuest_doesWhatItDoesOtherwise() {
        GuestKind guest = GuestKind.toro(IdlePolicy.pollThenHalt());
        assertThat(CheckedGuests.run(CheckedGuests.machine().checkSteps(true).build(), guest, SETTLED, 20)
                        .result()
                        .traceDigest())
                .isEqualTo(CheckedGuests.run(CheckedGuests.machine().build(), guest, SETTLED, 20)
                        .result()
                        .traceDigest());
    }
}
