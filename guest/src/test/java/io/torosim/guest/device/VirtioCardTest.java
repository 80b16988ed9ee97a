package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks, consoles and sources of random numbers behind each interface of a machine, by the library's own drivers over the machine's bus. */
final class VirtioCardTest {
    private static final int PORT = 0xc000;
    private static final long ADDRESS = 0xfeb0_0000L;
    private static final int LINE = 11;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(1).ramMib(16).build());
    private final GuestMemory memory = machine.memory();
    private final List<Integer> levels = new ArrayList<>();
    private final DmaAllocator dma = new DmaAllocator(0x10_0000, 0x10_0000);

    VirtioCardTest() {
        machine.bus().connect(LINE, levels::add);
    }

    enum Way {
        LEGACY_PCI,
        MODERN_PCI,
        MMIO
    }

    private VirtioTransport plug(Way way, DeviceModel model) {
        return switch (way) {
            case LEGACY_PCI -> {
                VirtioCard.plug(machine, "card", PORT, LINE, model);
                yield Transports.legacyPci(ports(), model.deviceId(), false);
            }
            case MODERN_PCI -> {
                VirtioCard.Modern card = VirtioCard.Modern.plug(
                        machine, "card", ADDRESS, model, queue -> machine.bus().setLine(LINE, true));
                yield new ModernPciTransport(card.config(), bar -> mapped());
            }
            case MMIO -> {
                VirtioCard.plugMmio(machine, "card", ADDRESS, LINE, model);
                yield Transports.mmio(mapped());
            }
        };
    }

    private RegisterSpace ports() {
        return new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                return machine.bus().in(PORT + offset, widthBytes) & 0xffff_ffffL;
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                machine.bus().out(PORT + offset, widthBytes, (int) value);
            }
        };
    }

    private RegisterSpace mapped() {
        return new RegisterSpace() {
            @Override
            public long read(int offset, int widthBytes) {
                return switch (widthBytes) {
                    case 1 -> memory.load8(ADDRESS + offset) & 0xff;
                    case 2 -> memory.load16(ADDRESS + offset) & 0xffff;
                    default -> memory.load32(ADDRESS + offset) & 0xffff_ffffL;
                };
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                switch (widthBytes) {
                    case 1 -> memory.store8(ADDRESS + offset, (int) value);
                    case 2 -> memory.store16(ADDRESS + offset, (int) value);
                    default -> memory.store32(ADDRESS + offset, (int) value);
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void disk_readsWhatWasWritten(Way way) throws Exception {
        try (BlkDriver disk = new BlkDriver(
                plug(way, new BlkDevice(new MemoryBlockDevice(64), "disk")), memory, dma, -1, DeviceWait.NONE)) {
            byte[] bytes = new byte[1024];
            Arrays.fill(bytes, (byte) 0x5a);
            disk.write(7, ByteBuffer.wrap(bytes));
            ByteBuffer read = ByteBuffer.allocate(1024);
            disk.read(7, read);
            assertThat(read.array()).isEqualTo(bytes);
            assertThat(disk.sectorCount()).isEqualTo(64);
        }
        assertThat(levels).contains(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void console_writesAndReads(Way way) {
        List<byte[]> out = new ArrayList<>();
        ConsoleDevice device = new ConsoleDevice(80, 25, out::add);
        ConsoleDriver console = new ConsoleDriver(plug(way, device), memory, dma, -1);
        assertThat(console.write(new byte[] {1, 2, 3})).isEqualTo(3);
        assertThat(device.type(new byte[] {4, 5})).isEqualTo(2);
        assertThat(console.read()).containsExactly(4, 5);
        assertThat(out).singleElement().isEqualTo(new byte[] {1, 2, 3});
        assertThat(console.columns()).isEqualTo(80);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void randomNumbers_come(Way way) {
        int[] next = {1};
        RngDriver rng = new RngDriver(plug(way, new RngDevice(() -> next[0]++)), memory, dma, -1, DeviceWait.NONE);
        assertThat(rng.random(5)).containsExactly(1, 2, 3, 4, 5);
    }

    /** As a level-triggered line is: up with the interrupt, down when it is acknowledged, and with a reset. */
    @Test
    void lineOfMmio_isHeldUntilItIsAcknowledged() {
        RngDriver rng = new RngDriver(plug(Way.MMIO, new RngDevice(() -> 5)), memory, dma, 0, DeviceWait.NONE);
        levels.clear();
        rng.random(1);
        assertThat(levels).containsExactly(1);
        memory.store32(ADDRESS + 0x64, 1);
        assertThat(levels).containsExactly(1, 0);
        rng.random(1);
        memory.store32(ADDRESS + 0x70, 0);
        assertThat(levels).containsExactly(1, 0, 1, 0);
    }

    @Test
    void mmio_thatLiesOverAnother_orHasNoLine_isRefused() {
        VirtioCard.plugMmio(machine, "one", ADDRESS, LINE, new RngDevice(() -> 5));
        assertThatThrownBy(() -> VirtioCard.plugMmio(machine, "two", ADDRESS, LINE, new RngDevice(() -> 5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VirtioCard.plugMmio(machine, "two", ADDRESS + 0x1000, 256, new RngDevice(() -> 5)))
                .hasMessage("line must be in [0, 255], line=256");
    }
}
