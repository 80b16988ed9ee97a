package io.torosim.guest.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Arithmetic and conditions against Java's own. */
class CodeMachinePropertiesTest {
    private static final CostModel COSTS = CostModel.standard();

    private static long call(String body, long a, long b) {
        return new CodeMachine(Listing.parse("F:\n" + body + "\nret\n", "test"), COSTS, 0x2000).call("F", a, b);
    }

    private static boolean jumps(String compare, String condition, long a, long b) {
        return call("movl $1,%eax\n" + compare + "\nj" + condition + " .L1\nmovl $0,%eax\n.L1:", a, b) == 1;
    }

    @Property(tries = 300)
    void arithmetic64(@ForAll long a, @ForAll long b) {
        assertThat(call("movq %rcx,%rax\naddq %rdx,%rax", a, b)).isEqualTo(a + b);
        assertThat(call("movq %rcx,%rax\nsubq %rdx,%rax", a, b)).isEqualTo(a - b);
        assertThat(call("movq %rcx,%rax\nimulq %rdx,%rax", a, b)).isEqualTo(a * b);
        assertThat(call("movq %rcx,%rax\nandq %rdx,%rax\nnotq %rax", a, b)).isEqualTo(~(a & b));
        assertThat(call("movq %rcx,%rax\nshrq $7,%rax", a, b)).isEqualTo(a >>> 7);
        assertThat(call("movq %rcx,%rax\nsarq $9,%rax", a, b)).isEqualTo(a >> 9);
    }

    @Property(tries = 300)
    void arithmetic32_clearsTheUpperHalf(@ForAll int a, @ForAll int b) {
        long ua = a & 0xffff_ffffL;
        long ub = b & 0xffff_ffffL;
        assertThat(call("movl %ecx,%eax\naddl %edx,%eax", ua, ub)).isEqualTo(a + b & 0xffff_ffffL);
        assertThat(call("movl %ecx,%eax\nsubl %edx,%eax", ua, ub)).isEqualTo(a - b & 0xffff_ffffL);
        assertThat(call("movl %ecx,%eax\nnegl %eax", ua, ub)).isEqualTo(-a & 0xffff_ffffL);
    }

    @Property(tries = 300)
    void conditions64(@ForAll long a, @ForAll long b) {
        String compare = "cmpq %rdx,%rcx"; // a against b
        assertThat(jumps(compare, "l", a, b)).isEqualTo(a < b);
        assertThat(jumps(compare, "ge", a, b)).isEqualTo(a >= b);
        assertThat(jumps(compare, "le", a, b)).isEqualTo(a <= b);
        assertThat(jumps(compare, "g", a, b)).isEqualTo(a > b);
        assertThat(jumps(compare, "b", a, b)).isEqualTo(Long.compareUnsigned(a, b) < 0);
        assertThat(jumps(compare, "a", a, b)).isEqualTo(Long.compareUnsigned(a, b) > 0);
        assertThat(jumps(compare, "e", a, b)).isEqualTo(a == b);
        assertThat(jumps(compare, "ne", a, a)).isFalse();
    }

    @Property(tries = 300)
    void conditions8(@ForAll byte a, @ForAll byte b) {
        String compare = "cmpb %dl,%cl";
        assertThat(jumps(compare, "l", a, b)).isEqualTo(a < b);
        assertThat(jumps(compare, "g", a, b)).isEqualTo(a > b);
        assertThat(jumps(compare, "b", a, b)).isEqualTo((a & 0xff) < (b & 0xff));
        assertThat(jumps(compare, "ae", a, b)).isEqualTo((a & 0xff) >= (b & 0xff));
    }
}
