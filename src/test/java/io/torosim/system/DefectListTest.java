package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.torosim.core.defect.Defects;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.app.GuestSpec.GuestDefects;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The one list of defects holds every switch that there is, and "repaired" turns all of them off. */
class DefectListTest {
    private static List<Defect> everywhere() {
        List<Defect> found = new ArrayList<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.torosim")) {
            if (type.isEnum() && type.isAssignableTo(Defect.class)) {
                for (Object constant : type.reflect().getEnumConstants()) {
                    found.add((Defect) constant);
                }
            }
        }
        return found;
    }

    @Test
    void everyEnumOfDefects_isInTheList() {
        assertThat(everywhere()).hasSizeGreaterThan(60).allMatch(GuestDefects.all()::contains);
    }

    /** An enum of switches that does not say that it is one would be missed above. */
    @Test
    void everyEnumNamedQuirk_isADefect() {
        List<String> others = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.torosim").stream()
                        .filter(type -> type.isEnum() && type.getSimpleName().endsWith("Quirk"))
                        .filter(type -> !type.isAssignableTo(Defect.class))
                        .map(JavaClass::getName)
                        .toList();
        assertThat(others).isEmpty();
    }

    @Test
    void names_areUnique_andFound() {
        assertThat(GuestDefects.all().stream().map(Defect::name)).doesNotHaveDuplicates();
        for (Defect defect : GuestDefects.all()) {
            String typed = defect.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            assertThat(GuestDefects.named(typed)).contains(defect);
        }
        assertThat(GuestDefects.named("no-such-thing")).isEmpty();
    }

    /** What {@code guest --defects} prints in front of the name can be typed too. */
    @Test
    void labels_areUnique_andFound() {
        List<Defect> labelled =
                GuestDefects.all().stream().filter(d -> !d.label().isEmpty()).toList();
        assertThat(labelled).hasSizeGreaterThan(30);
        assertThat(labelled.stream().map(Defect::label)).doesNotHaveDuplicates();
        for (Defect defect : labelled) {
            assertThat(GuestDefects.named(defect.label())).contains(defect);
        }
        assertThat(GuestDefects.named("")).isEmpty();
    }

    @Test
    void repaired_leavesNoneOn_andEachCanBeSwitchedAlone() {
        GuestSpec faithful = GuestSpec.of("ToroHello");
        GuestSpec repaired = faithful.repaired();
        assertThat(everywhere()).noneMatch(repaired::has);
        for (Defect defect : GuestDefects.all()) {
            GuestSpec one = repaired.with(defect, true);
            assertThat(GuestDefects.all())
                    .as(defect.name())
                    .filteredOn(one::has)
                    .containsExactly(defect);
            assertThat(one.with(defect, false)).isEqualTo(repaired);
        }
    }

    @Test
    void everyDefect_goesIntoASpecification_andComesBack() {
        GuestSpec faithful = GuestSpec.of("ToroHello");
        for (Defect defect : everywhere()) {
            Defects one = Defects.none().with(defect);
            GuestSpec spec = faithful.withDefects(one);
            assertThat(spec.defects()).isEqualTo(one);
            assertThat(spec.has(defect)).isTrue();
            assertThat(spec.kernel().quirks().asSet()).isEqualTo(one.of(ToroQuirk.class));
            assertThat(faithful.with(defect, false).defects())
                    .isEqualTo(faithful.defects().without(defect));
        }
        Defects all = Defects.of(everywhere());
        GuestSpec spec = faithful.withDefects(all);
        assertThat(spec.defects()).isEqualTo(all);
        assertThat(spec.kernel().quirks()).isEqualTo(ToroQuirks.faithful());
        assertThat(spec.withDefects(Defects.none())).isEqualTo(faithful.repaired());
        assertThat(faithful.repaired().withKernel(faithful.kernel()).defects().of(ToroQuirk.class))
                .isEqualTo(faithful.kernel().quirks().asSet());
        assertThat(faithful.withDefects(ToroQuirk.class, Set.of()).kernel().quirks())
                .isEqualTo(ToroQuirks.repaired());
    }
}
