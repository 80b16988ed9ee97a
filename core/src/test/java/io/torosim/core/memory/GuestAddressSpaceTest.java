package io.torosim.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.GuestMemory.GuestFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuestAddressSpaceTest {
    private final List<String> log = new ArrayList<>();
    private final GuestAddressSpace space = new GuestAddressSpace(new SparseRam(16 << 20));

    private final class Registers implements MmioDevice {
        @Override
        public long read(long offset, int sizeBytes) {
            log.add("r" + sizeBytes + "@" + offset);
            return 0xfedcba9876543210L;
        }

        @Override
        public void write(long offset, int sizeBytes, long value) {
            log.add("w" + sizeBytes + "@" + offset + "=" + Long.toHexString(value));
        }
    }

    @Test
    void accesses_reachTheDeviceWithOffsetSizeAndValue() {
        space.map(0xFEE00000L, 0x1000, new Registers());
        assertThat(space.load8(0xFEE00001L)).isEqualTo(0x10);
        assertThat(space.load16(0xFEE00002L)).isEqualTo(0x3210);
        assertThat(space.load32(0xFEE00020L)).isEqualTo(0x76543210);
        assertThat(space.load64(0xFEE00028L)).isEqualTo(0xfedcba9876543210L);
        space.store8(0xFEE00FFFL, -1);
        space.store16(0xFEE00000L, -2);
        space.store32(0xFEE000B0L, -3);
        space.store64(0xFEE00300L, -4);
        assertThat(log)
                .containsExactly(
                        "r1@1",
                        "r2@2",
                        "r4@32",
                        "r8@40",
                        "w1@4095=ff",
                        "w2@0=fffe",
                        "w4@176=fffffffd",
                        "w8@768=fffffffffffffffc");
        assertThat(space.sizeBytes())
                .as("registers are no place for rings")
                .isEqualTo(space.ram().sizeBytes());
    }

    @Test
    void window_overRam_hidesItAndLeavesTheRest() {
        space.map(0xB8000, 4000, new Registers());
        space.map(0x400000, 0x1000, new Registers());
        space.store32(0xB7FFC, 5);
        space.store32(0xB8FA0, 6); // between the windows
        space.store32(0x500000, 7);
        assertThat(space.load32(0xB7FFC)).isEqualTo(5);
        assertThat(space.ram().load32(0xB8FA0)).isEqualTo(6);
        assertThat(space.load32(0x500000)).isEqualTo(7);
        space.store8(0xB8000, 65);
        assertThat(space.ram().load8(0xB8000)).isZero();
        assertThat(log).containsExactly("w1@0=41");
    }

    @Test
    void badAccesses_faultWithTheirRule() {
        space.map(0x100000, 0x1000, new Registers());
        assertThatThrownBy(() -> space.load32(0x100002))
                .isInstanceOf(GuestFault.class)
                .hasMessage("unaligned MMIO access: load of 4 bytes at guest-physical 0x100002");
        assertThatThrownBy(() -> space.store64(0x0ffffc, 1)).hasMessageContaining("not wholly inside one MMIO range");
        assertThatThrownBy(() -> space.store64(0x100ffc, 1)).hasMessageContaining("not wholly inside one MMIO range");
        assertThatThrownBy(() -> space.copyIn(0x100000, new byte[8], 0, 8))
                .hasMessageContaining("bulk access to MMIO: store of 8 bytes");
        assertThatThrownBy(() -> space.copyOut(0x0fff00, new byte[8192], 0, 8192))
                .isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> space.load32(0x2000000)).hasMessageContaining("outside RAM");
        assertThatThrownBy(() -> space.load32(-4)).isInstanceOf(GuestFault.class);
        assertThatThrownBy(() -> space.load64(Long.MAX_VALUE - 3)).isInstanceOf(GuestFault.class);
        assertThat(log).isEmpty();
    }

    @Test
    void overlappingRange_isRefused() {
        space.map(0x1000, 0x1000, new Registers());
        assertThatThrownBy(() -> space.map(0x1fff, 1, new Registers()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not overlap: [0x1fff, 0x2000)");
        space.map(0x2000, 1, new Registers());
        assertThatThrownBy(() -> space.map(0x3000, 0, new Registers())).hasMessageContaining("lengthBytes=0");
    }

    /** A device that does nothing but keep what is written, and says so or not. */
    private record Kept(byte[] bytes, boolean says) implements MmioDevice {
        @Override
        public long read(long offset, int sizeBytes) {
            long value = 0;
            for (int i = 0; i < sizeBytes; i++) {
                value |= (bytes[(int) offset + i] & 0xffL) << 8 * i;
            }
            return value;
        }

        @Override
        public void write(long offset, int sizeBytes, long value) {
            for (int i = 0; i < sizeBytes; i++) {
                bytes[(int) offset + i] = (byte) (value >>> 8 * i);
            }
        }

        @Override
        public byte @Nullable [] keptBytes() {
            return says ? bytes : null;
        }
    }

    /** Bytes that move down by less than their number, fills and stores in a row go as one by one: in RAM, in a device that hands its bytes out, in one that does not. */
    @Test
    void manyAtOnce_areAsOneByOne() {
        space.map(0xB8000, 64, new Kept(new byte[64], true));
        space.map(0xBA000, 64, new Kept(new byte[64], false));
        byte[] cells = {1, 2, -3, 4, 5, 6};
        for (long base : new long[] {0xB8000, 0xBA000, 0x4000}) {
            for (int i = 0; i < 64; i++) {
                space.store8(base + i, i);
            }
            space.moveDown(base + 7, base, 50);
            space.moveDown(base + 7, base, 0);
            for (int i = 0; i < 64; i++) {
                assertThat(space.load8(base + i)).isEqualTo(i < 50 ? i + 7 : i);
            }
            for (int stores = 0; stores <= 7; stores++) {
                space.store32(base + 4 + 4L * stores, 0x5a5a5a5a);
                space.fill32(base + 4, 0x81020304, stores);
                for (int i = 0; i < stores; i++) {
                    assertThat(space.load32(base + 4 + 4L * i)).isEqualTo(0x81020304);
                }
                assertThat(space.load32(base + 4 + 4L * stores)).isEqualTo(0x5a5a5a5a);
            }
            assertThat(space.load32(base)).isEqualTo(0x0a090807);
            space.store16s(base + 60, cells, 2);
            space.store16s(base + 58, cells, 1);
            space.store16s(base + 56, cells, 0);
            assertThat(space.load32(base + 60)).isEqualTo(0x04fd0201);
            assertThat(space.load16(base + 58)).isEqualTo(0x0201);
            assertThat(space.load16(base + 56)).isEqualTo(57 << 8 | 56);
        }
    }

    @Test
    void manyRanges_areFoundWhereverTheyLie() {
        Random random = new Random(5);
        TreeSet<Long> mapped = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            long address = 0x100 * (1 + random.nextInt(400));
            if (mapped.add(address)) {
                space.map(address, 0x80, new Registers());
            } else {
                assertThatThrownBy(() -> space.map(address + 0x40, 0x200, new Registers()))
                        .hasMessageContaining(String.format("[0x%x, 0x%x)", address + 0x40, address + 0x80));
            }
            for (int look = 0; look < 20; look++) {
                long at = 0x40L * random.nextInt(4 * 400 + 8);
                log.clear();
                space.store8(at, 1);
                assertThat(log).hasSize(mapped.contains(at & ~0xffL) && (at & 0xff) < 0x80 ? 1 : 0);
            }
        }
    }
}
