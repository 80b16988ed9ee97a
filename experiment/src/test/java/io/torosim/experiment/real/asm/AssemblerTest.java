package io.torosim.experiment.real.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.experiment.real.asm.Assembler.Condition;
import io.torosim.experiment.real.asm.Assembler.Label;
import io.torosim.experiment.real.asm.Assembler.Register;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every instruction of the assembler, held against NASM where it is installed. */
class AssemblerTest {
    private static final int ORIGIN = 0x10_0000;
    private static final int[] VALUES = {0, 1, 127, 128, -1, -128, -129, 0x1234_5678};
    private static final int[] ADDRESSES = {0x20_0000, 0xFEE0_0300};

    private record Line(String text, Consumer<Assembler> emits) {}

    private static List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (Register r : Register.values()) {
            String n = r.name();
            for (int v : VALUES) {
                lines.add(new Line("mov " + n + ", " + v, a -> a.mov(r, v)));
                lines.add(new Line("add " + n + ", " + v, a -> a.add(r, v)));
                lines.add(new Line("sub " + n + ", " + v, a -> a.sub(r, v)));
                lines.add(new Line("and " + n + ", " + v, a -> a.and(r, v)));
                lines.add(new Line("cmp " + n + ", " + v, a -> a.cmp(r, v)));
            }
            for (int m : ADDRESSES) {
                String at = "[" + Integer.toUnsignedString(m) + "]";
                lines.add(new Line("mov " + n + ", " + at, a -> a.load(r, m)));
                lines.add(new Line("mov " + at + ", " + n, a -> a.store(m, r)));
                lines.add(new Line("sub " + n + ", " + at, a -> a.subMemory(r, m)));
                lines.add(new Line("sbb " + n + ", " + at, a -> a.sbbMemory(r, m)));
                lines.add(new Line("add " + at + ", " + n, a -> a.addMemory(m, r)));
                lines.add(new Line("adc " + at + ", " + n, a -> a.adcMemory(m, r)));
            }
            for (Register s : Register.values()) {
                String pair = n + ", " + s.name();
                lines.add(new Line("mov " + pair, a -> a.mov(r, s)));
                lines.add(new Line("add " + pair, a -> a.add(r, s)));
                lines.add(new Line("sub " + pair, a -> a.sub(r, s)));
                lines.add(new Line("sbb " + pair, a -> a.sbb(r, s)));
                lines.add(new Line("xor " + pair, a -> a.xor(r, s)));
                lines.add(new Line("cmp " + pair, a -> a.cmp(r, s)));
                lines.add(new Line("test " + pair, a -> a.test(r, s)));
                if (s != Register.ESP) {
                    lines.add(new Line("mov " + n + ", [dword " + s + " + 1000h]", a -> a.load(r, s, 0x1000)));
                    lines.add(new Line("mov [" + s + " - 4], " + n, a -> a.store(s, -4, r)));
                    lines.add(new Line("mov [byte " + s + " + 0], " + n, a -> a.store(s, 0, r)));
                }
            }
            lines.add(new Line("push " + n, a -> a.push(r)));
            lines.add(new Line("pop " + n, a -> a.pop(r)));
            lines.add(new Line("dec " + n, a -> a.dec(r)));
            lines.add(new Line("shl " + n + ", 24", a -> a.shl(r, 24)));
            lines.add(new Line("shr " + n + ", 2", a -> a.shr(r, 2)));
        }
        for (int m : ADDRESSES) {
            String at = "dword [" + Integer.toUnsignedString(m) + "]";
            for (int v : VALUES) {
                lines.add(new Line("mov " + at + ", " + v, a -> a.store(m, v)));
                lines.add(new Line("add " + at + ", " + v, a -> a.addMemory(m, v)));
                lines.add(new Line("adc " + at + ", " + v, a -> a.adcMemory(m, v)));
                lines.add(new Line("cmp " + at + ", " + v, a -> a.cmpMemory(m, v)));
            }
            lines.add(new Line("dec " + at, a -> a.decMemory(m)));
            lines.add(new Line("mov [" + Integer.toUnsignedString(m) + "], al", a -> a.storeByte(m)));
        }
        String[] conditions = {"b", "ae", "e", "ne", "be", "a", "s", "ns"};
        for (Condition c : Condition.values()) {
            lines.add(new Line("j" + conditions[c.ordinal()] + " near $", a -> a.jump(c, a.here("self"))));
        }
        lines.addAll(List.of(
                new Line("jmp near $", a -> a.jmp(a.here("self"))),
                new Line("mov ebx, $", a -> a.mov(Register.EBX, a.here("self"))),
                new Line("jmp dword 8:$", a -> a.jmpFar(8, a.here("self"))),
                new Line("lgdt [$]", a -> a.lgdt(a.here("self"))),
                new Line("lidt [$]", a -> a.lidt(a.here("self"))),
                new Line("dd $", a -> a.word(a.here("self"))),
                new Line("iretd", Assembler::iret),
                new Line("in al, 40h", a -> a.inByte(0x40)),
                new Line("out 0A1h, al", a -> a.outByte(0xA1)),
                new Line("out dx, al", Assembler::outByte),
                new Line("cli", Assembler::cli),
                new Line("sti", Assembler::sti),
                new Line("hlt", Assembler::hlt),
                new Line("rdtsc", Assembler::rdtsc),
                new Line("monitor", Assembler::monitor),
                new Line("mwait", Assembler::mwait),
                new Line("int 80h", a -> a.interrupt(0x80)),
                new Line(
                        "mov ds, eax\nmov es, eax\nmov fs, eax\nmov gs, eax\nmov ss, eax",
                        a -> a.dataSegments(Register.EAX)),
                new Line("db 1, 2, 0FFh", a -> a.data(1, 2, 255)),
                new Line("db 'probe'", a -> a.text("probe")),
                new Line("bits 16\nmov ax, cs\nmov ds, ax\nbits 32", Assembler::dataIsCode16),
                new Line("bits 16\no32 lgdt [20h]\nbits 32", a -> a.lgdt16(0x20)),
                new Line("bits 16\nmov eax, cr0\nor eax, byte 1\nmov cr0, eax\nbits 32", Assembler::protect16),
                new Line("bits 16\njmp dword 8:$\nbits 32", a -> a.jmpFar16(8, a.here("self")))));
        return lines;
    }

    @Test
    void everyInstruction_isEncodedAsNasmDoes(@TempDir Path directory) throws Exception {
        assumeTrue(installed("nasm"), "nasm is not installed");
        List<Line> lines = lines();
        Path source = directory.resolve("all.asm");
        Files.writeString(
                source,
                "bits 32\norg " + ORIGIN + "\n" + lines.stream().map(Line::text).collect(Collectors.joining("\n"))
                        + "\n");
        String said = run(directory, "nasm", "-f", "bin", "-o", "all.bin", "all.asm");
        assertThat(said).as("what nasm said").isEmpty();
        byte[] expected = Files.readAllBytes(directory.resolve("all.bin"));

        Assembler code = new Assembler(ORIGIN);
        for (Line line : lines) {
            int from = code.bytes().length;
            line.emits().accept(code);
            byte[] written = Arrays.copyOfRange(code.bytes(), from, code.bytes().length);
            byte[] wanted = Arrays.copyOfRange(expected, from, Math.min(expected.length, from + written.length));
            assertThat(HexFormat.of().formatHex(written))
                    .as(line.text())
                    .isEqualTo(HexFormat.of().formatHex(wanted));
        }
        assertThat(code.bytes()).hasSize(expected.length);
    }

    /** The list above has every instruction: each public method that emits one is called by some line. */
    @Test
    void theList_isComplete() {
        Set<String> notInstructions = new TreeSet<>(List.of(
                "label", "here", "bind", "addressOf", "bytes", "align", "gate", "equals", "hashCode", "toString"));
        Set<String> instructions = Arrays.stream(Assembler.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()))
                .map(Method::getName)
                .filter(n -> !notInstructions.contains(n))
                .collect(Collectors.toCollection(TreeSet::new));
        String source = sourceOfThisTest();
        assertThat(instructions).allSatisfy(name -> assertThat(source).containsAnyOf("a." + name + "(", "::" + name));
    }

    private static String sourceOfThisTest() {
        try {
            return Files.readString(Path.of("src/test/java/io/torosim/experiment/real/asm/AssemblerTest.java"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void known_bytes() {
        Assembler code = new Assembler(ORIGIN);
        Label end = code.label("end");
        code.mov(Register.EDX, 0x402);
        code.cmpMemory(0x20_0038, 0);
        code.jump(Condition.NOT_EQUAL, end);
        code.sti();
        code.hlt();
        code.bind(end);
        code.gate(end, 8);
        assertThat(HexFormat.of().formatHex(code.bytes()))
                .isEqualTo(
                        "ba02040000" + "833d3800200000" + "0f8502000000" + "fb" + "f4" + "140008" + "00008e" + "1000");
    }

    @Test
    void placesThatAreMissingOrDoubled_areRefused() {
        Assembler code = new Assembler(ORIGIN);
        Label nowhere = code.label("nowhere");
        code.jmp(nowhere);
        assertThatThrownBy(code::bytes)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nowhere");
        code.bind(nowhere);
        assertThatThrownBy(() -> code.bind(nowhere))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> code.load(Register.EAX, Register.ESP, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    static boolean installed(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    }

    static String run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said;
        try (var reader = process.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
            said = reader.lines().collect(Collectors.joining("\n"));
        }
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
