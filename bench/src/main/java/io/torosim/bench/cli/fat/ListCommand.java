package io.torosim.bench.cli.fat;

import io.torosim.fat.rule.FatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fat ls IMAGE [DIR]}. A damaged directory does not end the listing of the others. */
@Command(name = "ls", description = "Lists a directory.", mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIR", description = "directory or file, default /")
    private String directory = "/";

    @Option(names = "-R", description = "lists sub-directories too")
    private boolean recursive;

    private boolean damaged;
    private boolean failed;
    private boolean unshown;

    /** Makes the command; picocli does it. */
    public ListCommand() {}

    @Override
    public Integer call() {
        return image.withVolume(fs -> list(fs, image.path(fs, directory)));
    }

    private int list(FileSystem fs, Path start) throws IOException {
        var listing = new Listing(image.options().zone());
        if (Files.readAttributes(start, "isDirectory").get("isDirectory") == Boolean.TRUE) {
            walk(start.toAbsolutePath(), start.toAbsolutePath(), listing);
        } else {
            image.out().println(listing.line(start, start.toString()));
        }
        if (unshown) {
            image.err()
                    .println("torosim fat: the locale's character set, " + HostNames.charset()
                            + ", lacks letters of these names; set LC_ALL=C.UTF-8");
        }
        return damaged ? ImageArguments.DAMAGED : failed ? ImageArguments.FAILED : ImageArguments.CLEAN;
    }

    private void walk(Path top, Path path, Listing listing) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = top.relativize(entry).toString();
                unshown |= !HostNames.canShow(name);
                image.out().println(listing.line(entry, name));
                failed |= Unreachable.tellTaken(entry, image.err());
                if (recursive && Files.isDirectory(entry)) {
                    walk(top, entry, listing);
                }
            }
            failed |= Unreachable.tellLeftOut(path, image.err());
        } catch (FatException e) {
            damaged = true;
            image.err().println("torosim fat: " + e.getMessage());
        }
    }
}
