package io.torosim.guest.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.Display;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToroConsoleTest {
    /** Bytes that a new line moves, and double words that it fills. */
    private static final int NEW_LINE = 3840 + 40;

    private static void exits(ConsoleRig rig, long pio, long mmio) {
        assertThat(rig.exits(0, ExitCause.PIO)).isEqualTo(pio);
        assertThat(rig.exits(0, ExitCause.MMIO)).isEqualTo(mmio);
    }

    @Test
    void character_isFourPortAccesses() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.print("abc");
        exits(rig, 4 * 3, 3);
        assertThat(rig.row(24)).isEqualTo("abc");
        assertThat(rig.machine.bus().in(0x3d5, 1)).isEqualTo((24 * 80 + 3) & 0xff); // the cursor's low byte
    }

    @ParameterizedTest
    @EnumSource(VcpuMode.class)
    void lineByHand(VcpuMode mode) {
        ConsoleRig rig = new ConsoleRig(MachineSpec.builder().vcpuMode(mode).build(), Display.VGA);
        rig.print("\\t /Vab/n/\\n"); // the stamp, a blank, "ab", "/" in front of no colour
        exits(rig, 14 + 4 * (19 + 4), 19 + 4 + NEW_LINE);
        assertThat(rig.texts()).containsExactly("25/08/2018-12:00:00 ab/");
    }

    @Test
    void lineInPlainMemory_leavesTheGuestForPortsOnly() {
        ConsoleRig rig = new ConsoleRig(Display.MEMORY);
        rig.print("\\t ab\\n");
        exits(rig, 14 + 4 * (19 + 3), 0);
        assertThat(rig.texts()).containsExactly("25/08/2018-12:00:00 ab");
        assertThat(rig.row(23)).isEqualTo("25/08/2018-12:00:00 ab");
    }

    @Test
    void newLine_moves3840BytesTrappedOneByOne() {
        assertThat(new ConsoleRig(Display.VGA).print("\\n"))
                .isBetween(NEW_LINE * 5 * Picos.PER_MICRO, NEW_LINE * 51 * Picos.PER_MICRO / 10);
        MachineSpec emulated =
                MachineSpec.builder().vcpuMode(VcpuMode.TCG_SINGLE).build();
        assertThat(new ConsoleRig(emulated, Display.VGA).print("\\n"))
                .isBetween(NEW_LINE * 120 * Picos.PER_NANO, NEW_LINE * 160 * Picos.PER_NANO);
        assertThat(new ConsoleRig(Display.MEMORY).print("\\n")).isLessThan(Picos.PER_MILLI / 10);
    }

    @ParameterizedTest
    @EnumSource(value = Display.class, names = "HEADLESS", mode = EnumSource.Mode.EXCLUDE)
    void linesMoveUp(Display display) {
        ConsoleRig rig = new ConsoleRig(display);
        rig.print("one\\n", "two\\nthree\\n", "four");
        assertThat(rig.row(21)).isEqualTo("one");
        assertThat(rig.row(22)).isEqualTo("two");
        assertThat(rig.row(23)).isEqualTo("three");
        assertThat(rig.row(24)).isEqualTo("four");
        assertThat(rig.texts()).containsExactly("one", "two", "three", "four");
    }

    @Test
    void headless_doesNothing() {
        ConsoleRig rig = new ConsoleRig(Display.HEADLESS);
        assertThat(rig.print("\\t abc\\n")).isZero();
        exits(rig, 0, 0);
        assertThat(rig.texts()).isEmpty();
    }

    @Test
    void clear_blanksEveryCell_byAThousandStores() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.print("one\\ntwo\\c", "three\\n");
        exits(rig, 4 * 11, 11 + 1000 + 2 * NEW_LINE);
        assertThat(rig.row(22)).isEmpty();
        assertThat(rig.row(23)).isEqualTo("three");
        assertThat(rig.texts()).containsExactly("one", "three");
    }

    @Test
    void timeStamp_isReadFromTheClock() {
        ConsoleRig rig = new ConsoleRig(Display.MEMORY);
        rig.machine.runUntil(Duration.ofSeconds(86_400 - 12 * 3600 + 61));
        rig.prints(0, "\\t");
        rig.machine.runUntil(Duration.ofSeconds(86_400));
        assertThat(rig.texts()).containsExactly("26/08/2018-00:01:01");
    }

    /** It reads the six registers again when the second has changed meanwhile. */
    @Test
    void timeStamp_inWhichTheSecondChanges_isReadAgain() {
        ConsoleRig rig = new ConsoleRig(Display.MEMORY);
        rig.machine.runUntil(Duration.ofNanos(59_999_990_000L)); // reading it takes longer
        rig.prints(0, "\\t");
        rig.machine.runUntil(Duration.ofSeconds(61));
        assertThat(rig.texts()).containsExactly("25/08/2018-12:01:00");
        exits(rig, 2 * 14 + 4 * 19, 0);
    }

    @Test
    void colours_areNotPrinted_slashesAndBackslashesAre() {
        ConsoleRig rig = new ConsoleRig(Display.MEMORY);
        rig.print("/Vgreen/n and a/b 1/2 \\x \\\\\\n");
        assertThat(rig.texts()).containsExactly("green and a/b 1/2 \\x \\\\");
    }

    @Test
    void blanksAtTheEnd_stay() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.print("a  \\n", "b ");
        assertThat(rig.texts()).containsExactly("a  ", "b ");
    }

    @Test
    void longLine_goesOnInTheNext() {
        ConsoleRig rig = new ConsoleRig(Display.MEMORY);
        rig.print("x".repeat(100) + "\\n");
        assertThat(rig.texts()).containsExactly("x".repeat(80), "x".repeat(20));
    }

    @Test
    void echo_showsErasesAndGoesOn() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.types(0, "ab\b");
        rig.run();
        exits(rig, 4 * 2 + 8, 2 + 1);
        assertThat(rig.row(24)).isEqualTo("a");
        assertThat(rig.texts()).containsExactly("a");
        assertThat(rig.machine.bus().in(0x3d5, 1)).isEqualTo((24 * 80 + 1) & 0xff);
        ConsoleRig more = new ConsoleRig(Display.VGA);
        more.types(0, "\bab\b\b\bc\n");
        more.run();
        assertThat(more.texts()).containsExactly("c");
        exits(more, 4 * 3 + 2 * 8 + 4, 3 + 2 + NEW_LINE);
    }

    @Test
    void twoCores_printWholeLines_oneAfterTheOther() {
        for (Display display : List.of(Display.VGA, Display.MEMORY)) {
            ConsoleRig rig = new ConsoleRig(display);
            rig.prints(0, "first of 0\\n", "second of 0\\n");
            rig.prints(1, "first of 1\\n", "second of 1\\n");
            rig.run();
            assertThat(rig.texts())
                    .containsExactlyInAnyOrder("first of 0", "second of 0", "first of 1", "second of 1")
                    .startsWith("first of 0");
            long alone = new ConsoleRig(display).print("first of 0\\n", "second of 0\\n");
            assertThat(Math.max(rig.at(0), rig.at(1))).isBetween(2 * alone * 99 / 100, 2 * alone * 105 / 100);
            assertThat(rig.console.lines()).extracting(l -> l.vcpu()).contains(0, 1);
        }
    }

    @Test
    void interruptInTheMiddleOfALine_isTakenAtItsEnd_ofTheCoreThatPrints() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.interruptsAt(5 * Picos.PER_MILLI, rig.machine.vcpu(0));
        long took = rig.print("one\\n", "two\\n");
        assertThat(rig.exits(0, ExitCause.EXTERNAL_INTERRUPT)).isEqualTo(1);
        long line = new ConsoleRig(Display.VGA).print("one\\n");
        assertThat(rig.log.get(0)).startsWith("vcpu0 interrupt ");
        long taken = Long.parseLong(rig.log.get(0).substring("vcpu0 interrupt ".length()));
        assertThat(taken).isBetween(line, line + 10 * Picos.PER_MICRO);
        assertThat(took).isGreaterThan(2 * line);
        assertThat(rig.texts()).containsExactly("one", "two");
    }

    @Test
    void whoWaitsForTheLock_hasItsInterruptsOffToo() {
        ConsoleRig rig = new ConsoleRig(Display.VGA);
        rig.interruptsAt(5 * Picos.PER_MILLI, rig.machine.vcpu(1));
        rig.prints(0, "one\\n");
        rig.prints(1, "two\\n");
        rig.run();
        assertThat(rig.log.get(0)).startsWith("vcpu0 done");
        assertThat(rig.log.get(1)).startsWith("vcpu1 interrupt");
    }

    @Test
    void unknownDisplay_namesThoseThatThereAre() {
        assertThatThrownBy(() -> Display.ofLabel("crt")).hasMessageContaining("vga, memory or headless");
    }
}
