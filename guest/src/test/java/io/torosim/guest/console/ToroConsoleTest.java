package io.torosim.guest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole.ConsoleLine;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import org.junit.jupiter.api.Test;

class ToroConsoleTest {
    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).build());

    private ToroConsole console(Display display) {
        return new ToroConsole(machine, display, CodeCosts.of(OptimisationLevel.O2, machine));
    }

    @Test
    void character_isFourPortAccesses() {
        console(Display.VGA).print(machine.vcpu(0), "abc");
        assertThat(machine.vcpu(0).exits(ExitCause.PIO)).isEqualTo(12);
        assertThat(machine.vcpu(0).exits(ExitCause.MMIO)).isEqualTo(3);
    }

    @Test
    void newLine_moves3840BytesTrappedOneByOne() {
        long trapped = console(Display.VGA).print(machine.vcpu(0), "\\n");
        assertThat(machine.vcpu(0).exits(ExitCause.MMIO)).isEqualTo(3840);
        assertThat(trapped).isBetween(19 * Picos.PER_MILLI, 20 * Picos.PER_MILLI);
        long plain = console(Display.MEMORY).print(machine.vcpu(0), "\\n");
        assertThat(plain).isLessThan(Picos.PER_MILLI / 10);
    }

    @Test
    void timeStamp_readsTheClockWith14Accesses() {
        ToroConsole console = console(Display.MEMORY);
        console.print(machine.vcpu(0), "\\t x");
        assertThat(machine.vcpu(0).exits(ExitCause.PIO)).isEqualTo(14 + 4 * (19 + 2));
        assertThat(console.lines().get(0).text()).isEqualTo("25/08/2018-12:00:00 x");
    }

    @Test
    void colours_areNotPrinted_slashesAre() {
        ToroConsole console = console(Display.MEMORY);
        console.print(machine.vcpu(0), "/Vgreen/n and a/b 1/2\\n");
        assertThat(console.lines().get(0).text()).isEqualTo("green and a/b 1/2");
    }

    @Test
    void longLine_goesOnInTheNext() {
        ToroConsole console = console(Display.MEMORY);
        console.print(machine.vcpu(0), "x".repeat(100) + "\\n");
        assertThat(console.lines()).extracting(ConsoleLine::text).containsExactly("x".repeat(80), "x".repeat(20));
    }

    @Test
    void otherCore_waitsForTheLock() {
        ToroConsole console = console(Display.VGA);
        long first = console.print(machine.vcpu(0), "a\\n");
        long second = console.print(machine.vcpu(1), "b\\n");
        assertThat(second).isGreaterThan(first * 19 / 10);
        assertThat(console.lines().get(1).vcpu()).isEqualTo(1);
    }

    @Test
    void unknownDisplay_namesThoseThatThereAre() {
        assertThatThrownBy(() -> Display.ofLabel("crt")).hasMessageContaining("vga, memory or headless");
    }
}
