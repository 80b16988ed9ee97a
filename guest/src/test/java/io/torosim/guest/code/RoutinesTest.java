package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.OptimisationLevel;
import org.junit.jupiter.api.Test;

/** The compiled routines: right at every level, and what optimisation does to them. */
class RoutinesTest {
    private static RoutineRun at(OptimisationLevel level) {
        return new RoutineRun(Listing.of(level), CostModel.standard());
    }

    @Test
    void everyRoutine_isRightAtEveryLevel() {
        for (OptimisationLevel level : OptimisationLevel.values()) {
            for (Routine routine : Routine.values()) {
                for (int units : new int[] {1, 2, 7, 64, 200}) {
                    assertThat(at(level).run(routine, units).instructions())
                            .as("%s at %s, %d units", routine, level, units)
                            .isPositive();
                }
            }
        }
    }

    @Test
    void optimisation_leavesFewerInstructionsAndMuchFewerAccesses() {
        for (Routine routine : Routine.values()) {
            RoutineRun.Cost none = at(OptimisationLevel.NONE).run(routine, 64);
            RoutineRun.Cost two = at(OptimisationLevel.O2).run(routine, 64);
            assertThat(two.instructions()).as("%s", routine).isLessThan(none.instructions());
            assertThat(two.memoryAccesses()).as("%s", routine).isLessThan(none.memoryAccesses() * 6 / 10);
            assertThat(two.milliCycles()).as("%s", routine).isLessThan(none.milliCycles());
        }
    }

    @Test
    void byteLoop_asMeasured() {
        // measured on Zen 5 with another compilation of the same loop: 3.0 and 0.91 TSC cycles a byte, a ratio of 3.3
        CodeCosts none = costs(OptimisationLevel.NONE, VcpuMode.KVM);
        CodeCosts two = costs(OptimisationLevel.O2, VcpuMode.KVM);
        assertThat(none.unitMilliCycles(Routine.COPY_BYTES)).isEqualTo(6000);
        assertThat(two.unitMilliCycles(Routine.COPY_BYTES)).isEqualTo(2000);
    }

    @Test
    void emulation_isWithinAThirdOfWhatWasMeasured() {
        // host cycles a unit, QEMU 7.2 TCG on Zen 5 (TcgRoutines), -O- and -O2
        Object[][] measured = {
            {Routine.COPY_BYTES, 23.1, 7.4},
            {Routine.CHECKSUM, 33.5, 5.5},
            {Routine.PARSE_BYTES, 55.4, 19.0},
            {Routine.CONCATENATE, 34.4, 8.7},
        };
        CodeCosts none = costs(OptimisationLevel.NONE, VcpuMode.TCG_MULTI);
        CodeCosts two = costs(OptimisationLevel.O2, VcpuMode.TCG_MULTI);
        for (Object[] row : measured) {
            Routine routine = (Routine) row[0];
            assertThat(none.unitMilliCycles(routine) / 1000.0 / (double) row[1])
                    .as("%s at -O-", routine)
                    .isBetween(0.66, 1.4);
            assertThat(two.unitMilliCycles(routine) / 1000.0 / (double) row[2])
                    .as("%s at -O2", routine)
                    .isBetween(0.66, 1.4);
        }
    }

    @Test
    void noUnits_costNothing() {
        assertThat(costs(OptimisationLevel.O2, VcpuMode.KVM).ps(Routine.COPY_BYTES, 0))
                .isZero();
    }

    private static CodeCosts costs(OptimisationLevel level, VcpuMode mode) {
        try (Machine machine =
                Machine.create(MachineSpec.builder().vcpuMode(mode).build())) {
            return CodeCosts.of(level, machine);
        }
    }
}
