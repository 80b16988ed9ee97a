package io.torosim.guest.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.OptimisationLevel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the console takes, to the picosecond, from counts of accesses that Console.pas makes and the prices of the cost model in nanoseconds. */
final class ConsolePricesTest {
    private static final long PORT_NANOS = 3_000; // kvm.exit_pio_user

    /**
     * Ports written, cells of the text memory touched, characters formatted, bytes moved and doublewords filled by a format.
     */
    @ParameterizedTest
    @CsvSource({
        "a, 4, 1, 1, 0, 0",
        "abc, 12, 3, 3, 0, 0",
        "\\n, 0, 3880, 0, 3840, 40",
        "a\\n, 4, 3881, 1, 3840, 40",
        "\\c, 0, 1000, 0, 0, 1000",
        "\\t, 90, 19, 19, 0, 0", // 14 of the clock, 19 characters
        "/V, 0, 0, 0, 0, 0"
    })
    void aLine(String format, long ports, long cells, long characters, long moved, long filled) {
        for (Display display : Display.values()) {
            if (display == Display.HEADLESS) {
                continue; // prints at no price
            }
            Machine machine = Machine.create(MachineSpec.builder().build());
            CodeCosts code = CodeCosts.of(OptimisationLevel.O2, machine);
            long cellPs =
                    machine.costs().model().ps(display == Display.VGA ? "vga.cell_access_trapped" : "vga.cell_access");
            ConsoleRig rig = new ConsoleRig(machine.spec(), display);
            long ps = rig.print(format);
            assertThat(ps)
                    .as("%s on %s", format, display)
                    .isEqualTo(lockPs(machine)
                            + ports * PORT_NANOS * Picos.PER_NANO
                            + cells * cellPs
                            + code.ps(Routine.FORMAT_CHARACTERS, characters)
                            + code.ps(Routine.COPY_BYTES, moved)
                            + code.ps(Routine.FILL_DWORDS, filled));
            assertThat(rig.exits(0, ExitCause.PIO)).isEqualTo(ports);
            assertThat(rig.exits(0, ExitCause.MMIO)).isEqualTo(display == Display.VGA ? cells : 0);
        }
    }

    /** What is typed is shown by the interrupt handler: as printed, but that a new line moves the cursor and taking back moves it twice. */
    @ParameterizedTest
    @CsvSource({"120, 4, 1, 1, 0, 0", "10, 4, 3880, 0, 3840, 40", "8, 8, 1, 0, 0, 0"})
    void whatIsTyped(int typed, long ports, long cells, long characters, long moved, long filled) {
        Machine machine = Machine.create(MachineSpec.builder().build());
        CodeCosts code = CodeCosts.of(OptimisationLevel.O2, machine);
        ConsoleRig rig = new ConsoleRig(machine.spec(), Display.VGA);
        rig.types(0, "y" + (char) typed);
        rig.run();
        assertThat(rig.at(0))
                .isEqualTo((4 + ports) * PORT_NANOS * Picos.PER_NANO
                        + (1 + cells) * machine.costs().model().ps("vga.cell_access_trapped")
                        + code.ps(Routine.FORMAT_CHARACTERS, 1)
                        + code.ps(Routine.FORMAT_CHARACTERS, characters)
                        + code.ps(Routine.COPY_BYTES, moved)
                        + code.ps(Routine.FILL_DWORDS, filled));
        assertThat(rig.exits(0, ExitCause.PIO)).isEqualTo(4 + ports);
    }

    /** The lock is taken and given back. */
    private static long lockPs(Machine machine) {
        return 2
                * machine.costs()
                        .cyclesPs("cpu.cache_line_shared", machine.spec().tscHz());
    }

    /** Under emulation every access is one of the emulator, and so is a cell. */
    @ParameterizedTest
    @CsvSource({"VGA, vga.cell_access_tcg", "MEMORY, vga.cell_access"})
    void aCharacter_underEmulation(Display display, String cell) {
        Machine machine = Machine.create(
                MachineSpec.builder().vcpuMode(VcpuMode.TCG_MULTI).build());
        CodeCosts code = CodeCosts.of(OptimisationLevel.O2, machine);
        assertThat(new ConsoleRig(machine.spec(), display).print("a"))
                .isEqualTo(lockPs(machine)
                        + 4 * machine.costs().model().ps("tcg.exit")
                        + machine.costs().model().ps(cell)
                        + code.ps(Routine.FORMAT_CHARACTERS, 1));
    }
}
