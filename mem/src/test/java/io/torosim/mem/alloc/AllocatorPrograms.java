package io.torosim.mem.alloc;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random programs for an allocator, as plain data. */
final class AllocatorPrograms {
    enum Kind {
        ALLOC,
        CALLOC,
        FREE,
        REALLOC,
        HEAP_ACQUIRE,
        HEAP_ALLOC,
        HEAP_STACK,
        HEAP_UNSTACK,
        HEAP_RELEASE
    }

    /** One operation: {@code pick} chooses among what is live, modulo its number. */
    record Op(Kind kind, int cpu, long size, int pick) {}

    private AllocatorPrograms() {}

    static Arbitrary<List<Op>> programs(int cpus, int maxOps, List<Kind> kinds) {
        return programs(cpus, 1, maxOps, kinds);
    }

    static Arbitrary<List<Op>> programs(int cpus, int minOps, int maxOps, List<Kind> kinds) {
        Arbitrary<Long> size = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.longs().between(0, 300)),
                Tuple.of(4, Arbitraries.longs().between(301, 20_000)),
                Tuple.of(2, Arbitraries.longs().between(20_001, 600_000)),
                Tuple.of(1, Arbitraries.of(0L, 8L, 8192L, 131072L, 1L << 20, (1L << 30) + 1)));
        return Combinators.combine(
                        Arbitraries.of(kinds),
                        Arbitraries.integers().between(0, cpus - 1),
                        size,
                        Arbitraries.integers().between(0, 1 << 20))
                .as(Op::new)
                .list()
                .ofMinSize(minOps)
                .ofMaxSize(maxOps);
    }
}
