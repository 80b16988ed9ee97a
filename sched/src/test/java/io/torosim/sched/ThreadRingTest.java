package io.torosim.sched;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.sched.GuestThread.ThreadState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ring of a core's threads (Process.pas: AddThreadReady, RemoveThreadReady). */
final class ThreadRingTest {
    private final ToroKernel kernel =
            ToroKernel.boot(Machine.create(MachineSpec.builder().build()), KernelConfig.defaults());
    private final ThreadRing ring = kernel.core(0).ring;

    private ThreadRecord add(String name) {
        return (ThreadRecord) kernel.spawn(0, name, GuestProgram.loop(Step.suspend()));
    }

    private List<String> forwards() {
        List<String> names = new ArrayList<>();
        ThreadRecord t = ring.head();
        for (int i = 0; i < ring.size(); i++, t = t.next) {
            names.add(t.name());
            assertThat(t.next.previous).isSameAs(t);
        }
        return names;
    }

    @Test
    void add_putsAThreadBeforeTheHead_thatIsLast() {
        ThreadRecord a = add("a");
        assertThat(a.next).isSameAs(a);
        add("b");
        add("c");
        assertThat(forwards()).containsExactly("a", "b", "c");
        assertThat(ring.head().previous.name()).isEqualTo("c");
    }

    @Test
    void remove_ofTheHead_makesTheNextOneHead() {
        ThreadRecord a = add("a");
        add("b");
        add("c");
        ring.remove(a);
        assertThat(forwards()).containsExactly("b", "c");
    }

    @Test
    void remove_ofTheLastThread_leavesNothing() {
        ThreadRecord a = add("a");
        ring.remove(a);
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.size()).isZero();
    }

    @Test
    void states_haveTorosNumbers() {
        assertThat(ThreadState.SUSPENDED.value()).isEqualTo(1);
        assertThat(ThreadState.READY.value()).isEqualTo(2);
        assertThat(ThreadState.IO_PENDING.value()).isEqualTo(5);
        assertThat(ThreadState.IDLE.value()).isEqualTo(6); // 5 before commit d67f249: it collided
    }
}
