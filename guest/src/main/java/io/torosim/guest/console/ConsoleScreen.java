package io.torosim.guest.console;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.memory.SparseRam;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.spec.Display;
import io.torosim.mem.map.PhysicalMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the console's routines know beside their frames, the text memory that they write, and the lines that are read there. */
final class ConsoleScreen {
    /** Address of the lock. */
    static final long LOCK = PhysicalMap.KERNEL_IMAGE_START + 0x10_0000;
    /** What the lock holds when nobody has it. */
    static final long FREE = 3;
    /** Address of the row that is written. */
    static final long LAST_ROW = VgaText.BASE + 2L * VgaText.COLUMNS * (VgaText.ROWS - 1);

    /** A line: when its printing began, by whom, and what stood there. */
    record Line(long timePs, int vcpu, String text) {}

    private final SparseRam ram;
    /** The card; null where text memory is RAM. */
    private final @Nullable VgaText card;

    private final List<Line> lines = new ArrayList<>();
    /** By vCPU, what it prints. */
    private final String[] texts;

    private int column;
    private long lineBeganPs;

    ConsoleScreen(Machine machine, Display display) {
        texts = new String[machine.vcpuCount()];
        card = display == Display.VGA ? new VgaText().plug(machine) : null;
        ram = machine.memory().ram();
        ram.store64(LOCK, FREE);
    }

    /** The lines printed so far, in order; one that is not ended is the last. */
    List<Line> lines() {
        if (column == 0) {
            return Collections.unmodifiableList(lines);
        }
        List<Line> all = new ArrayList<>(lines);
        all.add(new Line(lineBeganPs, 0, lastRow()));
        return Collections.unmodifiableList(all);
    }

    void text(int vcpu, String format) {
        texts[vcpu] = format;
    }

    String text(int vcpu) {
        return texts[vcpu];
    }

    /** Where the next character goes; 80 behind the last cell. */
    int column() {
        return column;
    }

    /** The cells of so many columns have been stored. */
    void shown(long beganPs, int cells) {
        if (column == 0) {
            lineBeganPs = beganPs;
        }
        column += cells;
    }

    void stepBack() {
        column--;
    }

    void cleared() {
        column = 0;
    }

    void lineEnds(Vcpu vcpu) {
        lines.add(new Line(column == 0 ? vcpu.nowPs() : lineBeganPs, vcpu.id(), lastRow()));
        column = 0;
    }

    /** What stands in the last row up to the column. */
    private String lastRow() {
        if (card != null) {
            String row = card.row(VgaText.ROWS - 1);
            int blanks = column - row.length();
            return blanks > 0 ? row + " ".repeat(blanks) : row.substring(0, column);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < column; i++) {
            text.append((char) ram.load8(LAST_ROW + 2L * i));
        }
        return text.toString();
    }
}
