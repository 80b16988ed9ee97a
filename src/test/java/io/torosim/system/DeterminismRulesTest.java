package io.torosim.system;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What would let two runs of the same seed differ is not called at all: the wall clock, identity hashes, the default locale
 * or character set, the collections whose order changes from one JVM to the next, {@code java.util.Random}, and the
 * functions of {@code Math} whose last bit a JDK may choose.
 */
@AnalyzeClasses(packages = "io.torosim", importOptions = ImportOption.DoNotIncludeTests.class)
final class DeterminismRulesTest {
    /** Where the outside world is met on purpose: the command line, benchmarks, files of the host, a real QEMU beside the model. */
    private static final DescribedPredicate<JavaClass> SIMULATION = DescribedPredicate.not(resideInAnyPackage(
            "io.torosim.bench.cli..", "io.torosim.bench.jmh..", "io.torosim.fat..", "io.torosim.experiment.real.."));

    /** Where a generator of the JDK with a given seed makes test input: script generators and benchmarks. */
    private static final DescribedPredicate<JavaClass> NOT_TEST_INPUT =
            DescribedPredicate.not(resideInAnyPackage("io.torosim.virtio.testkit..", "io.torosim.bench.jmh.."));

    private static final List<String> TRANSCENDENTALS = List.of(
            "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "expm1", "log", "log10", "log1p", "pow",
            "cbrt", "sinh", "cosh", "tanh", "hypot");

    @ArchTest
    static final ArchRule NO_WALL_CLOCK = noClasses()
            .that(SIMULATION)
            .should()
            .callMethodWhere(calls("the wall clock", c -> {
                String owner = c.getTargetOwner().getFullName();
                String name = c.getName();
                return owner.equals("java.lang.System") && (name.equals("nanoTime") || name.equals("currentTimeMillis"))
                        || owner.startsWith("java.time.") && name.equals("now")
                        || owner.equals("java.time.Clock") && name.startsWith("system");
            }));

    @ArchTest
    static final ArchRule NO_IDENTITY_HASH = noClasses()
            .should()
            .callMethodWhere(calls("identity hashes", c -> {
                String owner = c.getTargetOwner().getFullName();
                return owner.equals("java.lang.System") && c.getName().equals("identityHashCode")
                        || owner.equals("java.lang.Object") && c.getName().equals("hashCode");
            }))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.IdentityHashMap");

    @ArchTest
    static final ArchRule NO_DEFAULT_LOCALE_OR_CHARSET = noClasses()
            .should()
            .callMethodWhere(calls("the default locale or character set", DeterminismRulesTest::usesDefaults))
            .orShould()
            .callConstructorWhere(calls("the default character set", c -> {
                String owner = c.getTargetOwner().getFullName();
                List<JavaClass> parameters = c.getTarget().getRawParameterTypes();
                boolean charsetGiven =
                        parameters.stream().anyMatch(p -> p.getName().equals("java.nio.charset.Charset"));
                return !charsetGiven
                        && (owner.equals("java.io.InputStreamReader")
                                || owner.equals("java.io.OutputStreamWriter")
                                || owner.equals("java.io.FileReader")
                                || owner.equals("java.io.FileWriter")
                                || owner.equals("java.lang.String")
                                        && !parameters.isEmpty()
                                        && parameters.get(0).getName().equals("[B"));
            }));

    @ArchTest
    static final ArchRule NO_COLLECTION_WHOSE_ORDER_CHANGES = noClasses()
            .that(SIMULATION)
            .should()
            .callMethodWhere(calls("Set.of, Map.of and their like", c -> {
                String owner = c.getTargetOwner().getFullName();
                String name = c.getName();
                boolean factory = name.equals("of") || name.equals("copyOf") || name.equals("ofEntries");
                return factory && (owner.equals("java.util.Set") || owner.equals("java.util.Map"))
                        || owner.equals("java.util.stream.Collectors")
                                && (name.equals("toSet")
                                        || name.startsWith("toUnmodifiableSet")
                                        || name.equals("toUnmodifiableMap"));
            }));

    @ArchTest
    static final ArchRule NO_OTHER_RANDOMNESS = noClasses()
            .that(NOT_TEST_INPUT)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.random..", "java.security..")
                    .and(describe("a generator", c -> c.getSimpleName().contains("Random"))))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule NO_TRANSCENDENTALS_OF_MATH = noClasses()
            .should()
            .callMethodWhere(calls(
                    "transcendentals of Math",
                    c -> c.getTargetOwner().getFullName().equals("java.lang.Math")
                            && TRANSCENDENTALS.contains(c.getName())));

    /** Does everything that the rules forbid. */
    static final class Offender {
        Object breaksEveryRule(byte[] bytes) {
            return System.nanoTime()
                    + System.identityHashCode(bytes)
                    + new String(bytes).toLowerCase()
                    + java.util.Set.of(1, 2)
                    + new java.util.Random().nextInt()
                    + Math.log(2);
        }
    }

    @Test
    void everyRule_findsItsOffender() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
        for (ArchRule rule : List.of(
                NO_WALL_CLOCK,
                NO_IDENTITY_HASH,
                NO_DEFAULT_LOCALE_OR_CHARSET,
                NO_COLLECTION_WHOSE_ORDER_CHANGES,
                NO_OTHER_RANDOMNESS,
                NO_TRANSCENDENTALS_OF_MATH)) {
            assertThat(rule.evaluate(offender).hasViolation())
                    .as(rule.getDescription())
                    .isTrue();
        }
    }

    private static boolean usesDefaults(JavaCall<?> call) {
        String owner = call.getTargetOwner().getFullName();
        String name = call.getName();
        List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
        boolean first = !parameters.isEmpty();
        if (owner.equals("java.lang.String")) {
            boolean caseChange = name.equals("toLowerCase") || name.equals("toUpperCase");
            boolean localeGiven = first && parameters.get(0).getName().equals(Locale.class.getName());
            return caseChange && !localeGiven
                    || name.equals("format") && !localeGiven
                    || name.equals("formatted")
                    || name.equals("getBytes") && !first;
        }
        return owner.equals("java.util.Locale") && name.equals("getDefault")
                || owner.equals("java.nio.charset.Charset") && name.equals("defaultCharset");
    }

    private static DescribedPredicate<JavaCall<?>> calls(
            String what, java.util.function.Predicate<? super JavaCall<?>> predicate) {
        return DescribedPredicate.describe("uses " + what, predicate::test);
    }
}
