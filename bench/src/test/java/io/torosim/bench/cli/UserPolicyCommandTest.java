package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An idle policy of the user's that fails, wherever it does, is one line that names its class. */
class UserPolicyCommandTest extends CommandCalls {
    @TempDir
    private static Path classes;

    @BeforeAll
    static void compile() throws Exception {
        policy("Plain", "public String name() { return \"plain\"; }", "return 0;");
        policy("Nameless", "public String name() { return null; }", "return 0;");
        policy("BadName", "public String name() { throw new IllegalStateException(\"no name\"); }", "return 0;");
        policy(
                "Throwing",
                "public Throwing() { throw new IllegalStateException(\"my own words\"); } public String name() { return \"t\"; }",
                "return 0;");
        policy(
                "Failing",
                "public String name() { return \"failing\"; }",
                "throw new IllegalStateException(\"no window today\");");
        String named = "public String name() { return \"failing\"; }";
        policy("Asserting", named, "throw new AssertionError(\"never\");");
        policy("Argument", named, "throw new IllegalArgumentException(\"no such page\");");
        policy(
                "Sneaky",
                named + " static <E extends Throwable> void raise(Throwable e) throws E { throw (E) e; }",
                "Sneaky.<RuntimeException>raise(new java.io.IOException(\"no such file\")); return 0;");
        policy("Deep", named, "return windowPs(costs) + 1;");
        policy("Full", named, "throw new OutOfMemoryError(\"no room\");");
        policy(
                "BadStart",
                named + " static class Start { static final int q = 1 / Integer.getInteger(\"none\", 0); }",
                "return Start.q;");
        policy("Lost", named + " static class Gone { static int q = 1; }", "return new Gone().hashCode();");
        Files.delete(classes.resolve("Lost$Gone.class"));
        policy("ErrorName", "public String name() { throw new AssertionError(\"no name\"); }", "return 0;");
        policy("Exits", named, "System.exit(0); return 0;");
        policy(
                "Stateful",
                named + " private long window = 1; public void woke(long ps) { window++; }",
                "return window;");
    }

    private static void policy(String name, String members, String window) throws Exception {
        Path source = classes.resolve(name + ".java");
        Files.writeString(
                source,
                "public class " + name + " implements io.torosim.sched.IdlePolicy { " + members
                        + " public long windowPs(io.torosim.core.cost.CostModel costs) { " + window + " } }");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(status).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Nameless | --idle: name() of class Nameless must return a text, name=null",
                "BadName  | --idle: name() of class BadName failed: java.lang.IllegalStateException: no name",
                "Throwing | --idle: the constructor of class Throwing failed: java.lang.IllegalStateException: my own words",
                "Absent   | --idle: no such class: Absent",
                "Failing  | class Failing failed: java.lang.IllegalStateException: no window today",
                "Argument | class Argument failed: java.lang.IllegalArgumentException: no such page",
                "Sneaky   | class Sneaky failed: java.io.IOException: no such file",
                "Asserting| class Asserting failed: java.lang.AssertionError: never",
                "Deep     | class Deep failed: java.lang.StackOverflowError",
                "Full     | class Full failed: java.lang.OutOfMemoryError: no room",
                "BadStart | class BadStart$Start failed: java.lang.ArithmeticException: / by zero",
                "Lost     | class Lost failed: java.lang.NoClassDefFoundError: Lost$Gone",
                "ErrorName| --idle: name() of class ErrorName failed: java.lang.AssertionError: no name",
                "Stateful | override forCore",
            })
    void aPolicyThatFails_isOneLine(String name, String line) {
        assertThat(call("guest", "ToroHelloWorldMicroservice", "--idle", name + "@" + classes))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("torosim").contains(line).hasLineCount(1);
    }

    @Test
    void aSpecificationsPolicy_isOneLineToo() throws Exception {
        Path spec = classes.resolve("spec.toml");
        for (String name : new String[] {"Asserting", "Lost", "Failing"}) {
            Files.writeString(spec, "[guest]\npolicy = \"" + name + "@" + classes + "\"\n[load]\nrate = 5\n");
            err.getBuffer().setLength(0);
            assertThat(call(
                            "run",
                            "study",
                            spec.toString(),
                            "--json",
                            "--out",
                            classes.resolve("out").toString()))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .contains("class " + name + " failed: java.lang.")
                    .hasLineCount(1);
        }
    }

    @Test
    void aPolicyThatEndsTheProcess_isNamed() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Torosim.class.getName(),
                        "guest",
                        "ToroHelloWorldMicroservice",
                        "--idle",
                        "Exits@" + classes)
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said)
                .contains("torosim: the process was ended by System.exit at Exits.windowPs(Exits.java:1)")
                .hasLineCount(1);
    }

    @Test
    void thePath_mustBeThere_andAnArgumentWithAnAt_isNoFileOfArguments() throws Exception {
        assertThat(call("guest", "ToroHelloWorldMicroservice", "--idle", "Plain@/no/such"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("no such directory or jar: /no/such")
                .hasLineCount(1);
        err.getBuffer().setLength(0);
        Path file = Files.writeString(classes.resolve("arguments"), "--help");
        assertThat(call("@" + file)).isEqualTo(2);
        assertThat(err.toString()).contains("no such command, command=@" + file).hasLineCount(1);
    }
}
