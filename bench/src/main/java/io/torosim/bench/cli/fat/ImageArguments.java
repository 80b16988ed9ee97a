package io.torosim.bench.cli.fat;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector.ForeignVolume;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.volume.Partitions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The image and where the volume lies in it; shared by the subcommands. */
public final class ImageArguments {
    /** Exit code: done, nothing wrong. */
    static final int CLEAN = 0;
    /** Exit code: something else failed. */
    static final int FAILED = 1;
    /** Exit code: a file of the host cannot be written. */
    static final int UNWRITTEN = 2;
    /** Exit code: not a FAT12 or FAT16 volume. */
    static final int NOT_FAT = 2;
    /** Exit code: the volume is damaged. */
    static final int DAMAGED = 3;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "disk image")
    private Path image;

    @Option(names = "--offset", paramLabel = "BYTES", description = "where the volume begins, a multiple of 512")
    private long offset;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description =
                    "of MBR or GPT, 5 and up for logical ones, 601 and up for boot images of a CD; default: the image itself or"
                            + " the only partition that is FAT12 or FAT16")
    private int partition;

    @Option(names = "--codepage", paramLabel = "NAME", description = "of short names, default cp437")
    private String codePage = "cp437";

    @Option(names = "--zone", paramLabel = "ZONE", description = "of the volume's times, default UTC")
    private ZoneId zone = ZoneOffset.UTC;

    /** Makes the arguments; picocli fills them. */
    public ImageArguments() {}

    /** What a subcommand does with an open image. */
    interface Action<T> {
        int run(T opened) throws IOException;
    }

    /**
     * Reads a path inside the image. Java replaces the bytes of an argument that the locale's character set lacks, and
     * what was meant is lost.
     */
    Path path(FileSystem fileSystem, String text) {
        if (text.indexOf('\ufffd') >= 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "the path has characters that the locale's character set, " + HostNames.charset() + ", lacks: "
                            + text + "; set LC_ALL=C.UTF-8");
        }
        try {
            return fileSystem.getPath(text);
        } catch (InvalidPathException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }

    MountOptions options() {
        try {
            return MountOptions.of(image.toString())
                    .asReadOnly()
                    .withPartition(partition)
                    .withZone(zone)
                    .withCodePage(codePage);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Opens the device, turns errors into messages and exit codes. */
    int withDevice(Action<BlockDevice> action) {
        return withDevice(() -> BlockDevice.file(image, true), action);
    }

    /** Opens the device for writing, locked. */
    int withWritableDevice(Action<BlockDevice> action) {
        return withDevice(() -> FatFileSystemProvider.lockedImage(image), action);
    }

    private interface Opening {
        BlockDevice open() throws IOException;
    }

    private int withDevice(Opening opening, Action<BlockDevice> action) {
        MountOptions checked = options();
        try (BlockDevice device = opening.open()) {
            BlockDevice volume = window(device);
            try {
                return action.run(volume);
            } catch (FatException e) {
                err().println("torosim fat: " + e.getMessage());
                return exitCode(e, volume);
            }
        } catch (IOException e) {
            String text = FileErrors.text(e);
            boolean named = text.startsWith(checked.image());
            err().println("torosim fat: " + (named ? "" : checked.image() + ": ") + text);
            return FAILED;
        } finally {
            out().flush();
        }
    }

    /** Opens the volume as a file system. */
    int withVolume(Action<FileSystem> action) {
        return withDevice(device -> {
            try (FileSystem fileSystem = FatFileSystemProvider.open(device, options())) {
                return action.run(fileSystem);
            }
        });
    }

    private BlockDevice window(BlockDevice device) {
        if (offset < 0 || offset % 512 != 0 || offset / 512 > device.sectorCount()) {
            throw new ParameterException(
                    command.commandLine(), "--offset must be a multiple of 512 inside the image, offset=" + offset);
        }
        return offset == 0 ? device : device.window(offset / 512, device.sectorCount() - offset / 512);
    }

    /** A volume that cannot be mounted is damaged if it calls itself FAT, else it is something else. */
    private int exitCode(FatException e, BlockDevice device) throws IOException {
        if (e.rule().weight() == FatRule.Weight.CALLER) {
            return FAILED;
        }
        if (e.rule().weight() != FatRule.Weight.REFUSE) {
            return DAMAGED;
        }
        boolean other = e.rule() == FatRule.OTHER_FILE_SYSTEM
                || e.rule() == FatRule.PARTITION
                || e.rule() == FatRule.CLUSTER_COUNT
                || device.sectorCount() == 0;
        if (other) {
            return NOT_FAT;
        }
        byte[] first = new byte[512];
        try {
            Partitions.volumeOn(device, options()).read(0, ByteBuffer.wrap(first));
        } catch (FatException none) {
            return NOT_FAT; // neither the image nor a partition calls itself FAT
        }
        return ForeignVolume.claimsFat(first) ? DAMAGED : NOT_FAT;
    }
}
