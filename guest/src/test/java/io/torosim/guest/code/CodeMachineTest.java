package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import org.junit.jupiter.api.Test;

class CodeMachineTest {
    private static CodeMachine machine(String text) {
        return new CodeMachine(Listing.parse(text, "test"), CostModel.standard(), 0x2000);
    }

    private static long call(String body, long... arguments) {
        return machine("F:\n" + body + "\nret\n").call("F", arguments);
    }

    @Test
    void narrowWrites_keepTheRest_32bitWritesClearIt() {
        assertThat(call("movq %rcx,%rax\nmovb %dl,%al", 0x1122334455667788L, 0xff))
                .isEqualTo(0x11223344556677ffL);
        assertThat(call("movq %rcx,%rax\nmovw %dx,%ax", 0x1122334455667788L, 0xabcd))
                .isEqualTo(0x112233445566abcdL);
        assertThat(call("movq %rcx,%rax\nmovl %edx,%eax", 0x1122334455667788L, 5))
                .isEqualTo(5);
    }

    @Test
    void widening_extendsByZeroOrSign() {
        assertThat(call("movzbl %cl,%eax", 0x1ff)).isEqualTo(0xff);
        assertThat(call("movslq %ecx,%rax", 0xffff_fffeL)).isEqualTo(-2);
        assertThat(call("movzwl %cx,%eax", 0x12345)).isEqualTo(0x2345);
    }

    @Test
    void addresses_areBaseIndexScaleDisplacement() {
        assertThat(call("leaq 3(%rcx,%rdx,8),%rax", 100, 5)).isEqualTo(143);
        assertThat(call("movq %rdx,16(%rcx)\nmovq 16(%rcx),%rax", 0x100, 42)).isEqualTo(42);
    }

    @Test
    void loops_callsAndTheStackWork() {
        String factorial =
                "F:\nmovl $1,%eax\n.L1:\ncmpl $1,%ecx\njle .L2\nimull %ecx,%eax\nsubl $1,%ecx\njmp .L1\n.L2:\nret\n"
                        + "G:\npushq %rbx\nmovq %rcx,%rbx\ncall F\naddl %ebx,%eax\npopq %rbx\nret\n";
        assertThat(machine(factorial).call("G", 5)).isEqualTo(125);
    }

    @Test
    void division_givesQuotientAndRemainder() {
        assertThat(call(
                        "movl %ecx,%eax\nmovl %edx,%r8d\nxorl %edx,%edx\ndivl %r8d\nshlq $32,%rdx\norq %rdx,%rax",
                        17, 5))
                .isEqualTo(3L | 2L << 32);
    }

    @Test
    void conditionalMove_moves() {
        assertThat(call("movl %ecx,%eax\ncmpl %ecx,%edx\ncmovgl %edx,%eax", 3, 9))
                .isEqualTo(9);
        assertThat(call("movl %ecx,%eax\ncmpl %ecx,%edx\ncmovgl %edx,%eax", 9, 3))
                .isEqualTo(9);
    }

    @Test
    void wildAccess_isNamed() {
        assertThatThrownBy(() -> call("movq (%rcx),%rax", 0x7fff_0000L))
                .isInstanceOf(CodeMachine.WildAccess.class)
                .hasMessageContaining("7fff0000");
    }

    @Test
    void endlessLoop_ends() {
        CodeMachine machine = machine("F:\n.L1:\njmp .L1\n");
        machine.mostInstructions(1000);
        assertThatThrownBy(() -> machine.call("F")).hasMessageContaining("does not end");
    }

    @Test
    void unknownInstruction_namesItsLine() {
        assertThatThrownBy(() -> Listing.parse("F:\nret\nfsqrt\n", "x.s"))
                .hasMessageContaining("x.s:3")
                .hasMessageContaining("fsqrt");
        assertThatThrownBy(() -> machine("F:\ncall nowhere\nret\n").call("F")).hasMessageContaining("nowhere");
    }
}
