package io.torosim.virtio.qtest;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.process.RunPlace;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.qtest.Conformance.Difference;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the same {@link Script} at a simulated device of {@link DeviceProfile#QEMU_7_2_PACKED} and at QEMU's, and compares all
 * that the driver saw: features, sizes, the configuration space, notifications asked for, interrupts, used buffers with
 * their lengths, status and data, and at the end the disk itself. There is no list of known differences.
 */
final class DifferentialRun implements AutoCloseable {
    private static final int MEMORY_BYTES = 16 << 20;
    private static final int DISK_BYTES = BlkScript.SECTORS * BlockDevice.SECTOR_BYTES;
    private static final int MOST_SHOWN = 3;
    private static final List<ConsoleDevice.Port> PORTS = List.of(
            new ConsoleDevice.Port(null, true, true, bytes -> {}),
            new ConsoleDevice.Port("org.torosim.b", false, false, bytes -> {}));

    private final RunPlace place = RunPlace.create();
    private final Path image = place.directory().resolve("disk.img");
    private final Path readOnlyImage = place.directory().resolve("read-only.img");
    private final Map<Way, QemuMachine> machines = new EnumMap<>(Way.class);
    private final Map<Way, QemuWire> wires = new EnumMap<>(Way.class);
    private final byte[] content = new byte[DISK_BYTES];

    private DifferentialRun() throws IOException {
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 11 + i / 512);
        }
        Files.write(image, content);
        Files.write(readOnlyImage, content);
    }

    /** Starts; each QEMU is started when it is first needed. */
    static DifferentialRun start() throws IOException {
        return new DifferentialRun();
    }

    private QemuMachine machine(Way way) throws IOException {
        Way bus = way.pci() ? Way.MODERN_PCI : way;
        QemuMachine machine = machines.get(bus);
        if (machine == null) {
            machine = QemuMachine.start(arguments(way));
            machines.put(bus, machine);
        }
        return machine;
    }

    private List<String> arguments(Way way) throws IOException {
        List<String> arguments = new ArrayList<>(way.pci() ? List.of() : QemuMachine.microvm(way.legacy()));
        String suffix = way.pci() ? "-pci" : "-device";
        String options = ",packed=on" + (way.pci() ? ",disable-legacy=off,disable-modern=off,ioeventfd=off" : "");
        String card = ",netdev=wire,mac=52:54:00:12:34:56" + (way.pci() ? ",romfile=" : "");
        arguments.addAll(List.of("-drive", "if=none,id=disk,cache=unsafe," + drive(image)));
        arguments.addAll(List.of("-device", "virtio-blk" + suffix + ",drive=disk,serial=torosim" + options));
        arguments.addAll(List.of("-drive", "if=none,id=cd,read-only=on," + drive(readOnlyImage)));
        arguments.addAll(List.of("-device", "virtio-blk" + suffix + ",drive=cd,serial=torosim" + options));
        arguments.addAll(List.of("-object", "rng-random,id=zeros,filename=/dev/zero"));
        arguments.addAll(List.of("-device", "virtio-rng" + suffix + ",rng=zeros" + options));
        arguments.addAll(List.of("-netdev", wire(way).netdev() + ",id=wire"));
        arguments.addAll(List.of("-device", "virtio-net" + suffix + card + options));
        arguments.addAll(List.of("-device", "virtio-serial" + suffix + ",id=bus" + options));
        arguments.addAll(List.of("-chardev", "null,id=a", "-chardev", "null,id=b"));
        arguments.addAll(List.of("-device", "virtconsole,bus=bus.0,chardev=a"));
        arguments.addAll(List.of("-device", "virtserialport,bus=bus.0,chardev=b,name=org.torosim.b"));
        return arguments;
    }

    private QemuWire wire(Way way) throws IOException {
        Way bus = way.pci() ? Way.MODERN_PCI : way;
        QemuWire wire = wires.get(bus);
        if (wire == null) {
            wire = QemuWire.open();
            wires.put(bus, wire);
        }
        return wire;
    }

    /** Unlocked, since several QEMUs have it; only one at a time uses it. */
    private static String drive(Path file) {
        return "format=raw,file.driver=file,file.locking=off,file.filename=" + file;
    }

    /**
     * Runs a script at both.
     *
     * @return the first differences
     * @throws IOException if a file fails
     * @throws QtestException if QEMU fails
     */
    List<Difference> run(Scenario scenario) throws IOException {
        boolean disk = scenario.device() == Scenario.Device.BLK;
        MemoryBlockDevice sectors = new MemoryBlockDevice(BlkScript.SECTORS);
        sectors.write(0, ByteBuffer.wrap(content));
        if (disk) {
            Files.write(image, content);
        }
        List<String> simulated = simulate(scenario, DeviceProfile.QEMU_7_2_PACKED, sectors);
        QemuMachine machine = machine(scenario.way());
        List<String> real =
                script(scenario, real(machine, scenario), machine.memory(), wire(scenario.way()), () -> machine.memory()
                        .load8(0));
        List<Difference> differences = compare(scenario, simulated, real);
        if (disk) {
            ByteBuffer after = ByteBuffer.allocate(content.length);
            sectors.read(0, after);
            if (!Arrays.equals(after.array(), Files.readAllBytes(image))) {
                differences.add(new Difference(scenario + ", disk", "its bytes", "others"));
            }
        }
        return differences;
    }

    /** Runs a script at a simulated device that behaves so; returns what its driver saw. */
    static List<String> simulate(Scenario scenario, DeviceProfile profile, BlockDevice sectors) {
        FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        SimulatedWire wire = new SimulatedWire();
        DeviceModel model =
                switch (scenario.device()) {
                    case BLK -> new BlkDevice(sectors, "torosim");
                    case BLK_READ_ONLY -> new BlkDevice(new ReadOnlyDisk(sectors), "torosim");
                    case ENTROPY -> new RngDevice(() -> 0);
                    case NET -> wire.card();
                    case CONSOLE -> ConsoleDevice.multiport(80, 25, 31, PORTS);
                };
        VirtioDevice device = new VirtioDevice(model, memory, profile, (cause, queue) -> {});
        return script(scenario, simulated(device, scenario.way()), memory, wire, () -> {});
    }

    private static List<String> script(
            Scenario scenario, VirtioTransport transport, GuestMemory memory, Wire wire, Runnable look) {
        Way way = scenario.way();
        Script script =
                switch (scenario.device()) {
                    case BLK, BLK_READ_ONLY -> new BlkScript(transport, memory, way, scenario.seed(), look);
                    case ENTROPY -> new EntropyScript(transport, memory, way, scenario.seed(), look);
                    case CONSOLE -> new ConsoleScript(transport, memory, way, scenario.seed(), look);
                    case NET -> new NetScript(transport, memory, way, scenario.seed(), wire, look);
                };
        return script.run(scenario.steps());
    }

    private static VirtioTransport simulated(VirtioDevice device, Way way) {
        ModernPciDevice pci = new ModernPciDevice(device);
        return switch (way) {
            case LEGACY_PCI -> Transports.legacyPci(
                    Transports.legacyPciRegisters(device, false), device.deviceId(), false);
            case MODERN_PCI -> new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
            case LEGACY_MMIO -> Transports.legacyMmio(Transports.legacyMmioRegisters(device));
            case MMIO -> Transports.mmio(Transports.mmioRegisters(device));
        };
    }

    private static VirtioTransport real(QemuMachine machine, Scenario scenario) {
        int index = scenario.device().ordinal();
        return switch (scenario.way()) {
            case LEGACY_PCI -> machine.virtio(index).legacy();
            case MODERN_PCI -> machine.virtio(index).modern();
            case LEGACY_MMIO -> Transports.legacyMmio(machine.mmio(index));
            case MMIO -> Transports.mmio(machine.mmio(index));
        };
    }

    private static List<Difference> compare(Scenario scenario, List<String> simulated, List<String> real) {
        List<Difference> differences = new ArrayList<>();
        int lines = Math.max(simulated.size(), real.size());
        for (int i = 0; i < lines && differences.size() < MOST_SHOWN; i++) {
            String s = i < simulated.size() ? simulated.get(i) : "nothing";
            String r = i < real.size() ? real.get(i) : "nothing";
            if (!s.equals(r)) {
                differences.add(new Difference(scenario.toString(), s, r));
            }
        }
        return differences;
    }

    @Override
    public void close() throws IOException {
        machines.values().forEach(QemuMachine::close);
        for (QemuWire wire : wires.values()) {
            wire.close();
        }
        place.close();
    }
}
