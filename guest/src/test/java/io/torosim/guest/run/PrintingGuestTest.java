package io.torosim.guest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.state.SavedState;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.spec.Display;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests that print: steps done at once change nothing, nor does a machine that is put back in the middle of a line. */
class PrintingGuestTest {
    private static final Duration END = Duration.ofMillis(1_250);

    private static GuestSpec spec(String name, Display display) {
        GuestSpec spec = GuestSpec.of(name).withDisplay(display);
        return name.equals("ToroKeyb")
                ? spec.withKeys("ab\n")
                : spec.withLoad(new HttpLoadSpec("/", 3, 2, 300, Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }

    private static List<Object> run(GuestSpec spec, MachineSpec machine) throws IOException {
        try (GuestSession session = GuestSession.open(
                spec.withMachine(machine),
                GuestSpec.application(spec.application()).needsFiles() ? CheckedGuests.disk() : null)) {
            RunResult result = session.runUntil(END);
            return List.of(result.traceDigest(), result.usage(), session.console());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TorowithFileSystem, VGA, KVM",
        "TorowithFileSystem, MEMORY, KVM",
        "TorowithFileSystem, VGA, TCG_SINGLE",
        "TorowithFileSystem, MEMORY, TCG_MULTI",
        "ToroKeyb, MEMORY, TCG_SINGLE"
    })
    void stepsAtOnce_areAsOneByOne(String name, Display display, VcpuMode mode) throws IOException {
        GuestSpec spec = spec(name, display);
        MachineSpec.Builder machine = MachineSpec.builder().vcpus(2).ramMib(512).vcpuMode(mode);
        List<Object> fast = run(spec, machine.build());
        assertThat(run(spec, machine.fastForward(false).build())).isEqualTo(fast);
        assertThat(run(spec, machine.fastForward(true).exactStepping(true).build()))
                .isEqualTo(fast);
        assertThat((List<?>) fast.get(2)).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(value = Display.class, names = "HEADLESS", mode = EnumSource.Mode.EXCLUDE)
    void putBackInTheMiddleOfALine(Display display) throws IOException {
        GuestSpec spec = spec("TorowithFileSystem", display);
        try (GuestSession session = GuestSession.open(spec, CheckedGuests.disk())) {
            // the first request's lines are being printed, some 20 ms each on a card, 0.9 ms in memory
            session.runUntil(display == Display.VGA ? Duration.ofMillis(1_030) : Duration.ofNanos(1_001_200_000));
            assertThat(session.machine().vcpu(0).interruptsEnabled()).isFalse();
            assertThat(session.machine().vcpu(0).place()).contains("WriteConsoleF");
            SavedState saved = session.machine().save(session);
            RunResult first = session.runUntil(END);
            List<Object> seen = List.of(first, session.console());
            session.machine().restore(saved);
            assertThat(List.of(session.runUntil(END), session.console())).isEqualTo(seen);
        }
    }

    /** What is shown is what the memory at B8000h holds. */
    @Test
    void whatIsShown_standsOnTheScreen() throws IOException {
        try (GuestSession session = GuestSession.open(GuestSpec.of("ToroHello"), null)) {
            session.runUntil(Duration.ofMillis(100));
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < 80; i++) {
                row.append((char) session.machine().memory().load8(0xb8000L + 2 * (80 * 23 + i)));
            }
            assertThat(row.toString().stripTrailing())
                    .isEqualTo(session.console().get(0).text())
                    .isEqualTo("Hello World, I am TORO !!!");
        }
    }
}
