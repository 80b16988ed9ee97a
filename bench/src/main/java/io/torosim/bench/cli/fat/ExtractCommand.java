package io.torosim.bench.cli.fat;

import io.torosim.fat.layout.FatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fat extract IMAGE DIR}: copies the tree to the host and keeps the times. A damaged file does not end it. */
@Command(name = "extract", description = "Copies files to the host, keeping times.", mixinStandardHelpOptions = true)
public final class ExtractCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIR", description = "target on the host, default .")
    private Path target = Path.of(".");

    @Option(names = "--from", paramLabel = "PATH", description = "directory in the image, default /")
    private String from = "/";

    private boolean damaged;

    /** Makes the command; picocli does it. */
    public ExtractCommand() {}

    @Override
    public Integer call() {
        return image.withVolume(this::extract);
    }

    private int extract(FileSystem fs) throws IOException {
        Files.createDirectories(target);
        copy(fs.getPath(from), target.toRealPath());
        return damaged ? ImageArguments.DAMAGED : ImageArguments.CLEAN;
    }

    private void copy(Path directory, Path to) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path host = to.resolve(entry.getFileName().toString());
                if (!to.equals(host.getParent()) || Files.isSymbolicLink(host)) {
                    throw new FileSystemException(entry.toString(), host.toString(), "name leaves its directory");
                }
                copyEntry(entry, host);
            }
        } catch (FatException e) {
            report(e);
        }
    }

    private void copyEntry(Path entry, Path host) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                Files.createDirectories(host);
                copy(entry, host);
            } else {
                Files.copy(entry, host);
            }
            Files.getFileAttributeView(host, BasicFileAttributeView.class)
                    .setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), attributes.creationTime());
        } catch (FatException e) {
            report(e);
        }
    }

    private void report(FatException e) {
        damaged = true;
        image.err().println("torosim fat: " + e.getMessage());
    }
}
