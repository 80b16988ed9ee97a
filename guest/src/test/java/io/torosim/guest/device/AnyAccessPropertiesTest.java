package io.torosim.guest.device;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** No value that a driver writes makes a device throw, whatever comes in between. */
final class AnyAccessPropertiesTest {
    private static final long CARD = 0xfebc_0000L;
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    private static final int[] PORTS = {0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1, 0x40, 0x41, 0x42, 0x43, 0x61, 0x3f6};
    private static final int[] WIDTHS = {1, 2, 4};
    private static final int[] REGISTERS = {
        0, 0x14, 0x20, 0xc0, 0xc4, 0xc8, 0xd0, 0xd8, 0x100, 0x400, 0x2800, 0x2804, 0x2808, 0x2810, 0x2818, 0x3800,
        0x3804, 0x3808, 0x3810, 0x3818, 0x5400
    };

    private static final class Zeros implements BlockDevice {
        @Override
        public long sectorCount() {
            return 1000;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) {
            check(sector, target.remaining());
            target.put(new byte[target.remaining()]);
        }

        @Override
        public void write(long sector, ByteBuffer source) {
            check(sector, source.remaining());
        }

        private static void check(long sector, int bytes) {
            if (sector < 0 || sector + bytes / 512 > 1000 || bytes % 512 != 0) {
                throw new IllegalArgumentException("outside: " + sector + ", " + bytes);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Property(tries = 60)
    void anything(@ForAll long seed) {
        Random random = new Random(seed);
        Machine machine = Machine.create(MachineSpec.builder().ramMib(4).build());
        new PicPair().plug(machine);
        new Pit().plug(machine);
        new IdeChannel(IdeChannel.Place.PRIMARY, new Zeros(), new Zeros()).plug(machine);
        Ne2000 ne2000 = new Ne2000(0xc000, 9, MAC, f -> {}).plug(machine);
        E1000 e1000 = new E1000(CARD, 11, MAC, f -> {}).plug(machine);
        Bus bus = machine.bus();
        for (int i = 0; i < 3000; i++) {
            int width = WIDTHS[random.nextInt(3)];
            int kind = random.nextInt(8);
            int port = kind < 3
                    ? 0xc000 + random.nextInt(32)
                    : kind < 5 ? 0x1f0 + random.nextInt(8) : PORTS[random.nextInt(PORTS.length)];
            int value = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(256);
            if (kind == 7) {
                long register = CARD + REGISTERS[random.nextInt(REGISTERS.length)];
                if (random.nextBoolean()) {
                    machine.memory().store32(register, value);
                } else {
                    machine.memory().load32(register);
                }
            } else if (random.nextInt(3) == 0) {
                bus.in(port, width);
            } else {
                bus.out(port, width, value);
            }
            if (random.nextInt(20) == 0) {
                byte[] frame = new byte[1 + random.nextInt(2000)];
                random.nextBytes(frame);
                ne2000.receive(frame);
                e1000.receive(frame);
                machine.simulation().runUntil(machine.simulation().nowPs() + random.nextInt(2_000_000));
            }
        }
    }
}
