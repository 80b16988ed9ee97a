package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.code.AbiCheck.AbiFault;
import io.torosim.guest.spec.OptimisationLevel;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** The register-file check: it fails with a fault on, and passes without. */
class AbiCheckTest {
    @Test
    void everyFault_givesWrongResultsAtO2() {
        AbiCheck check = new AbiCheck(OptimisationLevel.O2);
        for (AbiFault fault : AbiFault.values()) {
            AbiCheck.Result result = check.run(fault, true);
            assertThat(result.wrong()).as("%s", fault).isPositive();
            assertThat(result.example()).as("%s", fault).isNotEmpty();
        }
    }

    @Test
    void repaired_nothingIsWrongAtAnyLevel() {
        for (OptimisationLevel level : OptimisationLevel.values()) {
            for (AbiFault fault : AbiFault.values()) {
                AbiCheck.Result result = new AbiCheck(level).run(fault, false);
                assertThat(result.tries()).as("%s at %s", fault, level).isPositive();
                assertThat(result.wrong()).as("%s at %s", fault, level).isZero();
            }
        }
    }

    @Test
    void withoutOptimisation_mostGoUnnoticed() {
        AbiCheck check = new AbiCheck(OptimisationLevel.NONE);
        EnumSet<AbiFault> noticed = EnumSet.noneOf(AbiFault.class);
        for (AbiFault fault : AbiFault.values()) {
            if (check.run(fault, true).wrong() > 0) {
                noticed.add(fault);
            }
        }
        // the limit of a for loop is in rbx even at -O-; volatile registers are in use at every level
        assertThat(noticed).containsExactly(AbiFault.CPUID_LOSES_RBX, AbiFault.IPI_SAVES_NOTHING);
    }

    @Test
    void interruptStubs_areTriedAtEveryInstruction() {
        AbiCheck.Result result = new AbiCheck(OptimisationLevel.O2).run(AbiFault.STUB_LOSES_R15, true);
        assertThat(result.tries()).isGreaterThan(400);
        assertThat(result.wrong()).isLessThan(result.tries());
    }
}
