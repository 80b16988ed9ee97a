package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.bus.Bus;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time, interrupts and errors of a disk; which values its registers have is compared with QEMU in the system tests. */
final class IdeChannelTest {
    private static final int PORT = 0x1f0;

    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final Bus bus = machine.bus();
    private final long sectorPs = machine.spec().costs().ps("ide.sector");
    private final List<Long> interrupts = new ArrayList<>();
    private boolean broken;

    private final BlockDevice disk = new BlockDevice() {
        private final byte[] content = new byte[512 * 64];

        @Override
        public long sectorCount() {
            return 64;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) throws IOException {
            if (broken) {
                throw new IOException("the medium fails");
            }
            target.put(content, (int) sector * 512, target.remaining());
        }

        @Override
        public void write(long sector, ByteBuffer source) throws IOException {
            if (broken) {
                throw new IOException("the medium fails");
            }
            source.get(content, (int) sector * 512, source.remaining());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final IdeChannel channel = new IdeChannel(IdeChannel.Place.PRIMARY, disk, null).plug(machine);

    IdeChannelTest() {
        bus.connect(14, level -> {
            if (level == 1) {
                interrupts.add(machine.simulation().nowPs());
            }
        });
    }

    private void command(int count, int lba, int code) {
        bus.out(PORT + 2, 1, count);
        bus.out(PORT + 3, 1, lba);
        bus.out(PORT + 4, 1, 0);
        bus.out(PORT + 5, 1, 0);
        bus.out(PORT + 6, 1, 0xe0);
        bus.out(PORT + 7, 1, code);
    }

    private void pass(long ps) {
        machine.simulation().runUntil(machine.simulation().nowPs() + ps);
    }

    private void move(boolean write) {
        for (int i = 0; i < 256; i++) {
            if (write) {
                bus.out(PORT, 2, i * 3);
            } else {
                assertThat(bus.in(PORT, 2)).isEqualTo(i * 3);
            }
        }
    }

    @Test
    void eachSectorTakesItsTime_andInterruptsOnce() {
        command(2, 10, 0x30);
        assertThat(interrupts)
                .as("the first sector is asked for without an interrupt")
                .isEmpty();
        move(true);
        pass(sectorPs);
        move(true);
        pass(sectorPs);
        assertThat(interrupts).containsExactly(sectorPs, 2 * sectorPs);
        interrupts.clear();
        command(2, 10, 0x20);
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0xd0);
        pass(sectorPs - 1);
        assertThat(interrupts).isEmpty();
        pass(1);
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0x58);
        move(false);
        pass(sectorPs);
        move(false);
        pass(10 * sectorPs);
        assertThat(interrupts).containsExactly(3 * sectorPs, 4 * sectorPs);
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0x50);
        assertThat(channel.sectorsRead()).isEqualTo(2);
        assertThat(channel.sectorsWritten()).isEqualTo(2);
    }

    @Test
    void brokenMedium_endsWithAbort_andIsCounted() {
        broken = true;
        command(1, 0, 0x20);
        pass(sectorPs);
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0x41);
        assertThat(bus.in(PORT + 1, 1)).isEqualTo(4);
        assertThat(interrupts).hasSize(1);
        assertThat(channel.mediumErrors()).isEqualTo(1);
    }

    @Test
    void whileASectorIsOffered_registersAndCommandsOfAnotherAreIgnored() {
        command(1, 10, 0x20);
        pass(sectorPs);
        command(5, 33, 0x20);
        assertThat(bus.in(PORT + 3, 1)).as("as left behind by the first").isEqualTo(11);
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0x58);
    }

    @Test
    void reset_inTheMiddle_dropsTheTransfer() {
        command(1, 10, 0x20);
        bus.out(0x3f6, 1, 4);
        bus.out(0x3f6, 1, 0);
        pass(10 * sectorPs);
        assertThat(interrupts).isEmpty();
        assertThat(bus.in(PORT + 7, 1)).isEqualTo(0x50);
        assertThat(bus.in(PORT + 1, 1)).isEqualTo(1);
    }
}
