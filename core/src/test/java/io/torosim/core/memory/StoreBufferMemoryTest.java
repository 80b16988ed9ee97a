package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The classic litmus tests, each searched through all choices and all interleavings of two observers. */
class StoreBufferMemoryTest {
    private static final int X = 64;
    private static final int Y = 128;

    /** Takes every path of a decision tree, depth first. */
    private static final class AllChoices implements Choices {
        private final List<int[]> path = new ArrayList<>();
        private int depth;

        @Override
        public int choose(String point, int alternatives) {
            if (depth == path.size()) {
                path.add(new int[] {0, alternatives});
            }
            return path.get(depth++)[0];
        }

        boolean next() {
            depth = 0;
            while (!path.isEmpty()) {
                int[] last = path.get(path.size() - 1);
                if (++last[0] < last[1]) {
                    return true;
                }
                path.remove(path.size() - 1);
            }
            return false;
        }
    }

    private interface Op {
        void on(GuestMemory memory, int[] registers);
    }

    private static Op store(int at, int value) {
        return (m, r) -> m.store16(at, value);
    }

    private static Op release(int at, int value) {
        return (m, r) -> m.storeRelease16(at, value);
    }

    private static Op load(int at, int register) {
        return (m, r) -> r[register] = m.load16(at);
    }

    private static Op acquire(int at, int register) {
        return (m, r) -> r[register] = m.loadAcquire16(at);
    }

    private static Op fence() {
        return (m, r) -> m.fullFence();
    }

    /** Returns every outcome of running two programs, as text of the four registers and the final X and Y. */
    private static TreeSet<String> outcomes(StoreOrder order, List<Op> a, List<Op> b, Function<int[], String> show) {
        TreeSet<String> seen = new TreeSet<>();
        AllChoices all = new AllChoices();
        SparseRam ram = new SparseRam(4096); // one for all runs: its 64 KiB page is dearer than a run
        do {
            ram.store16(X, 0);
            ram.store16(Y, 0);
            StoreBuffers buffers = new StoreBuffers(ram, order, 8, all);
            GuestMemory[] views = {buffers.observer(), buffers.observer()};
            int[] registers = new int[6];
            int i = 0;
            int j = 0;
            while (i < a.size() || j < b.size()) {
                boolean first = j == b.size() || i < a.size() && all.choose("test.turn", 2) == 0;
                if (first) {
                    a.get(i++).on(views[0], registers);
                } else {
                    b.get(j++).on(views[1], registers);
                }
            }
            buffers.drainAll();
            registers[4] = ram.load16(X);
            registers[5] = ram.load16(Y);
            seen.add(show.apply(registers));
        } while (all.next());
        return seen;
    }

    private static String twoRegisters(int[] r) {
        return r[0] + "" + r[1];
    }

    @Test
    void storeBuffering_isSeenUnlessFenced() {
        for (StoreOrder order : StoreOrder.values()) {
            assertThat(outcomes(
                            order,
                            List.of(store(X, 1), load(Y, 0)),
                            List.of(store(Y, 1), load(X, 1)),
                            StoreBufferMemoryTest::twoRegisters))
                    .containsExactly("00", "01", "10", "11");
            assertThat(outcomes(
                            order,
                            List.of(store(X, 1), fence(), load(Y, 0)),
                            List.of(store(Y, 1), fence(), load(X, 1)),
                            StoreBufferMemoryTest::twoRegisters))
                    .containsExactly("01", "10", "11");
        }
    }

    @Test
    void releaseAndAcquire_doNotOrderAStoreBeforeALaterLoad() {
        assertThat(outcomes(
                        StoreOrder.TSO,
                        List.of(release(X, 1), acquire(Y, 0)),
                        List.of(release(Y, 1), acquire(X, 1)),
                        StoreBufferMemoryTest::twoRegisters))
                .contains("00");
    }

