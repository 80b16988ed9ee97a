package io.torosim.bench.cli.qemu;

import io.torosim.bench.cli.qemu.DirectoryComparison.Entry;
import io.torosim.fat.MountOptions;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.qtest.QemuMachine;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** {@code qemu blk DIR}: a host directory through QEMU's virtual FAT disk, its virtio-blk, our driver and our FAT code. */
@Command(
        name = "blk",
        description = {
            "Lists the files of DIR as read through QEMU's virtual FAT disk and its virtio-blk.",
            "Compares each with the original by SHA-256."
        },
        mixinStandardHelpOptions = true)
public final class BlkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "DIR", description = "a directory of at most about 500 MB")
    private Path directory;

    @Option(names = "--packed", description = "a packed ring rather than a split one")
    private boolean packed;

    @Option(names = "--legacy", description = "the legacy interface rather than the modern one")
    private boolean legacy;

    @Option(names = "--json", description = "print JSON instead of the list")
    private boolean json;

    /** Makes the command; picocli does it. */
    public BlkCommand() {}

    @Override
    public Integer call() throws Exception {
        if (!Files.isDirectory(directory)) {
            return QemuCalls.wrong(command, directory + ": must be a directory");
        }
        if (packed && legacy) {
            return QemuCalls.wrong(command, "--packed does not go with --legacy: packed rings came with virtio 1.1");
        }
        return QemuCalls.guarded(command, this::compare);
    }

    private int compare() throws IOException {
        List<Entry> entries;
        long features =
                VirtioFeatures.EVENT_IDX | VirtioFeatures.INDIRECT_DESC | (packed ? VirtioFeatures.RING_PACKED : 0);
        try (QemuMachine qemu = QemuMachine.start(QemuMachine.blkOnDirectory(directory))) {
            BlkDriver disk = new BlkDriver(
                    legacy ? qemu.virtio(0).legacy() : qemu.virtio(0).modern(),
                    qemu.memory(),
                    qemu.dma(),
                    features,
                    DeviceWait.NONE);
            try (FileSystem fat =
                    FatFileSystemProvider.open(disk, MountOptions.of("qemu").asReadOnly())) {
                entries = DirectoryComparison.of(directory, fat.getPath("/"));
            }
        }
        boolean same = entries.stream().allMatch(e -> e.verdict().equals(Entry.SAME));
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(asJson(entries, same));
        } else {
            for (Entry e : entries) {
                out.printf(Locale.ROOT, "%-9s %12d  %s  %s%n", e.verdict(), e.bytes(), e.sha256(), e.path());
            }
            long bytes = entries.stream().mapToLong(Entry::bytes).sum();
            out.printf(
                    Locale.ROOT,
                    "%d files, %d bytes: %s%n",
                    entries.size(),
                    bytes,
                    same ? "all the same" : "some differ");
        }
        out.flush();
        return same ? QemuCalls.OK : QemuCalls.DIFFERENT;
    }

    private static String asJson(List<Entry> entries, boolean same) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("same", same);
        root.put(
                "files",
                entries.stream()
                        .map(e -> {
                            Map<String, Object> map = new LinkedHashMap<>();
                            map.put("path", e.path());
                            map.put("bytes", e.bytes());
                            map.put("sha256", e.sha256());
                            map.put("verdict", e.verdict());
                            return map;
                        })
                        .toList());
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }
}
