package io.torosim.guest.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.Display;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The accesses that are made at once are those that are made one by one: at every instant at which anybody looks the screen is the same. */
class ConsoleSteppingTest {
    private static final String[] FORMATS = {"\\cone\\n", "\\t /Vtwo/n " + "long ".repeat(20) + "\\n", "three"};

    private record Outcome(List<Long> seen, List<String> log, List<Object> rest) {}

    private static Outcome run(MachineSpec.Builder spec, Display display, long lookPs, boolean both) {
        ConsoleRig rig = new ConsoleRig(spec.vcpus(2).build(), display);
        List<Long> seen = new ArrayList<>();
        rig.looksEvery(lookPs, seen);
        rig.interruptsAt(3 * lookPs / 2, rig.machine.vcpu(0));
        rig.prints(0, FORMATS);
        if (both) {
            rig.prints(1, FORMATS);
        }
        RunResult result = rig.run();
        return new Outcome(
                seen,
                rig.log,
                List.of(result.traceDigest(), result.firedEvents(), result.usage(), rig.console.lines(), rig.screen()));
    }

    @ParameterizedTest
    @CsvSource({
        "VGA, KVM, 1000003, true",
        "VGA, KVM, 7000001, false",
        "VGA, TCG_SINGLE, 100003, false",
        "VGA, TCG_MULTI, 100003, true",
        "MEMORY, KVM, 15001, true",
        "MEMORY, KVM, 100000, false",
        "MEMORY, TCG_SINGLE, 10001, true"
    })
    void atOnce_isAsOneByOne(Display display, VcpuMode mode, long lookNs, boolean both) {
        long lookPs = lookNs * Picos.PER_NANO;
        Outcome fast = run(MachineSpec.builder().vcpuMode(mode), display, lookPs, both);
        Outcome exact = run(MachineSpec.builder().vcpuMode(mode).exactStepping(true), display, lookPs, both);
        Outcome stepped = run(MachineSpec.builder().vcpuMode(mode).fastForward(false), display, lookPs, both);
        assertThat(fast).isEqualTo(exact).isEqualTo(stepped);
        assertThat(fast.seen().stream().distinct().count()).isGreaterThan(10);
    }

    private record Written(List<Long> all, long endPs, List<Object> rest) {}

    /** What a device in the place of the cursor's registers is told, and when, each write being of that kind. */
    private static Written cursorWrites(AccessKind kind, boolean exact) {
        ConsoleRig rig =
                new ConsoleRig(MachineSpec.builder().exactStepping(exact).build(), Display.MEMORY);
        List<Long> written = new ArrayList<>();
        rig.machine.bus().claim("registers", 0x3d4, 2, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return 0;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                written.add(rig.machine.vcpu(0).nowPs() << 16 | offset << 8 | value);
            }

            @Override
            public AccessKind kind(int offset, boolean write) {
                return kind;
            }
        });
        long ps = rig.print("a line/ that is\\n", "x".repeat(90));
        return new Written(written, ps, List.of(rig.run(), rig.exits(0, ExitCause.PIO), rig.exits(0, ExitCause.PIC)));
    }

    @Test
    void portsThatDoMoreThanKeep_areWrittenOneByOne() {
        int writes = 4 * (15 + 90);
        for (AccessKind kind : List.of(AccessKind.PORT, AccessKind.KERNEL_PORT)) {
            assertThat(cursorWrites(kind, false)).isEqualTo(cursorWrites(kind, true));
            assertThat(cursorWrites(kind, false).all()).hasSize(writes);
        }
        Written exact = cursorWrites(AccessKind.DISPLAY_PORT, true);
        Written fast = cursorWrites(AccessKind.DISPLAY_PORT, false);
        assertThat(exact.all()).hasSize(writes);
        assertThat(fast.all()).hasSizeLessThan(writes / 10);
        assertThat(fast.endPs()).isEqualTo(exact.endPs());
        assertThat(fast.rest()).isEqualTo(exact.rest());
        assertThat(lastValues(fast)).isEqualTo(lastValues(exact));
    }

    private static List<Long> lastValues(Written written) {
        int size = written.all().size();
        return written.all().subList(size - 4, size).stream()
                .map(write -> write & 0xffff)
                .toList();
    }

    @Test
    void everyAccess_isAStepOfItsOwn() {
        for (Display display : List.of(Display.VGA, Display.MEMORY)) {
            ConsoleRig rig = new ConsoleRig(
                    MachineSpec.builder().vcpus(2).checkSteps(true).build(), display);
            rig.prints(0, FORMATS);
            rig.prints(1, FORMATS);
            RunResult result = rig.run();
            assertThat(rig.machine.stepCheck().found()).isEmpty();
            assertThat(rig.machine.stepCheck().takenForOwn()).isEmpty();
            assertThat(rig.machine.stepCheck().steps()).isGreaterThan(2 * 7680);
            assertThat(result.traceDigest())
                    .isEqualTo(run(MachineSpec.builder(), display, Picos.PER_SECOND, true)
                            .rest()
                            .get(0));
        }
    }

    @Test
    void machinePutBackInTheMiddleOfALine_goesOnToTheSameEnd() {
        for (Display display : List.of(Display.VGA, Display.MEMORY)) {
            ConsoleRig rig = new ConsoleRig(display);
            rig.prints(0, FORMATS);
            rig.prints(1, FORMATS);
            Duration middle = display == Display.VGA ? Duration.ofMillis(12) : Duration.ofNanos(60_000);
            rig.machine.runUntil(middle);
            long there = rig.screen();
            SavedState saved = rig.machine.save(rig);
            RunResult first = rig.run();
            List<Object> end = List.of(first, rig.screen(), rig.console.lines(), List.copyOf(rig.log));
            rig.machine.restore(saved);
            assertThat(rig.screen()).isEqualTo(there);
            RunResult second = rig.run();
            assertThat(List.of(second, rig.screen(), rig.console.lines(), List.copyOf(rig.log)))
                    .isEqualTo(end);
        }
    }

    /** Steps that take longer, stores that become visible late: a line is whole all the same. */
    @Test
    void unquietHost_showsTheSameLines() {
        for (Display display : List.of(Display.VGA, Display.MEMORY)) {
            ConsoleRig rig = new ConsoleRig(
                    MachineSpec.builder().vcpus(2).perturbation(7).build(), display);
            rig.prints(0, FORMATS);
            rig.run();
            assertThat(rig.texts().get(1)).startsWith("25/08/2018-12:00:00 two long long");
        }
    }
}