    @Test
    void messagePassing_needsReleaseAndAcquireOnlyWhenWeak() {
        List<Op> plainWriter = List.of(store(X, 1), store(Y, 1));
        List<Op> plainReader = List.of(load(Y, 0), load(X, 1));
        List<Op> writer = List.of(store(X, 1), release(Y, 1));
        List<Op> reader = List.of(acquire(Y, 0), load(X, 1));
        Function<int[], String> show = StoreBufferMemoryTest::twoRegisters;
        assertThat(outcomes(StoreOrder.TSO, plainWriter, plainReader, show)).containsExactly("00", "01", "11");
        assertThat(outcomes(StoreOrder.WEAK, plainWriter, plainReader, show)).contains("10");
        assertThat(outcomes(StoreOrder.WEAK, writer, plainReader, show)).contains("10"); // stale load
        assertThat(outcomes(StoreOrder.WEAK, plainWriter, reader, show)).contains("10"); // late store
        assertThat(outcomes(StoreOrder.WEAK, writer, reader, show)).containsExactly("00", "01", "11");
    }

    @Test
    void onePlace_neverGoesBackInTime() {
        for (StoreOrder order : StoreOrder.values()) {
            assertThat(outcomes(
                            order,
                            List.of(store(X, 1), store(X, 2)),
                            List.of(load(X, 0), load(X, 1)),
                            StoreBufferMemoryTest::twoRegisters))
                    .containsExactly("00", "01", "02", "11", "12", "22");
        }
    }

    @Test
    void ownStore_isForwarded() {
        for (StoreOrder order : StoreOrder.values()) {
            assertThat(outcomes(
                            order,
                            List.of(store(X, 5), load(X, 0), store(X, 6), load(X, 1)),
                            List.of(store(Y, 1)),
                            StoreBufferMemoryTest::twoRegisters))
                    .containsExactly("56");
        }
    }

    @Test
    void fixedChoices_arePlainRam() {
        SparseRam ram = new SparseRam(4096);
        StoreBuffers buffers = new StoreBuffers(ram, StoreOrder.WEAK, 8, Choices.fixed());
        StoreBufferMemory a = buffers.view();
        StoreBufferMemory b = buffers.view();
        a.store64(0, 77);
        assertThat(ram.load64(0)).isEqualTo(77);
        b.fill(8, 200, 3);
        assertThat(a.load32(100)).isEqualTo(0x03030303);
        byte[] out = new byte[208];
        a.copyOut(0, out, 0, 208);
        assertThat(out[207]).isEqualTo((byte) 3);
        assertThat(a.heldStores() + b.heldStores()).isZero();
    }

    @Test
    void fullBuffer_letsTheOldestGo() {
        SparseRam ram = new SparseRam(4096);
        StoreBuffers buffers = new StoreBuffers(ram, StoreOrder.TSO, 2, (point, n) -> 1);
        StoreBufferMemory a = buffers.view();
        a.store8(0, 1);
        a.store8(1, 2);
        a.store8(2, 3);
        assertThat(a.heldStores()).isEqualTo(2);
        assertThat(ram.load32(0)).isEqualTo(1);
        assertThat(a.load32(0)).isEqualTo(0x030201);
        buffers.drainAll();
        assertThat(ram.load32(0)).isEqualTo(0x030201);
    }

    @Test
    void badAccess_faultsAtTheStoreAndBadChoiceIsNamed() {
        StoreBuffers buffers = new StoreBuffers(new SparseRam(4096), StoreOrder.TSO, 8, (point, n) -> n);
        StoreBufferMemory a = buffers.view();
        assertThatThrownBy(() -> a.store32(4094, 1)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> a.loadAcquire16(1)).hasMessageContaining("unaligned ordered access");
        assertThatThrownBy(() -> a.store32(0, 1)).hasMessageContaining("choice at memory.store must be in [0, 2)");
        assertThatThrownBy(() -> new StoreBuffers(new SparseRam(1), StoreOrder.TSO, 0, Choices.fixed()))
                .hasMessageContaining("capacity=0");
    }
}
