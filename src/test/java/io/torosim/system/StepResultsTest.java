package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.torosim.core.code.GuestCode.StepResult;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a step may return stands in one place: whoever names a result of his own gives it a number of {@link StepResult}'s, or one of those that it leaves to kernels. */
class StepResultsTest {
    /** No time and no count comes near: a long constant down here is a result of a step. */
    private static final long HIGHEST_RESULT = Long.MIN_VALUE + (1 << 20);

    /** Waits without end, which is a time. */
    private static final Set<String> TIMES = Set.copyOf(List.of("WaitLine.FOREVER"));

    private record Constant(String name, long value) {}

    private static List<Constant> constantsOf(String... packages) throws ReflectiveOperationException {
        List<Constant> found = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(packages)) {
            for (Field field : type.reflect().getDeclaredFields()) {
                if (field.getType() == long.class
                        && Modifier.isStatic(field.getModifiers())
                        && Modifier.isFinal(field.getModifiers())) {
                    field.setAccessible(true);
                    found.add(new Constant(type.getSimpleName() + "." + field.getName(), field.getLong(null)));
                }
            }
        }
        return found;
    }

    @Test
    void results_haveTheNumbersOfStepResult() throws ReflectiveOperationException {
        Set<Long> known = new TreeSet<>(List.of(StepResult.NEXT, StepResult.CALL, StepResult.RETURN));
        List<Constant> results = constantsOf("io.torosim.core", "io.torosim.sched", "io.torosim.guest").stream()
                .filter(c -> c.value() < HIGHEST_RESULT && !TIMES.contains(c.name()))
                .toList();

        assertThat(results).hasSizeGreaterThan(8);
        assertThat(results).allMatch(c -> known.contains(c.value()));
    }

    /** The scheduler's routines may say SWITCH and EXIT as threads do; no other two names of its share a number. */
    @Test
    void callsOfTheKernel_areToldApart() throws ReflectiveOperationException {
        Map<Long, Set<String>> names = new TreeMap<>();
        for (Constant c : constantsOf("io.torosim.sched")) {
            if (c.value() <= StepResult.KERNEL_FIRST && c.value() >= StepResult.KERNEL_LAST) {
                names.computeIfAbsent(c.value(), value -> new TreeSet<>())
                        .add(c.name().substring(c.name().indexOf('.') + 1));
            }
        }
        names.values().forEach(all -> all.remove("KERNEL_ROUTINES")); // where they begin

        assertThat(names).hasSize(10);
        assertThat(names.values()).allMatch(all -> all.size() == 1);
    }
}
