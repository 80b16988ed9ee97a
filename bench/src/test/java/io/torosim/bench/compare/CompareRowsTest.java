package io.torosim.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bench/compare.sh compiles its rows when it runs: they must not fall behind the interfaces that they use. */
class CompareRowsTest {
    private static final Path ROWS = Path.of("compare", "Rows.java");

    @TempDir
    private Path classes;

    @Test
    void rows_compileAgainstThePresentTree() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjects(ROWS))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
    }

    /** Before anything is built. */
    @ParameterizedTest
    @CsvSource({
        "5b3fd39 -r help -o /nonexistent/table, 'the table cannot be written there, -o /nonexistent/table'",
        "5b3fd39 -o /, 'the table cannot be written there, -o /'",
        "-l -r (, '-r takes an extended regular expression, pattern=('",
        "-l -r zzz, no row matches zzz (-l lists them)",
        "-n 0 5b3fd39, 'pairs must be a whole number of at least 1, pairs=0'"
    })
    void wrongCalls_areOneLineOfTheScriptsOwn(String arguments, String said) throws IOException, InterruptedException {
        List<String> call = new ArrayList<>(List.of("bash", "compare.sh"));
        call.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(call).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).isEqualTo("compare.sh: " + said + "\n");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void everyRowInside_isOneThatTheProgramKnows() throws IOException {
        String script = Files.readString(Path.of("compare.sh"));
        String program = Files.readString(ROWS);
        List<String> inside = Pattern.compile("(?m)\\| inside \\| ([a-z0-9-]+)")
                .matcher(script)
                .results()
                .map(m -> m.group(1))
                .toList();
        assertThat(inside).hasSizeGreaterThan(4).allMatch(row -> program.contains("case \"" + row + "\""));
    }
}
