package io.torosim.bench.cli.fat;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.core.block.BlockDevice;
import io.torosim.core.file.WholeFile;
import io.torosim.fat.host.HostDirectoryDisk;
import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
            return write(disk);
        } catch (IOException e) {
            return failed(e, ImageArguments.FAILED);
        }
    }

    /** The image is there whole or not at all. */
    private int write(BlockDevice disk) throws IOException {
        if (Files.exists(image, LinkOption.NOFOLLOW_LINKS)) {
            return failed(new FileAlreadyExistsException(image.toString()), ImageArguments.UNWRITTEN);
        }
        try (WholeFile out = WholeFile.begin(image).removeAtExit()) {
            copy(disk, out);
            out.keep();
            return ImageArguments.CLEAN;
        } catch (FileSystemException e) {
            boolean written = image.toString().equals(e.getFile());
            return failed(e, written ? ImageArguments.UNWRITTEN : ImageArguments.FAILED);
        }
    }

    private int failed(IOException e, int status) {
        command.commandLine().getErr().println("torosim fat: " + FileErrors.text(e));
        return status;
    }

    private static void copy(BlockDevice disk, WholeFile out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK_SECTORS * BlockDevice.SECTOR_BYTES);
        ByteBuffer zeros = ByteBuffer.allocate(buffer.capacity());
        for (long sector = 0; sector < disk.sectorCount(); sector += CHUNK_SECTORS) {
            int sectors = (int) Math.min(CHUNK_SECTORS, disk.sectorCount() - sector);
            disk.read(sector, buffer.clear().limit(sectors * BlockDevice.SECTOR_BYTES));
            buffer.flip();
            boolean last = sector + sectors == disk.sectorCount();
            if (last || buffer.mismatch(zeros.clear().limit(buffer.limit())) >= 0) {
                out.stream().write(buffer.array(), 0, buffer.limit());
            } else {
                out.hole(buffer.limit());
            }
        }
    }
}
