package io.torosim.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.DeviceQueue;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project under examples/virtqueue compiles without a warning and its tests pass. */
class ExampleProjectTest {
    private static final Path PROJECT = Path.of("../../examples/virtqueue");

    @TempDir
    Path classes;

    @Test
    void compiles_andPasses() throws Exception {
        String path = Stream.of(DeviceQueue.class, GuestMemory.class, Test.class, API.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
        List<Path> sources = sources();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-Xlint:all", "-Werror", "--release", "17", "-cp", path, "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        int tests = 0;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, ExampleProjectTest.class.getClassLoader())) {
            Class<?> test = loader.loadClass("com.example.ring.SimpleSplitDeviceTest");
            Constructor<?> create = test.getDeclaredConstructor();
            create.setAccessible(true);
            for (Method method : test.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    method.setAccessible(true);
                    method.invoke(create.newInstance());
                    tests++;
                }
            }
        }
        assertThat(tests).isEqualTo(5);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".java")).toList());
        }
    }

    @Test
    void pom_asksForThisVersion() throws IOException {
        String own = Files.readString(Path.of("../../pom.xml"));
        String version = own.substring(own.indexOf("<version>") + 9, own.indexOf("</version>"));
        assertThat(Files.readString(PROJECT.resolve("pom.xml")))
                .contains("<artifactId>torosim-virtio</artifactId><version>" + version + "</version>");
    }
}
