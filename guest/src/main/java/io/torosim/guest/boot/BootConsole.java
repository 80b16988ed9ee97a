package io.torosim.guest.boot;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.guest.device.PcDevices.VgaText;

/**
 * A line of text (Console.pas): a store of the cell and four port writes for the cursor for each character, then everything moves up by a row, byte by byte, and
 * blanks fill the last one. What the line says is not modelled, only how long it is.
 *
 * <p>With a VGA device its window lies over the text memory, which traps and prices each store; without one the text memory is RAM.
 */
final class BootConsole {
    private static final int INDEX_PORT = 0x3d4;
    private static final int DATA_PORT = 0x3d5;
    private static final int CURSOR_HIGH = 0x0e;
    private static final int CURSOR_LOW = 0x0f;
    private static final int ROW_BYTES = 2 * VgaText.COLUMNS;
    /** The bytes of all rows but one. */
    static final int MOVED = (VgaText.ROWS - 1) * ROW_BYTES;

    private static final int SOME_LETTER = 0x0778;
    private static final int BLANKS = 0x0720_0720;

    private static final int LEFT = 0;
    private static final int VALUE = 1;

    private final BootKernel kernel;
    private final long cellPs;

    BootConsole(BootKernel kernel, boolean vga) {
        this.kernel = kernel;
        this.cellPs = vga ? 0 : kernel.plainCellPs();
    }

    /** Shows a line of {@code characters}, at most {@value VgaText#COLUMNS}. */
    UnitCode text(long characters) {
        UnitCode code = new UnitCode(kernel, "Console text", "Console.pas:PutC", 2);
        code.steps()
                .step("begin", (cpu, f) -> {
                    f.w[LEFT] = characters;
                    return StepResult.NEXT;
                })
                .whilePositive("characters left", LEFT, body -> body.step("store the cell", (cpu, f) -> {
                            long column = characters - f.w[LEFT]--;
                            cpu.store16(VgaText.BASE + MOVED + 2 * column, SOME_LETTER);
                            f.w[VALUE] = (VgaText.ROWS - 1) * VgaText.COLUMNS + column + 1;
                            return cellPs;
                        })
                        .step("select the cursor's high byte", (cpu, f) -> out(cpu, INDEX_PORT, CURSOR_HIGH))
                        .step("write it", (cpu, f) -> out(cpu, DATA_PORT, (int) f.w[VALUE] >> 8))
                        .step("select the cursor's low byte", (cpu, f) -> out(cpu, INDEX_PORT, CURSOR_LOW))
                        .step("write it", (cpu, f) -> out(cpu, DATA_PORT, (int) f.w[VALUE] & 0xff)));
        return code;
    }

    private static long out(GuestCpu cpu, int port, int value) {
        cpu.out(port, 1, value);
        return 0;
    }

    /** Moves the text up by a row; as many bytes at once as nothing can come between. */
    UnitCode flushUp() {
        long loadPs = cellPs / 2;
        long storePs = cellPs - loadPs;
        UnitCode code = new UnitCode(kernel, "Console scrolling", "Console.pas:FlushUp", 2);
        code.steps()
                .step("begin", (cpu, f) -> {
                    f.w[LEFT] = MOVED;
                    return StepResult.NEXT;
                })
                .whilePositive("bytes left", LEFT, body -> body.step("move bytes", (cpu, f) -> {
                            long to = VgaText.BASE + MOVED - f.w[LEFT];
                            f.w[LEFT] -= cpu.moveDown(to + ROW_BYTES, to, (int) f.w[LEFT], loadPs, storePs);
                            return StepResult.NEXT;
                        })
                        .ifPositive("one alone", LEFT, one -> one.step("load a byte", (cpu, f) -> {
                                    f.w[VALUE] = cpu.load8(VgaText.BASE + MOVED - f.w[LEFT] + ROW_BYTES);
                                    return loadPs;
                                })
                                .step("store it", (cpu, f) -> {
                                    cpu.store8(VgaText.BASE + MOVED - f.w[LEFT]--, (int) f.w[VALUE]);
                                    return storePs;
                                })))
                .step("fill the last row", (cpu, f) -> {
                    f.w[LEFT] = ROW_BYTES / 4;
                    return StepResult.NEXT;
                })
                .whilePositive("pairs left", LEFT, body -> body.step("fill cells", (cpu, f) -> {
                            f.w[LEFT] -= cpu.fill32(pair(f.w[LEFT]), BLANKS, (int) f.w[LEFT], cellPs);
                            return StepResult.NEXT;
                        })
                        .ifPositive(
                                "one alone",
                                LEFT,
                                one -> one.step("store two blanks", (cpu, f) -> {
                                    cpu.store32(pair(f.w[LEFT]--), BLANKS);
                                    return cellPs;
                                })));
        return code;
    }

    private static long pair(long left) {
        return VgaText.BASE + MOVED + ROW_BYTES - 4 * left;
    }
}
