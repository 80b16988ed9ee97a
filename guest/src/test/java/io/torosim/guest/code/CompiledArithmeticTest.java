package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.cost.CostModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The interpreter of compiled code against a processor: what Free Pascal 3.2.2 makes of the routines in sums.pas at every level is
 * executed here, and the same source natively, on the same numbers.
 */
class CompiledArithmeticTest {
    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        7,
        10,
        255,
        256,
        -128,
        32_767,
        65_536,
        2_147_483_647L,
        -2_147_483_648L,
        4_294_967_295L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1_234_567_890_123_456_789L,
        -987_654_321
    };

    @TempDir
    private Path directory;

    @Test
    void everyRoutine_givesWhatTheProcessorGives_atEveryLevel() throws Exception {
        String version = version();
        assumeTrue(version.equals("3.2.2"), "Free Pascal 3.2.2 wanted, fpc is " + version);
        Files.write(directory.resolve("sums.pas"), resource("sums.pas"));
        List<String> routines = Pattern.compile("(?m)^function (\\w+)\\(a, b: int64\\): int64;$")
                .matcher(Files.readString(directory.resolve("sums.pas")))
                .results()
                .map(m -> m.group(1))
                .distinct()
                .toList();
        assertThat(routines).hasSizeGreaterThanOrEqualTo(40);
        List<long[]> pairs = pairs();
        List<String> natively = natively(routines, pairs);

        Files.write(directory.resolve("system.pas"), resource("system.pas"));
        run("fpc", "-Twin64", "-Us", "-s", "-al", "system.pas");
        for (String level : List.of("-O-", "-O1", "-O2", "-O3")) {
            run("fpc", "-Twin64", "-s", "-al", level, "sums.pas");
            Listing listing = Listing.parse(plain(Files.readString(directory.resolve("sums.s"))), "sums.s");
            CodeMachine machine = new CodeMachine(listing, CostModel.standard(), 4096);
            int at = 0;
            for (long[] pair : pairs) {
                for (String routine : routines) {
                    long obtained = machine.call(routine.toUpperCase(Locale.ROOT), pair[0], pair[1]);
                    long wanted = Long.parseLong(natively.get(at++));
                    if (obtained != wanted) {
                        fail("%s(%d, %d) at %s: %d, natively %d", routine, pair[0], pair[1], level, obtained, wanted);
                    }
                }
            }
        }
    }

    @Test
    void divisionsThatTheProcessorRefuses_areNamedRightly() {
        assertThatThrownBy(() -> divide("divq", 0, 5, 0)).hasMessage("division by zero");
        assertThatThrownBy(() -> divide("divq", 1, 0, 1)).hasMessage("quotient does not fit");
        assertThatThrownBy(() -> divide("divl", 1, 0, 1)).hasMessage("quotient does not fit");
        assertThatThrownBy(() -> divide("idivq", -1, Long.MIN_VALUE, -1)).hasMessage("quotient does not fit");
        assertThatThrownBy(() -> divide("idivl", 0, 1L << 31, 1)).hasMessage("quotient does not fit");
        assertThat(divide("divq", 1, 0, 2)).isEqualTo(Long.MIN_VALUE); // 2^64 / 2
        assertThat(divide("divq", 0, -1, 10)).isEqualTo(1_844_674_407_370_955_161L);
        assertThat(divide("idivq", -1, -7, 2)).isEqualTo(-3);
        assertThat(divide("idivq", -1, Long.MIN_VALUE, 1)).isEqualTo(Long.MIN_VALUE);
    }

    /** dx:ax divided by r8, in the routine's order of arguments. */
    private static long divide(String instruction, long high, long low, long by) {
        String code = "f:\n    movq %rcx,%rax\n    " + instruction + " %r8" + (instruction.endsWith("l") ? "d" : "")
                + "\n    ret\n";
        return new CodeMachine(Listing.parse(code, "f"), CostModel.standard(), 1024).call("f", low, high, by);
    }

    private static List<long[]> pairs() {
        List<long[]> pairs = new ArrayList<>();
        for (long a : EDGES) {
            for (long b : EDGES) {
                boolean refused = Math.min(a, b) == Long.MIN_VALUE && Math.max(a, b) == -1; // the quotient does not fit
                if (!refused) {
                    pairs.add(new long[] {a, b});
                }
            }
        }
        return pairs;
    }

    private List<String> natively(List<String> routines, List<long[]> pairs) throws Exception {
        StringBuilder program = new StringBuilder("program native; uses sums; var a, b: int64;\nbegin\n");
        program.append("while not eof do begin readln(a, b);\n");
        routines.forEach(r -> program.append("writeln(").append(r).append("(a, b));\n"));
        Files.writeString(directory.resolve("native.pas"), program.append("end;\nend.\n"));
        Path input = directory.resolve("pairs");
        Files.write(input, pairs.stream().map(p -> p[0] + " " + p[1]).toList());
        String log = run("fpc", "-O-", "native.pas");
        assumeTrue(Files.exists(directory.resolve("native")), "Free Pascal cannot link here: " + log);
        Process process = new ProcessBuilder("./native")
                .directory(directory.toFile())
                .redirectInput(input.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        List<String> lines = output.lines().map(String::strip).toList();
        assertThat(lines).hasSize(routines.size() * pairs.size());
        return lines;
    }

    /** Code and labels, names as in the source. */
    private static String plain(String assembler) {
        StringBuilder out = new StringBuilder();
        boolean code = false;
        for (String line : assembler.split("\n")) {
            if (line.startsWith(".section")) {
                code = line.startsWith(".section .text");
            }
            boolean label = line.matches("[A-Za-z_.0-9$]+:.*") && !line.matches("\\.L[cdte].*");
            if (code && (label || line.matches("\\s+[a-z].*"))) {
                out.append(line.stripTrailing()
                                .replace("SUMS_$$_", "")
                                .replaceFirst("\\$INT64\\$INT64\\$\\$INT64:$", ":"))
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = CompiledArithmeticTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private String version() throws InterruptedException {
        try {
            return run("fpc", "-iV").trim();
        } catch (IOException e) {
            return "not installed";
        }
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
