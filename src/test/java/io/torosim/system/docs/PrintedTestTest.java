package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Scenario;
import java.io.File;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source of a test that a violation prints compiles, whatever its names, and asserts what it says. */
final class PrintedTestTest {
    private static final String NAME = "a \"quoted\\u000a\nname\t\u0001 \u00e9\u2028 $1";

    @TempDir
    private Path folder;

    private static Scenario scenario(boolean repaired) {
        return Scenario.named(NAME)
                .vcpu(Steps.of("p", 1)
                        .step("it", (cpu, f) -> repaired ? StepResult.OFF : StepResult.HALT)
                        .build())
                .atRest(NAME, "halted", look -> look.over(0))
                .build();
    }

    @Test
    void printedTest_compiles_andRuns() throws Exception {
        Scenario faulty = scenario(false);
        String explained = Exploration.explain(
                faulty, Exploration.search(faulty).violation().orElseThrow());
        String source = explained.substring(explained.indexOf("// `scenario`"));
        Class<?> printed = compiled(
                """
                import static org.assertj.core.api.Assertions.assertThat;
                import io.torosim.core.explore.*;
                import org.junit.jupiter.api.Test;
                public class Printed {
                    public static Scenario scenario;
                """
                        + source.replace("\nvoid", "\npublic void") + "}\n");
        List<Method> tests = Stream.of(printed.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();
        assertThat(tests).hasSize(2);
        for (Method test : tests) {
            boolean ofTheRepair = test.getName().contains("Keeps");
            run(printed, test, scenario(ofTheRepair));
            assertThatThrownBy(() -> run(printed, test, scenario(!ofTheRepair)))
                    .isInstanceOf(InvocationTargetException.class)
                    .hasCauseInstanceOf(AssertionError.class);
        }
    }

    private static void run(Class<?> printed, Method test, Scenario scenario) throws Exception {
        printed.getField("scenario").set(null, scenario);
        test.invoke(printed.getConstructor().newInstance());
    }

    private Class<?> compiled(String source) throws Exception {
        Path file = Files.writeString(folder.resolve("Printed.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        String classPath = String.join(
                File.pathSeparator, whereIs(Exploration.class), whereIs(Test.class), whereIs(Assertions.class));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean fine = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", folder.toString(), "-proc:none", "-classpath", classPath),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            assertThat(fine).as(said + source).isTrue();
        }
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, PrintedTestTest.class.getClassLoader())
                .loadClass("Printed");
    }

    private static String whereIs(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
