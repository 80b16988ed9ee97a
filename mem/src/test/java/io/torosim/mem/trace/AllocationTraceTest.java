package io.torosim.mem.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.cost.CostModel;
import io.torosim.mem.alloc.GuestAllocator.AllocatorCosts;
import io.torosim.mem.alloc.GuestAllocator.MemoryAreas;
import io.torosim.mem.trace.AllocatorComparison.AllocatorChoice;
import io.torosim.mem.trace.AllocatorComparison.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTraceTest {
    private static final MemoryAreas AREAS = new MemoryAreas(0x800000, 12 << 20, 2);
    private static final AllocatorCosts COSTS = AllocatorCosts.of(CostModel.standard(), 2_400_000_000L);

    @ParameterizedTest
    @ValueSource(strings = {"http-serving", "thread-churn", "file-reading"})
    void shippedTrace_isWhatTheRecorderWrites(String name) {
        AllocationTrace shipped = AllocationTrace.shipped(name);
        assertThat(shipped.ops())
                .hasSizeGreaterThan(5000)
                .isEqualTo(ToroWorkloads.shippedSource(name).ops());
    }

    @Test
    void otherSeed_givesAnotherTrace() {
        assertThat(ToroWorkloads.record("http-serving", 50, 1).ops())
                .isNotEqualTo(ToroWorkloads.record("http-serving", 50, 2).ops());
    }

    @Test
    void badLines_areNamed() {
        assertThatThrownBy(() -> read("a 0 1 8\nf 0 1\nf 0 1")).hasMessage("t:3: 'f 0 1': block 1 is not live");
        assertThatThrownBy(() -> read("a 0 1 8\na 0 1 8")).hasMessageContaining("t:2: 'a 0 1 8': block 1 is live");
        assertThatThrownBy(() -> read("# c\nx 0 1")).hasMessageContaining("t:2: 'x 0 1': a line must be");
        assertThatThrownBy(() -> read("a 0 1 -8")).hasMessageContaining("bytes at least 0");
        assertThatThrownBy(() -> read("a 0 1000000 8")).hasMessageContaining("t:1:");
        assertThatThrownBy(() -> AllocationTrace.shipped("none")).hasMessage("no such trace: none");
    }

    private static AllocationTrace read(String text) throws IOException {
        return AllocationTrace.read("t", new BufferedReader(new StringReader(text)));
    }

    @ParameterizedTest
    @EnumSource(AllocatorChoice.class)
    void replay_isAPureFunctionAndAccountsForBytes(AllocatorChoice choice) throws IOException {
        AllocationTrace trace = read("a 0 1 100\na 1 2 1000\nr 0 1 5000\nf 1 2");
        List<Row> rows = replay(trace, choice, 1);
        assertThat(rows).isEqualTo(replay(trace, choice, 1));
        assertThat(rows).extracting(Row::requestedBytes).containsExactly(100L, 1100L, 6000L, 5000L);
        assertThat(rows).extracting(Row::failures).containsOnly(0L);
        assertThat(rows).extracting(Row::busyPs).isSorted().doesNotHaveDuplicates();
        assertThat(rows.get(3).grantedBytes()).isLessThan(rows.get(2).grantedBytes());
        assertThat(rows.get(0).csv().split(",")).hasSameSizeAs(Row.CSV_HEADING.split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http-serving", "thread-churn", "file-reading"})
    void torosLargestFreeBlock_neverGrows_andMergingKeepsLargerOnes(String name) {
        AllocationTrace trace = AllocationTrace.shipped(name);
        List<Row> toro = replay(trace, AllocatorChoice.TORO_2018, 100);
        for (int i = 1; i < toro.size(); i++) {
            assertThat(toro.get(i).largestFreeBytes())
                    .isLessThanOrEqualTo(toro.get(i - 1).largestFreeBytes());
        }
        Row last = toro.get(toro.size() - 1);
        List<Row> fit = replay(trace, AllocatorChoice.SEGREGATED_FIT, 100);
        Row lastFit = fit.get(fit.size() - 1);
        assertThat(lastFit.failures()).isZero();
        assertThat(lastFit.largestFreeBytes()).isGreaterThan(last.largestFreeBytes());
        assertThat(lastFit.internalPermille()).isLessThan(last.internalPermille());
    }

    @Test
    void leastMemory_servesAndALittleLessDoesNot() {
        AllocationTrace trace = AllocationTrace.shipped("thread-churn");
        long least = AllocatorComparison.leastBytesPerCpu(trace, AllocatorChoice.SEGREGATED_FIT);
        long peak = replay(trace, AllocatorChoice.SEGREGATED_FIT, 1).stream()
                .mapToLong(Row::requestedBytes)
                .max()
                .orElseThrow();
        assertThat(2 * least).isGreaterThan(peak);
        assertThat(failures(trace, least)).isZero();
        assertThat(failures(trace, least - (1 << 16))).isPositive();
    }

    private static long failures(AllocationTrace trace, long bytesPerCpu) {
        MemoryAreas areas = new MemoryAreas(0x800000, bytesPerCpu, 2);
        List<Row> rows = AllocatorComparison.replay(
                trace,
                "x",
                (ram, costs) -> AllocatorChoice.SEGREGATED_FIT.create(ram, areas, costs),
                areas,
                COSTS,
                trace.ops().size());
        return rows.get(0).failures();
    }

    private static List<Row> replay(AllocationTrace trace, AllocatorChoice choice, int every) {
        return AllocatorComparison.replay(
                trace, choice.title(), (ram, costs) -> choice.create(ram, AREAS, costs), AREAS, COSTS, every);
    }
}
