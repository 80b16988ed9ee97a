package io.torosim.virtio.qtest;

import io.torosim.core.block.MemoryBlockDevice;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.transport.LegacyPciRegisters;
import io.torosim.virtio.transport.LegacyPciTransport;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the same {@link DriverScript} at the simulated disk, which follows the specification to the letter, and at QEMU's,
 * and compares all that the driver saw: features, notifications asked for, interrupts, used buffers with their lengths,
 * status and data, and at the end the disk itself.
 */
public final class DifferentialRun implements AutoCloseable {
    /** Queue size at both. */
    public static final int QUEUE_SIZE = 16;
    /** Sectors of both disks. */
    public static final int SECTORS = 128;

    private static final int BASE = 1 << 20;
    private static final int MEMORY_BYTES = 2 << 20;
    private static final DeviceProfile PROFILE = new DeviceProfile(
            "strict, small queue, without IN_ORDER",
            ~(VirtioFeatures.IN_ORDER | VirtioFeatures.NOTIFICATION_DATA),
            true,
            true,
            true,
            QUEUE_SIZE,
            EnumSet.noneOf(io.torosim.virtio.queue.RingDeviation.class),
            EnumSet.noneOf(io.torosim.virtio.profile.DeviceDeviation.class));

    private static final Pattern INTERRUPTED = Pattern.compile("interrupt status [^0]");

    private static final Pattern LAP = Pattern.compile("lap [0-9]+");

    private final Path image;
    private final QemuMachine qemu;
    private final byte[] content = new byte[SECTORS * 512];

    private DifferentialRun(Path image, QemuMachine qemu) {
        this.image = image;
        this.qemu = qemu;
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 11 + i / 512);
        }
    }

    /** Starts QEMU with a small disk in a temporary file. */
    public static DifferentialRun start() throws IOException {
        Path image = Files.createTempFile("torosim-differential", ".img");
        boolean up = false;
        try {
            Files.write(image, new byte[SECTORS * 512]);
            QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnRaw(image, QUEUE_SIZE));
            up = true;
            return new DifferentialRun(image, qemu);
        } finally {
            if (!up) {
                Files.delete(image);
            }
        }
    }

    /** Returns the 12 modes: legacy and modern split rings and packed ones, with and without indirect tables and EVENT_IDX. */
    public static List<QueueMode> modes() {
        return QueueMode.all(QUEUE_SIZE).stream().filter(m -> !m.inOrder()).toList();
    }

    /**
     * Runs a script at both.
     *
     * @param script its mode is one of {@link #modes}
     * @return all differences, explained ones included
     * @throws IOException if the image file fails
     * @throws QtestException if QEMU fails
     */
    public List<Difference> run(DriverScript script) throws IOException {
        QueueMode mode = script.mode();
        Files.write(image, content);
        MemoryBlockDevice disk = new MemoryBlockDevice(SECTORS);
        disk.write(0, ByteBuffer.wrap(content));
        FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        VirtioDevice device = new VirtioDevice(new BlkDevice(disk, "torosim"), memory, PROFILE, (cause, queue) -> {});
        ScriptTarget.Observation simulated =
                new ScriptTarget(simulatedTransport(device, mode), memory, BASE, mode).run(script);
        VirtioTransport transport =
                mode.legacy() ? qemu.virtio(0).legacy() : qemu.virtio(0).modern();
        ScriptTarget.Observation real = new ScriptTarget(transport, qemu.memory(), BASE, mode).run(script);
        List<Difference> differences = compare(simulated, real, mode.eventIdx());
        ByteBuffer after = ByteBuffer.allocate(content.length);
        disk.read(0, after);
        if (!Arrays.equals(after.array(), Files.readAllBytes(image))) {
            differences.add(new Difference("disk", "its bytes", "others", null));
        }
        return differences;
    }

    private static VirtioTransport simulatedTransport(VirtioDevice device, QueueMode mode) {
        if (mode.legacy()) {
            return new LegacyPciTransport(new LegacyPciRegisters(device, false), device.deviceId(), false);
        }
        ModernPciDevice pci = new ModernPciDevice(device);
        return new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
    }

    private static List<Difference> compare(
            ScriptTarget.Observation simulated, ScriptTarget.Observation real, boolean eventIdx) {
        List<Difference> differences = new ArrayList<>();
        int steps = Math.max(simulated.steps().size(), real.steps().size());
        boolean interrupted = false;
        String lap = "";
        for (int i = 0; i < steps; i++) {
            String s = i < simulated.steps().size() ? simulated.steps().get(i) : "nothing";
            String r = i < real.steps().size() ? real.steps().get(i) : "nothing";
            Matcher lapNow = LAP.matcher(r);
            if (lapNow.find() && !lapNow.group().equals(lap)) {
                lap = lapNow.group();
                interrupted = false; // QEMU forgets what it signalled when a packed ring wraps
            }
            if (!s.equals(r)) {
                List<QemuDeviation> explanations = QemuDeviation.ofStep(s, r, eventIdx && !interrupted);
                if (explanations.isEmpty()) {
                    differences.add(new Difference("step", s, r, null));
                }
                explanations.forEach(e -> differences.add(new Difference("step", s, r, e)));
            }
            interrupted = !r.contains(" RESET: ")
                    && (interrupted || INTERRUPTED.matcher(r).find());
        }
        TreeSet<Long> all = new TreeSet<>(simulated.buffers().keySet());
        all.addAll(real.buffers().keySet());
        for (Long sequence : all) {
            BufferOutcome s = simulated.buffers().get(sequence);
            BufferOutcome r = real.buffers().get(sequence);
            String where = "request " + sequence;
            if (s == null || !s.equals(r)) {
                differences.add(
                        new Difference(where, String.valueOf(s), String.valueOf(r), QemuDeviation.ofBuffer(s, r)));
            }
            if (s != null && r != null && s.writeFlagRight() != r.writeFlagRight()) {
                QemuDeviation explanation = s.writeFlagRight() ? QemuDeviation.PACKED_WRITE_FLAG_MISSING : null;
                differences.add(new Difference(where, "WRITE as it should be", "WRITE missing", explanation));
            }
        }
        return differences;
    }

    /** Returns the machine. */
    public QemuMachine machine() {
        return qemu;
    }

    @Override
    public void close() throws IOException {
        qemu.close();
        Files.deleteIfExists(image);
    }
}
