package io.torosim.system.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.guest.device.PcDevices.KeyboardController;
import io.torosim.guest.device.PicPair;
import io.torosim.virtio.qtest.QtestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same accesses to the devices of a real QEMU and to ours, values compared one by one. The scripts are {@link DeviceScripts}; which
 * values are right is in the tests of {@code io.torosim.guest.device}, which need no QEMU.
 */
class DeviceScriptsTest {
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

    @TempDir
    private Path directory;

    @BeforeEach
    void needsQemu() {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
    }

    private static SimulatedPc simulated() {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(128).build());
        new PicPair().plug(machine);
        PcDevices.pit(machine);
        return new SimulatedPc(machine);
    }

    private static void compare(Pc real, Pc ours, Consumer<Pc> script) {
        try (real;
                ours) {
            script.accept(real);
            script.accept(ours);
        }
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < real.seen().size() && i < ours.seen().size(); i++) {
            if (!real.seen().get(i).equals(ours.seen().get(i))) {
                differences.add(
                        "QEMU: " + real.seen().get(i) + ", ours: " + ours.seen().get(i));
            }
        }
        assertThat(differences).isEmpty();
        assertThat(ours.seen()).isNotEmpty().hasSameSizeAs(real.seen());
    }

    @Test
    void pic() throws IOException {
        compare(QemuPc.start(), simulated(), DeviceScripts::pic);
    }

    @Test
    void pit() throws IOException {
        compare(QemuPc.start(), simulated(), DeviceScripts::pit);
    }

    @Test
    void ide() throws IOException {
        byte[] content = new byte[64 << 20];
        new Random(4).nextBytes(content);
        Path image = Files.write(directory.resolve("disk.img"), content);
        Machine machine = Machine.create(MachineSpec.builder().ramMib(128).build());
        new PicPair().plug(machine);
        BlockDevice disk = new BytesDisk(content.clone());
        new IdeChannel(IdeChannel.Place.PRIMARY, disk, null).plug(machine);
        new IdeChannel(IdeChannel.Place.SECONDARY, null, null).plug(machine);
        compare(
                QemuPc.start("-drive", "if=ide,index=0,format=raw,file=" + image),
                new SimulatedPc(machine),
                DeviceScripts::ide);
    }

    @Test
    void ne2000() throws IOException {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(128).build());
        new PicPair().plug(machine);
        SimulatedPc ours = new SimulatedPc(machine);
        ours.receiver(EthernetCard.ne2000(machine, 0x300, 9, MAC, ours.sent::add));
        compare(QemuPc.withCard("ne2k_isa,iobase=0x300,irq=9"), ours, DeviceScripts::ne2000);
    }

    @Test
    void e1000() throws IOException {
        Machine machine = Machine.create(MachineSpec.builder().ramMib(128).build());
        new PicPair().plug(machine);
        SimulatedPc ours = new SimulatedPc(machine);
        ours.receiver(EthernetCard.e1000(machine, SimulatedPc.CARD, 11, MAC, ours.sent::add));
        QemuPc real = QemuPc.withCard("e1000,romfile=,addr=5");
        real.placeCard(5, 0xfebc_0000L);
        compare(real, ours, DeviceScripts::e1000);
    }

    @Test
    void keyboard() throws IOException {
        Machine machine = Machine.create(MachineSpec.builder().build());
        new KeyboardController().plug(machine);
        compare(QemuPc.start(), new SimulatedPc(machine), SmallDeviceScripts::keyboard);
    }

    @Test
    void serial() throws IOException {
        Machine machine = Machine.create(MachineSpec.builder().build());
        PcDevices.serial(machine, 0x3f8, 4, value -> {});
        compare(QemuPc.start("-serial", "null"), new SimulatedPc(machine), SmallDeviceScripts::serial);
    }

    @Test
    void clock() throws IOException {
        Machine machine = Machine.create(MachineSpec.builder().build());
        PcDevices.rtc(machine, LocalDateTime.of(2026, 1, 1, 0, 0));
        compare(QemuPc.start("-rtc", "base=2026-01-01T00:00:00"), new SimulatedPc(machine), SmallDeviceScripts::clock);
    }
}
