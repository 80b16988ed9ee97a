package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult;
import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** In checking mode of polling: no loop of a shipped guest does what a loop that repeats does not. */
class PollingRuleTest {
    static List<String> examples() {
        return CheckedGuests.examples();
    }

    @ParameterizedTest
    @EnumSource(value = Guests.class)
    void pollingLoops_areWhatTheyAreProvedToBe(Guests guest) {
        Duration settled = Duration.ofMillis(8); // each round is stepped
        Machine checked =
                CheckedGuests.run(CheckedGuests.machine().checkPolling(true).build(), guest.kind, settled, 5);
        Machine free = CheckedGuests.run(CheckedGuests.machine().build(), guest.kind, settled, 5);
        assertThat(checked.result().traceDigest()).isEqualTo(free.result().traceDigest());
        assertThat(clockWarnings(checked.result())).isEmpty();
    }

    /** No shipped example keeps in its programs what depends on how far it was stepped at once. */
    @ParameterizedTest
    @MethodSource("examples")
    void everyExample_pollsAsItIsProvedTo(String name) throws IOException {
        Duration end = Duration.ofMillis(150);
        RunResult checked = polling(name, true, end);
        assertThat(checked.traceDigest()).isEqualTo(polling(name, false, end).traceDigest());
        assertThat(clockWarnings(checked)).isEmpty();
    }

    /** What is said of loops that look at the clock more often than they say what they compare it with. */
    private static List<String> clockWarnings(RunResult result) {
        return result.warnings().stream().filter(w -> w.contains("clock")).toList();
    }

    private static RunResult polling(String name, boolean check, Duration end) throws IOException {
        GuestApplication example = GuestSpec.application(name);
        Machine machine = Machine.create(CheckedGuests.machine()
                .vcpus(example.vcpus())
                .checkPolling(check)
                .build());
        GuestSpec spec = GuestSpec.of(name).withDisplay(Display.HEADLESS);
        GuestKind.example(spec, example.needsFiles() ? CheckedGuests.disk() : null)
                .start(GuestPlace.on(machine));
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
}
