package io.torosim.bench.cli.fat;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fat vvfat DIR OUT.img}: writes the disk that a host directory makes, sparse. */
@Command(
        name = "vvfat",
        description = "Writes a host directory as the FAT16 disk that QEMU's fat:DIR shows.",
        mixinStandardHelpOptions = true)
public final class VvfatCommand implements Callable<Integer> {
    private static final int CHUNK_SECTORS = 128;

    @Spec
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "DIR", description = "directory of the host")
    private Path directory;

    @Parameters(index = "1", paramLabel = "OUT.img", description = "image to write; must not exist")
    private Path image;

    @Option(names = "--label", paramLabel = "TEXT", description = "volume label, default QEMU VVFAT")
    private String label = HostDirectoryOptions.QEMU_LABEL;

    @Option(names = "--host-order", description = "entries in the order of the host, as QEMU; default: by name")
    private boolean hostOrder;

    @Option(names = "--zone", paramLabel = "ZONE", description = "of the volume's times, default UTC")
    private ZoneId zone = ZoneOffset.UTC;

    /** Makes the command; picocli does it. */
    public VvfatCommand() {}

    @Override
    public Integer call() {
        var order = hostOrder ? HostDirectoryOptions.Order.HOST : HostDirectoryOptions.Order.NAME;
        var options = new HostDirectoryOptions(label, order, zone, false);
        try (BlockDevice disk = HostDirectoryDisk.open(directory, options)) {
            write(disk);
            return ImageArguments.CLEAN;
        } catch (IOException e) {
            command.commandLine().getErr().println("torosim fat: " + FileErrors.text(e));
            return ImageArguments.FAILED;
        }
    }

    /** The image is there whole or not at all. */
    private void write(BlockDevice disk) throws IOException {
        boolean whole = false;
        try (FileChannel out = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                copy(disk, out);
                whole = true;
            } finally {
                if (!whole) {
                    Files.delete(image);
                }
            }
        }
    }

    private static void copy(BlockDevice disk, FileChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK_SECTORS * BlockDevice.SECTOR_BYTES);
        ByteBuffer zeros = ByteBuffer.allocate(buffer.capacity());
        for (long sector = 0; sector < disk.sectorCount(); sector += CHUNK_SECTORS) {
            int sectors = (int) Math.min(CHUNK_SECTORS, disk.sectorCount() - sector);
            disk.read(sector, buffer.clear().limit(sectors * BlockDevice.SECTOR_BYTES));
            buffer.flip();
            boolean last = sector + sectors == disk.sectorCount();
            if (last || buffer.mismatch(zeros.clear().limit(buffer.limit())) >= 0) {
                for (long at = sector * BlockDevice.SECTOR_BYTES; buffer.hasRemaining(); ) {
                    at += out.write(buffer, at);
                }
            }
        }
    }
}
