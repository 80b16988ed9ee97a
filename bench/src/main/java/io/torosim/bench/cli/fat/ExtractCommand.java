package io.torosim.bench.cli.fat;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.core.file.WholeFile;
import io.torosim.fat.rule.FatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code fat extract IMAGE DIR}: copies the tree to the host and keeps the times. A file that is damaged, or whose name the host
 * refuses, does not end it.
 */
@Command(name = "extract", description = "Copies files to the host, keeping times.", mixinStandardHelpOptions = true)
public final class ExtractCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIR", description = "target on the host, default .")
    private Path target = Path.of(".");

    @Option(names = "--from", paramLabel = "PATH", description = "directory in the image, default /")
    private String from = "/";

    private boolean damaged;
    private boolean failed;
    private boolean unwritten;

    /** Makes the command; picocli does it. */
    public ExtractCommand() {}

    @Override
    public Integer call() {
        return image.withVolume(this::extract);
    }

    private int extract(FileSystem fs) throws IOException {
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            image.err().println("torosim fat: " + FileErrors.text(e));
            return ImageArguments.UNWRITTEN;
        }
        copy(image.path(fs, from), target.toRealPath());
        if (damaged) {
            return ImageArguments.DAMAGED;
        }
        return unwritten ? ImageArguments.UNWRITTEN : failed ? ImageArguments.FAILED : ImageArguments.CLEAN;
    }

    private void copy(Path directory, Path to) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                failed |= Unreachable.tellTaken(entry, image.err());
                Path host = hostPath(entry, to);
                if (host != null) {
                    copyEntry(entry, host);
                }
            }
            failed |= Unreachable.tellLeftOut(directory, image.err());
        } catch (FatException e) {
            report(e);
        }
    }

    /** Returns where an entry goes, under an escaped name if the host cannot have its own; null if it cannot go there. */
    private @Nullable Path hostPath(Path entry, Path to) {
        String name = entry.getFileName().toString();
        String escaped = HostNames.escaped(name);
        try {
            if (HostNames.isTooLong(escaped)) {
                fail(entry, "left out: its name has more than 255 bytes on the host");
                return null;
            }
            Path host = to.resolve(escaped);
            if (!to.equals(host.getParent()) || Files.isSymbolicLink(host)) {
                fail(entry, "left out: its name leaves the directory, or a link has it");
                return null;
            }
            if (!escaped.equals(name)) {
                if (Files.exists(host, LinkOption.NOFOLLOW_LINKS)) {
                    fail(entry, "left out: " + escaped + " exists already");
                    return null;
                }
                fail(
                        entry,
                        "written as " + escaped + ": the host's character set, " + HostNames.charset()
                                + ", lacks characters of its name");
            }
            return host;
        } catch (InvalidPathException e) {
            fail(entry, "left out: " + e.getReason());
            return null;
        }
    }

    private void copyEntry(Path entry, Path host) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                Files.createDirectories(host);
                copy(entry, host);
            } else {
                copyFile(entry, host);
            }
            Files.getFileAttributeView(host, BasicFileAttributeView.class)
                    .setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), attributes.creationTime());
        } catch (FatException e) {
            report(e);
        } catch (IOException e) {
            failed = true;
            unwritten |= e instanceof FileSystemException f
                    && !(f instanceof FileAlreadyExistsException)
                    && host.toString().equals(f.getFile());
            image.err().println("torosim fat: " + FileErrors.text(e));
        }
    }

    /** The file is there whole or not at all; one that was there before stays. */
    private static void copyFile(Path entry, Path host) throws IOException {
        if (Files.exists(host, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(host.toString());
        }
        try (WholeFile whole = WholeFile.begin(host).removeAtExit()) {
            Files.copy(entry, whole.stream());
            whole.keep();
        }
    }

    private void fail(Path entry, String why) {
        failed = true;
        image.err().println("torosim fat: " + entry + ": " + why);
    }

    private void report(FatException e) {
        damaged = true;
        image.err().println("torosim fat: " + e.getMessage());
    }
}
