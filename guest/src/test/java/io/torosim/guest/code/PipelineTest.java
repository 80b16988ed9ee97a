package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** What the pipeline charges, by its own parameters. */
class PipelineTest {
    private static long cycles(String body, CostModel costs) {
        CodeMachine machine = new CodeMachine(Listing.parse("F:\n" + body + "ret\n", "test"), costs, 0x2000);
        machine.call("F", 0x100, 0x200);
        return machine.pipeline().milliCycles() / 1000;
    }

    private static long cycles(String body) {
        return cycles(body, CostModel.standard());
    }

    @Test
    void independentInstructions_areLimitedByTheIssueWidth() {
        String body = "movl $1,%eax\nmovl $2,%r8d\nmovl $3,%r9d\nmovl $4,%r10d\n".repeat(10);
        assertThat(cycles(body)).isBetween(10L, 14L);
        CostModel wide = CostModel.standard().with("code.issue_width", new BigDecimal(6));
        assertThat(cycles(body, wide)).isLessThan(cycles(body));
    }

    @Test
    void dependentInstructions_takeACycleEach() {
        assertThat(cycles("addl $1,%eax\n".repeat(40))).isBetween(40L, 42L);
    }

    @Test
    void counterInMemory_takesAForwardedLoadInEveryRound() {
        long forward = CostModel.standard().count("code.store_forward");
        long rounds = cycles("addl $1,(%rcx)\n".repeat(40));
        assertThat(rounds).isBetween(40 * (forward + 1) - 10, 40 * (forward + 1) + 10);
    }

    @Test
    void loadThatNobodyStored_takesTheLoadLatencyOnce() {
        long latency = CostModel.standard().count("code.load_latency");
        assertThat(cycles("movl (%rcx),%eax\n")).isBetween(latency, latency + 3);
        assertThat(cycles("movl (%rcx),%eax\n".repeat(20))).as("loads overlap").isLessThan(latency + 14);
    }

    @Test
    void xorWithItself_dependsOnNothing() {
        assertThat(cycles("imulq %rcx,%rax\n".repeat(10) + "xorl %eax,%eax\naddl $1,%eax\n"))
                .isLessThan(35);
    }
}
