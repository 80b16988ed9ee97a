package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.ArchTest;
import io.torosim.experiment.Experiment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users can name: public top-level types of the packages that modules export to everyone. Their number may only shrink, each is used outside
 * its package, and what documents compile for users names no other. {@link ArchitectureTest} runs the rules.
 */
final class PublicTypesTest {
    /** Public top-level types in packages that are exported to everyone. */
    private static final int EXPORTED_TYPES = 150;

    /** All public top-level types of the library modules; experiments of inner packages, which whoever has an idea adds, do not count. */
    private static final int PUBLIC_TYPES = 248;

    private static final List<String> LIBRARY =
            List.of("core", "mem", "sched", "virtio", "fat", "guest", "experiment", "sweep");

    private static final Path TREE = Path.of("").toAbsolutePath().getParent().getParent();

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.torosim\\.[\\w.]+);", Pattern.MULTILINE);

    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

    /** Packages that a module exports without naming for whom. */
    private static TreeSet<String> exportedPackages() throws IOException {
        TreeSet<String> packages = new TreeSet<>();
        for (URL url : Collections.list(PublicTypesTest.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream bytes = url.openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(bytes);
                if (module.name().startsWith("io.torosim.")) {
                    module.exports().stream().filter(e -> !e.isQualified()).forEach(e -> packages.add(e.source()));
                }
            }
        }
        return packages;
    }

    private static TreeSet<String> publicTypes(JavaClasses classes) {
        TreeSet<String> types = new TreeSet<>();
        for (JavaClass type : classes) {
            if (type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)
                    && LIBRARY.contains(type.getPackageName().split("\\.")[2])) {
                types.add(type.getName());
            }
        }
        return types;
    }

    private static TreeSet<String> exportedTypes(JavaClasses classes) throws IOException {
        TreeSet<String> packages = exportedPackages();
        TreeSet<String> types = publicTypes(classes);
        types.removeIf(t -> !packages.contains(packageOf(t)));
        return types;
    }

    private static String packageOf(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    /** Every Java source of the tree, the examples and all tests among them, but what builds wrote. */
    private static List<Path> sources(Path below) {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> !TREE.relativize(f).toString().contains("target"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The types that a source imports, by the name of the topmost. */
    private static TreeSet<String> imported(String source) {
        TreeSet<String> types = new TreeSet<>();
        for (Matcher m = IMPORT.matcher(source); m.find(); ) {
            types.add(topLevel(m.group(1)));
        }
        return types;
    }

    /** What a class depends on, and what it hands to methods that it calls or gets from them, as a lambda or without a variable. */
    private static Stream<JavaClass> named(JavaClass type) {
        Stream<JavaClass> calls = type.getCodeUnitCallsFromSelf().stream()
                .map(call -> call.getTarget())
                .flatMap(t -> Stream.concat(t.getRawParameterTypes().stream(), Stream.of(t.getRawReturnType())));
        return Stream.concat(type.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass), calls);
    }

    /** {@code a.b.Type} of {@code a.b.Type.Inner} and of {@code a.b.Type.CONSTANT}. */
    private static String topLevel(String name) {
        Matcher m = Pattern.compile("^([a-z][\\w]*\\.)+[A-Z]\\w*").matcher(name);
        return m.find() ? m.group() : name;
    }

    @ArchTest
    static void publicTypes_areAsManyAsWritten(JavaClasses classes) throws IOException {
        assertThat(exportedTypes(classes))
                .as("public top-level types in exported packages; lower the number, or say in the commit why it grows")
                .hasSizeLessThanOrEqualTo(EXPORTED_TYPES);
        TreeSet<String> types = publicTypes(classes);
        classes.stream()
                .filter(type -> type.isAssignableTo(Experiment.class) && !type.isInterface())
                .forEach(type -> types.remove(type.getName()));
        assertThat(types)
                .as(
                        "public top-level types of the library modules; lower the number, or say in the commit why it grows")
                .hasSizeLessThanOrEqualTo(PUBLIC_TYPES);
    }

    @ArchTest
    static void everyPublicType_isUsedOutsideItsPackage(JavaClasses classes) throws IOException {
        TreeMap<String, TreeSet<String>> users = new TreeMap<>();
        JavaClasses tests = new ClassFileImporter().importPackages("io.torosim.system");
        Stream.concat(classes.stream(), tests.stream())
                .forEach(type -> named(type).forEach(t -> users.computeIfAbsent(
                                topLevel(t.getBaseComponentType().getName().replace('$', '.')), k -> new TreeSet<>())
                        .add(type.getPackageName())));
        for (Path file : sources(TREE)) {
            String source = read(file);
            Matcher in = PACKAGE.matcher(source);
            String from = in.find() ? in.group(1) : "";
            imported(source)
                    .forEach(t -> users.computeIfAbsent(t, k -> new TreeSet<>()).add(from));
        }
        TreeSet<String> unused = publicTypes(classes);
        unused.removeIf(t -> users.getOrDefault(t, new TreeSet<>()).stream().anyMatch(p -> !p.equals(packageOf(t))));
        assertThat(unused)
                .as("public types that nobody names outside their package")
                .isEmpty();
    }

    @ArchTest
    static void examplesForUsers_nameExportedTypesOnly(JavaClasses classes) throws IOException {
        TreeSet<String> ours = new TreeSet<>();
        classes.forEach(type -> ours.add(type.getName()));
        TreeSet<String> exported = exportedTypes(classes);
        List<Path> files = Stream.concat(
                        sources(TREE.resolve("examples")).stream(),
                        sources(TREE.resolve("src/test/java/io/torosim/system/docs")).stream())
                .toList();
        assertThat(files).hasSizeGreaterThan(10);
        TreeMap<String, TreeSet<String>> inner = new TreeMap<>();
        for (Path file : files) {
            TreeSet<String> named = imported(read(file));
            named.removeIf(t -> t.startsWith("io.torosim.bench.") || !ours.contains(t) || exported.contains(t));
            if (!named.isEmpty()) {
                inner.put(TREE.relativize(file).toString(), named);
            }
        }
        assertThat(inner)
                .as("what users are shown names types that are not exported")
                .isEmpty();
    }

    @Test
    void importsOfNestedTypes_andConstants_nameTheTopmost() {
        assertThat(imported("import static a.b.C.D;\nimport io.torosim.core.time.Picos.Unit;\n"
                        + "import static io.torosim.core.time.Picos.perSecond;\n"))
                .containsExactly("io.torosim.core.time.Picos");
    }
}
