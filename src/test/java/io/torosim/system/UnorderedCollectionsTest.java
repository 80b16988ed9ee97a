package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every class that makes a map or set whose iteration has no order of its own is in the inventory of docs/DETERMINISM.md, with the reason
 * why a run does not depend on it, and the inventory names no other.
 */
class UnorderedCollectionsTest {
    private static boolean makesUnordered(JavaCall<?> call) {
        String owner = call.getTargetOwner().getFullName();
        String name = call.getName();
        boolean made = name.equals("<init>");
        return made
                        && (owner.equals("java.util.HashMap")
                                || owner.equals("java.util.HashSet")
                                || owner.equals("java.util.WeakHashMap")
                                || owner.startsWith("java.util.concurrent.ConcurrentHashMap")
                                || owner.startsWith("it.unimi.dsi.fastutil.") && owner.contains("OpenHash"))
                || owner.equals("java.util.stream.Collectors") && picksItsOwnMap(call)
                || owner.equals("com.google.common.collect.HashMultimap") && name.equals("create");
    }

    /** Unless they are told which map to make. */
    private static boolean picksItsOwnMap(JavaCall<?> call) {
        int parameters = call.getTarget().getRawParameterTypes().size();
        return call.getName().equals("groupingBy") && parameters < 3
                || call.getName().equals("toMap") && parameters < 4;
    }

    private static List<String> found() {
        TreeSet<String> classes = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.torosim")) {
            boolean makes = type.getConstructorCallsFromSelf().stream()
                            .anyMatch(UnorderedCollectionsTest::makesUnordered)
                    || type.getMethodCallsFromSelf().stream().anyMatch(UnorderedCollectionsTest::makesUnordered);
            if (makes
                    && type.getSource().isPresent()
                    && !type.getSource().get().getUri().toString().contains("/test-classes/")) {
                classes.add(type.getFullName().replaceAll("\\$.*", "").replace("io.torosim.", ""));
            }
        }
        return List.copyOf(classes);
    }

    @Test
    void inventory_isWhole_andNamesNoOther() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "DETERMINISM.md"));
        String section = page.substring(page.indexOf("## Maps and sets without an order"));
        List<String> listed = Pattern.compile("(?m)^\\| `([a-zA-Z0-9_.]+)` \\|")
                .matcher(section)
                .results()
                .map(m -> m.group(1))
                .sorted()
                .toList();
        assertThat(listed).isEqualTo(found());
    }
}
