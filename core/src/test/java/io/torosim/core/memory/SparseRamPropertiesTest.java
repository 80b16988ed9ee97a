package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.GuestMemory.GuestFault;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** RAM against the plainest model there is: a map from address to byte. */
class SparseRamPropertiesTest {
    private static final long SIZE = (1L << 32) + 3 * SparseRam.PAGE_BYTES + 100;

    record Access(int kind, long address, int length, long value) {}

    @Property(tries = 400)
    void anyProgram_agreesWithMap(@ForAll("programs") List<Access> program) {
        SparseRam ram = new SparseRam(SIZE);
        TreeMap<Long, Byte> model = new TreeMap<>();
        for (Access a : program) {
            int width = a.kind < 8 ? 1 << (a.kind & 3) : a.length;
            if (a.address < 0 || a.address + width > SIZE) {
                assertThatThrownBy(() -> run(ram, a)).isInstanceOf(GuestFault.class);
                continue;
            }
            long seen = run(ram, a);
            if (a.kind < 4) {
                long expected = 0;
                for (int i = width - 1; i >= 0; i--) {
                    expected = expected << 8 | model.getOrDefault(a.address + i, (byte) 0) & 0xff;
                }
                assertThat(seen).isEqualTo(expected);
            } else {
                for (int i = 0; i < width; i++) {
                    byte b = a.kind == 9 ? (byte) a.value : (byte) (a.value >>> 8 * (i & 7));
                    model.put(a.address + i, b);
                }
            }
            byte[] around = new byte[64];
            long from = Math.max(0, Math.min(SIZE - 64, a.address - 8));
            ram.copyOut(from, around, 0, 64);
            for (int i = 0; i < 64; i++) {
                assertThat(around[i]).isEqualTo(model.getOrDefault(from + i, (byte) 0));
            }
        }
    }

    private static long run(GuestMemory m, Access a) {
        switch (a.kind) {
            case 0:
                return m.load8(a.address);
            case 1:
                return m.load16(a.address);
            case 2:
                return Integer.toUnsignedLong(m.load32(a.address));
            case 3:
                return m.load64(a.address);
            case 4:
                m.store8(a.address, (int) a.value);
                return 0;
            case 5:
                m.store16(a.address, (int) a.value);
                return 0;
            case 6:
                m.store32(a.address, (int) a.value);
                return 0;
            case 7:
                m.store64(a.address, a.value);
                return 0;
            case 8:
                byte[] bytes = new byte[a.length + 3];
                for (int i = 0; i < a.length; i++) {
                    bytes[i + 3] = (byte) (a.value >>> 8 * (i & 7));
                }
                m.copyIn(a.address, bytes, 3, a.length);
                return 0;
            default:
                m.fill(a.address, a.length, (int) a.value);
                return 0;
        }
    }

    @Provide
    Arbitrary<List<Access>> programs() {
        Arbitrary<Long> near = Arbitraries.longs().between(-20, 20);
        Arbitrary<Long> address = Combinators.combine(
                        Arbitraries.of(0L, (long) SparseRam.PAGE_BYTES, 1L << 32, SIZE, SIZE - 100), near)
                .as(Long::sum);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        address,
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.longs())
                .as(Access::new)
                .list()
                .ofMaxSize(60);
    }
}
