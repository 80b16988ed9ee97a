package io.torosim.guest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ConsoleKeyboard.ConsoleQuirk;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleKeyboardTest {
    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(1).build());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
    private final ToroConsole console =
            new ToroConsole(machine, Display.MEMORY, CodeCosts.of(OptimisationLevel.O2, machine));

    private ConsoleKeyboard keyboard(Set<ConsoleQuirk> quirks) {
        return new ConsoleKeyboard(kernel, console, quirks);
    }

    /** As the guest does it, but at an instant of the test's. */
    private void enable(ConsoleKeyboard keyboard) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), keyboard.enabledConsole());
        run.begin();
        while (run.next() != StepResult.DONE) {
            assertThat(machine.vcpu(0).exits(ExitCause.PIC)).isPositive();
        }
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void whatIsTypedBeforeItIsEnabled_waitsInTheController() {
        ConsoleKeyboard keyboard = keyboard(EnumSet.noneOf(ConsoleQuirk.class));
        keyboard.type("ab", 0, Picos.PER_MILLI);
        machine.runUntil(Duration.ofMillis(100));
        assertThat(keyboard.buffered()).isEmpty();
        enable(keyboard);
        machine.runUntil(Duration.ofMillis(101));
        assertThat(keyboard.buffered()).isEqualTo("ab");
        assertThat(console.lines()).extracting(ConsoleLine::text).containsExactly("ab");
    }

    @Test
    void whileNobodyReads_theControllerKeepsEightKeys() {
        ConsoleKeyboard keyboard = keyboard(EnumSet.noneOf(ConsoleQuirk.class));
        keyboard.type("abcdefghijkl", 0, 100 * Picos.PER_MILLI);
        machine.runUntil(Duration.ofSeconds(2));
        enable(keyboard);
        machine.runUntil(Duration.ofSeconds(3));
        assertThat(keyboard.buffered()).isEqualTo("abcdefgh");
        keyboard.type("z", machine.simulation().nowPs(), 0);
        machine.runUntil(Duration.ofSeconds(4));
        assertThat(keyboard.buffered()).isEqualTo("abcdefghz");
    }

    @Test
    void everyKey_isOneCodeDownAndOneUp_threeReadsOfThePortsEach() {
        ConsoleKeyboard keyboard = keyboard(EnumSet.of(ConsoleQuirk.RELEASE_IS_A_PRESS));
        enable(keyboard);
        keyboard.type("a", 0, 0);
        machine.runUntil(Duration.ofMillis(100));
        assertThat(keyboard.buffered()).isEqualTo("aa");
        // status, code, four for the cursor, status
        assertThat(machine.vcpu(0).exits(ExitCause.PIO)).isEqualTo(2 * (1 + 1 + 4 + 1));
    }

    @Test
    void enabling_isAReadAndAWriteOfTheMask() {
        enable(keyboard(Set.of()));
        assertThat(machine.vcpu(0).exits(ExitCause.PIC)).isEqualTo(2);
    }

    @Test
    void buffer_keepsTheLast127() {
        ConsoleKeyboard keyboard = keyboard(EnumSet.noneOf(ConsoleQuirk.class));
        enable(keyboard);
        keyboard.type("x" + "y".repeat(126) + "z", 0, Picos.PER_MILLI);
        machine.runUntil(Duration.ofSeconds(1));
        assertThat(keyboard.buffered()).isEqualTo("y".repeat(126) + "z");
    }

    @Test
    void unknownCharacters_areRefused() {
        assertThatThrownBy(() -> keyboard(Set.of()).type("caf\u00e9", 0, 1))
                .hasMessage("only keys of an American keyboard can be typed, text=caf\u00e9");
    }

    @Test
    void readConsole_waitsForTheKey() {
        ConsoleKeyboard keyboard = keyboard(EnumSet.noneOf(ConsoleQuirk.class));
        enable(keyboard);
        List<Integer> keys = new ArrayList<>();
        GuestThread shell = kernel.spawn(0, "shell", GuestProgram.loop(keyboard::readConsole, self -> {
            keys.add(keyboard.take());
            return self.compute(Picos.PER_MICRO);
        }));
        machine.runUntil(Duration.ofMillis(5));
        assertThat(shell.state()).isEqualTo(ThreadState.IO_PENDING);
        assertThat(keys).isEmpty();
        keyboard.type("ab", machine.simulation().nowPs(), Picos.PER_MILLI);
        machine.runUntil(Duration.ofMillis(100));
        assertThat(keys).containsExactly((int) 'a', (int) 'b');
        assertThat(keyboard.take()).isEqualTo(-1);
        assertThat(shell.state()).isEqualTo(ThreadState.IO_PENDING);
    }
}
