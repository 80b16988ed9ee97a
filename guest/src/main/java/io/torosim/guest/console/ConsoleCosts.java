package io.torosim.guest.console;

import io.torosim.core.machine.Machine;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.Display;

/** What the console's entries take beyond their accesses to devices, in picoseconds. */
final class ConsoleCosts {
    private final CodeCosts code;
    /** A store to text memory that no device traps; 0 where one does, which the bus prices then. */
    private final long plainCellPs;
    /** A word that another core had last. */
    private final long sharedPs;

    ConsoleCosts(Machine machine, Display display, CodeCosts code) {
        this.code = code;
        plainCellPs = display == Display.VGA ? 0 : machine.costs().model().ps("vga.cell_access");
        sharedPs =
                machine.costs().cyclesPs("cpu.cache_line_shared", machine.spec().tscHz());
    }

    long plainCellPs() {
        return plainCellPs;
    }

    long sharedPs() {
        return sharedPs;
    }

    /** So many more characters of a line that has {@code before} already. */
    long formatPs(long before, int characters) {
        return code.ps(Routine.FORMAT_CHARACTERS, before + characters) - code.ps(Routine.FORMAT_CHARACTERS, before);
    }

    /** One of so many equal rounds of a loop. */
    long roundPs(Routine loop, long rounds) {
        return code.ps(loop, rounds) / rounds;
    }

    /** What such a loop takes beside its rounds. */
    long callPs(Routine loop, long rounds) {
        return code.ps(loop, rounds) - rounds * roundPs(loop, rounds);
    }
}
