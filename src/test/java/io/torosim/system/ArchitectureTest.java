package io.torosim.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.app.GuestSession;
import io.torosim.sched.ToroQuirks.ToroQuirk;

/** The order of the modules: core below mem, sched, virtio and fat; guest above them, experiment above that, sweep over it; bench on top. */
@AnalyzeClasses(packages = "io.torosim", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule MODULES_ARE_FREE_OF_CYCLES =
            slices().matching("io.torosim.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PACKAGES_OF_CORE_ARE_FREE_OF_CYCLES =
            slices().matching("io.torosim.core.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PACKAGES_OF_GUEST_ARE_FREE_OF_CYCLES =
            slices().matching("io.torosim.guest.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PACKAGES_OF_EXPERIMENT_ARE_FREE_OF_CYCLES = slices().assignedFrom(
                    packagesBelow("io.torosim.experiment"))
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule PACKAGES_OF_BENCH_ARE_FREE_OF_CYCLES =
            slices().assignedFrom(packagesBelow("io.torosim.bench")).should().beFreeOfCycles();

    /** But a drawing of one trace, and a bare machine whose instructions are priced. */
    @ArchTest
    static final ArchRule EXPERIMENTS_RUN_GUESTS_BY_GUEST_RUN = noClasses()
            .that()
            .resideInAPackage("io.torosim.experiment..")
            .and()
            .doNotHaveSimpleName("BurstTimeline")
            .and()
            .doNotHaveSimpleName("TcgRoutines")
            .should()
            .callMethod(Machine.class, "create", MachineSpec.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(GuestSession.class);

    /**
     * An exit is counted, and priced, by the access that causes it: else no checking mode, nobody who looks at accesses, and no bus of a user's sees it. Those of {@code hlt} and
     * {@code mwait} are the vCPU's own.
     */
    @ArchTest
    static final ArchRule EXITS_ARE_COUNTED_BY_ACCESSES = noClasses()
            .that()
            .doNotBelongToAnyOf(Vcpu.class, Machine.class, GuestCpu.class)
            .should()
            .callMethod(Vcpu.class, "exit", ExitCause.class)
            .orShould()
            .callMethod(Vcpu.class, "exits", ExitCause.class, long.class)
            .orShould()
            .callMethod(Machine.class, "sendIpi", Vcpu.class, int.class, int.class);

    /** A name with one of these words in it, as a class, a method or a constant has it. */
    private static final String DEVICE = ".*(Disk|Keyboard|Sector|(?<![A-Z])(Ata|Ide))s?(?![a-z]).*"
            + "|.*(?<![A-Za-z])(disk|keyboard|sector|ata|ide)s?(?![a-z]).*"
            + "|.*(?<![A-Z])(DISK|KEYBOARD|SECTOR|ATA|IDE)S?(?![A-Z]).*";

    /** Devices enter by {@code GuestThread.WaitChannel}. */
    @ArchTest
    static final ArchRule NO_CLASS_OF_THE_SCHEDULER_IS_A_DEVICE =
            noClasses().that().resideInAPackage("io.torosim.sched..").should().haveNameMatching(DEVICE);

    /** But the defects that Toro has there. */
    @ArchTest
    static final ArchRule NO_MEMBER_OF_THE_SCHEDULER_IS_A_DEVICES = noMembers()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.torosim.sched..")
            .and()
            .areNotDeclaredIn(ToroQuirk.class)
            .should()
            .haveNameMatching(DEVICE);

    @ArchTest
    static final ArchTests CIRCLES = ArchTests.in(CirclesTest.class);

    @ArchTest
    static final ArchTests PUBLIC_TYPES = ArchTests.in(PublicTypesTest.class);

    @ArchTest
    static final ArchRule MODULE_ORDER = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("core")
            .definedBy("io.torosim.core..")
            .layer("mem")
            .definedBy("io.torosim.mem..")
            .layer("sched")
            .definedBy("io.torosim.sched..")
            .layer("virtio")
            .definedBy("io.torosim.virtio..")
            .layer("fat")
            .definedBy("io.torosim.fat..")
            .layer("guest")
            .definedBy("io.torosim.guest..")
            .layer("experiment")
            .definedBy("io.torosim.experiment..")
            .layer("sweep")
            .definedBy("io.torosim.sweep..")
            .layer("bench")
            .definedBy("io.torosim.bench..")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("mem")
            .mayOnlyAccessLayers("core")
            .whereLayer("sched")
            .mayOnlyAccessLayers("core", "mem")
            .whereLayer("virtio")
            .mayOnlyAccessLayers("core")
            .whereLayer("fat")
            .mayOnlyAccessLayers("core")
            .whereLayer("guest")
            .mayOnlyAccessLayers("core", "mem", "sched", "virtio", "fat")
            .whereLayer("experiment")
            .mayOnlyAccessLayers("core", "mem", "sched", "virtio", "fat", "guest")
            .whereLayer("sweep")
            .mayOnlyAccessLayers("core", "mem", "sched", "virtio", "fat", "guest", "experiment")
            .whereLayer("bench")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule LIBRARIES_OF_THE_COMMAND_LINE_STAY_THERE = noClasses()
            .that()
            .resideOutsideOfPackages("io.torosim.bench..", "io.torosim.sweep..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "tools.jackson..", "me.tongfei..", "org.openjdk.jmh..", "org.tomlj..");

    /** The JSON library of studies is the one of the command line; nobody else sees it, nor Spark outside its own module. */
    @ArchTest
    static final ArchRule SPARK_STAYS_IN_ITS_MODULE = noClasses()
            .that()
            .resideOutsideOfPackage("io.torosim.sweep.spark..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "scala..");

    /** Every package is a slice of its own, the topmost one too. */
    private static SliceAssignment packagesBelow(String top) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                return name.equals(top) || name.startsWith(top + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + top;
            }
        };
    }
}
