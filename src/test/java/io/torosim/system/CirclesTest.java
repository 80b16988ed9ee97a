package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * How tangled the code is: circles of classes inside a package are small, circles of packages inside a module there are none.
 * {@link ArchitectureTest} runs the rules.
 */
final class CirclesTest {
    /** No circle inside a package has more classes than this. */
    private static final int USUAL_CIRCLE = 4;

    /** By group (a package, or a module), what each of its parts (a class, or a package) names of the same group. */
    private static Map<String, Map<String, TreeSet<String>>> uses(
            JavaClasses classes, Function<JavaClass, String> group, Function<JavaClass, String> part) {
        Map<String, Map<String, TreeSet<String>>> uses = new TreeMap<>();
        for (JavaClass type : classes) {
            TreeSet<String> used = uses.computeIfAbsent(group.apply(type), k -> new TreeMap<>())
                    .computeIfAbsent(part.apply(type), k -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean ours = target.getPackageName().startsWith("io.torosim.");
                if (ours
                        && group.apply(target).equals(group.apply(type))
                        && !part.apply(target).equals(part.apply(type))) {
                    used.add(part.apply(target));
                }
            }
        }
        return uses;
    }

    private static String topLevel(JavaClass type) {
        String name = type.getName();
        int inner = name.indexOf('$');
        return inner < 0 ? name : name.substring(0, inner);
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }

    private static Map<String, Integer> circles(
            Map<String, Map<String, TreeSet<String>>> uses, int usual, Map<String, List<String>> which) {
        Map<String, Integer> larger = new TreeMap<>();
        uses.forEach((group, parts) -> {
            List<String> circle = largestCircle(parts);
            if (circle.size() > usual) {
                larger.put(group.replace("io.torosim.", ""), circle.size());
                which.put(group, circle);
            }
        });
        return larger;
    }

    /** The largest set of classes that all reach each other. */
    private static List<String> largestCircle(Map<String, TreeSet<String>> uses) {
        List<String> largest = List.of();
        for (String from : uses.keySet()) {
            TreeSet<String> reached = reachable(uses, from);
            List<String> circle = new ArrayList<>();
            for (String other : reached) {
                if (other.equals(from) || reachable(uses, other).contains(from)) {
                    circle.add(other);
                }
            }
            if (circle.size() > largest.size()) {
                largest = circle;
            }
        }
        return largest;
    }

    private static TreeSet<String> reachable(Map<String, TreeSet<String>> uses, String from) {
        TreeSet<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String at = next.remove();
            for (String to : uses.getOrDefault(at, new TreeSet<>())) {
                if (reached.add(to)) {
                    next.add(to);
                }
            }
        }
        return reached;
    }

    @ArchTest
    static void circlesInsideAPackage_areSmall(JavaClasses classes) {
        Map<String, List<String>> which = new TreeMap<>();
        Map<String, Integer> now =
                circles(uses(classes, JavaClass::getPackageName, CirclesTest::topLevel), USUAL_CIRCLE, which);
        assertThat(now).as("circles of classes: %s", which).isEmpty();
    }

    @ArchTest
    static void circlesOfPackages_areNone(JavaClasses classes) {
        Map<String, List<String>> which = new TreeMap<>();
        Map<String, Integer> now = circles(uses(classes, CirclesTest::module, JavaClass::getPackageName), 1, which);
        assertThat(now).as("circles of packages: %s", which).isEmpty();
    }

    @Test
    void aCircle_isFound() {
        Map<String, TreeSet<String>> uses = new TreeMap<>();
        uses.put("a", new TreeSet<>(List.of("b", "x")));
        uses.put("b", new TreeSet<>(List.of("c")));
        uses.put("c", new TreeSet<>(List.of("a")));
        uses.put("x", new TreeSet<>());
        assertThat(largestCircle(uses)).containsExactly("a", "b", "c");
    }
}
