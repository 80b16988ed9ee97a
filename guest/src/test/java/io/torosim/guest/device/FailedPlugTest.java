package io.torosim.guest.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.guest.device.PcDevices.KeyboardController;
import io.torosim.guest.device.PcDevices.VgaText;
import io.torosim.guest.device.PcDevices.VirtioCard;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device that cannot be plugged in leaves bus and memory as they were, and says what stands in its way. */
final class FailedPlugTest {
    private static final long ADDRESS = 0xfeb0_0000L;

    private final Machine machine = Machine.create(MachineSpec.builder().build());

    @ParameterizedTest
    @CsvSource({"0x0, card", "0x50, card notification", "0x100, card registers"})
    void mmioCard_overAnotherDevice(String at, String part) {
        long other = ADDRESS + Long.decode(at);
        fails(
                () -> map("other", other, 4),
                it -> VirtioCard.plugMmio(it, "card", ADDRESS, 3, rng()),
                part + ", [",
                "and other, [0x" + Long.toHexString(other));
    }

    @ParameterizedTest
    @CsvSource({"0x0, card", "0x3000, card notification"})
    void modernCard_overAnotherDevice(String at, String part) {
        long other = ADDRESS + Long.decode(at);
        fails(
                () -> map("other", other, 4),
                it -> VirtioCard.Modern.plug(it, "card", ADDRESS, rng(), queue -> {}),
                part + ", [",
                "and other, [0x" + Long.toHexString(other));
    }

    @Test
    void legacyCard_overAnotherDevice() {
        fails(
                () -> claim("other", 0xc020),
                it -> VirtioCard.plug(it, "card", 0xc000, 3, rng()),
                "port 0xc020 is claimed by other and by card");
    }

    @Test
    void smallDevices_overAnotherDevice() {
        fails(() -> claim("other", 0x61), PcDevices::pit, "port 0x61 is claimed by other");
        fails(() -> claim("other", 0x64), it -> new KeyboardController().plug(it), "port 0x64");
        fails(() -> claim("other", 0x3d5), it -> new VgaText().plug(it), "port 0x3d5");
        fails(
                () -> claim("other", 0x376),
                it -> new IdeChannel(IdeChannel.Place.SECONDARY, null, null).plug(it),
                "port 0x376");
    }

    @Test
    void interruptControllers_overAnotherDevice() {
        fails(() -> claim("other", 0x4d1), it -> new PicPair().plug(it), "port 0x4d1");
        assertThat(machine.vcpu(0).hasInterruptController()).isFalse();
        ApicRegisters plain = machine.bus().apics();
        fails(() -> claim("third", 0xa0), it -> new LocalApics().plug(it, new PicPair()), "port 0xa0");
        assertThat(machine.bus().apics()).isSameAs(plain);
        machine.bus().connect(15, level -> {});
        Machine second = Machine.create(MachineSpec.builder().build());
        second.bus().connect(15, level -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PicPair().plug(second))
                .withMessage("interrupt line 15 is connected already");
        second.bus().connect(14, level -> {}); // given back
    }

    @Test
    void localApics_whereAVcpuHasAController() {
        Machine two = Machine.create(MachineSpec.builder().vcpus(2).build());
        two.vcpu(1).interruptController(() -> 32);
        assertThatIllegalStateException()
                .isThrownBy(() -> new LocalApics().plug(two, new PicPair()))
                .withMessageContaining("vCPU 1 has an interrupt controller already");
        assertThat(two.vcpu(0).hasInterruptController()).isFalse();
    }

    @Test
    void whatIsPluggedIn_isNotPluggedInAgain() {
        Machine second = Machine.create(MachineSpec.builder().build());
        KeyboardController keyboard = new KeyboardController().plug(machine);
        assertThatIllegalStateException()
                .isThrownBy(() -> keyboard.plug(second))
                .withMessageContaining("already");
        VgaText vga = new VgaText().plug(machine);
        assertThatIllegalStateException().isThrownBy(() -> vga.plug(second)).withMessageContaining("already");
        PicPair pics = new PicPair().plug(machine);
        assertThatIllegalStateException().isThrownBy(() -> pics.plug(second)).withMessageContaining("already");
        assertThatIllegalStateException()
                .isThrownBy(() -> new LocalApics().plug(second, pics))
                .withMessageContaining("already");
        LocalApics apics = new LocalApics().plug(second, new PicPair());
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> apics.plug(Machine.create(MachineSpec.builder().build()), new PicPair()))
                .withMessageContaining("already");
    }

    @Test
    void keyboardController_refusesKeysThatThereAreNot_andToBeUsedUnplugged() {
        KeyboardController loose = new KeyboardController();
        assertThatIllegalStateException()
                .isThrownBy(() -> loose.key(5, true))
                .withMessage("the keyboard controller is not plugged in: KeyboardController.plug, scanCode=5");
        KeyboardController keyboard = loose.plug(machine);
        for (int code : new int[] {999, 0, -1, 0x80, 0xe000, 0xe080}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> keyboard.key(code, true))
                    .withMessageContaining("scanCode must be in [0x01, 0x7f]")
                    .withMessageEndingWith("(" + code + ")");
        }
        keyboard.key(0xe048, true);
    }

    @Test
    void vgaText_refusesRowsThatThereAreNot() {
        for (int row : new int[] {-1, 25}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new VgaText().row(row))
                    .withMessage("row must be in [0, 25), row=" + row);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "1025", "100000"})
    void model_withSoManyQueues_isRefused(int queues) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtioCard.plug(machine, "card", 0xc000, 3, new Queues(queues)))
                .withMessage("queueCount must be in [1, 1024], queueCount=" + queues + ", of the model "
                        + Queues.class.getName());
    }

    /** Others' ports and registers are as before, and so is the size of the address space. */
    private void fails(Runnable inTheWay, Consumer<Machine> plug, String... said) {
        inTheWay.run();
        List<String> before = seen();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plug.accept(machine))
                .satisfies(e -> {
                    assertThat(e.getMessage()).contains(said);
                });
        assertThat(seen()).isEqualTo(before);
    }

    private List<String> seen() {
        Bus bus = machine.bus();
        List<String> seen = new ArrayList<>();
        for (int port = 0; port < Bus.PORTS; port++) {
            seen.add(bus.ownerOf(port));
        }
        for (long at : new long[] {ADDRESS, LocalApics.BASE, VgaText.BASE}) {
            for (int i = 0; i < 0x4000; i += 4) {
                seen.add(bus.memoryKind(at + i, true).name());
                if (at == VgaText.BASE) {
                    seen.add(Integer.toString(machine.memory().load32(at + i)));
                }
            }
        }
        seen.add(Long.toString(machine.memory().sizeBytes()));
        return seen;
    }

    private void claim(String name, int port) {
        machine.bus().claim(name, port, 1, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return 7;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {}
        });
    }

    private void map(String name, long address, int bytes) {
        MmioDevice device = new MmioDevice() {
            @Override
            public long read(long offset, int sizeBytes) {
                return 7;
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {}
        };
        machine.bus().map(name, address, bytes, device, AccessKind.MMIO, AccessKind.MMIO);
    }

    private static DeviceModel rng() {
        return new RngDevice(() -> 1);
    }

    private record Queues(int queueCount) implements DeviceModel {
        @Override
        public int deviceId() {
            return 63;
        }

        @Override
        public long features() {
            return 0;
        }

        @Override
        public int configByte(int offset) {
            return 0;
        }

        @Override
        public void start(DeviceContext context) {}

        @Override
        public void notified(int queueIndex) {}

        @Override
        public void reset() {}
    }
}
