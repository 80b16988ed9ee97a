package io.torosim.bench.cli.fat;

import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One line of a listing: attributes, size, time of the last write, short name, name. */
final class Listing {
    private final DateTimeFormatter time;

    Listing(ZoneId zone) {
        this.time =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    String line(Path path, String shown) throws IOException {
        FatFileAttributes attributes = Files.readAttributes(path, FatFileAttributes.class);
        String bits = (attributes.isDirectory() ? "d" : "-")
                + (attributes.isReadOnly() ? "r" : "-")
                + (attributes.isHidden() ? "h" : "-")
                + (attributes.isSystem() ? "s" : "-")
                + (attributes.isArchive() ? "a" : "-");
        return String.format(
                Locale.ROOT,
                "%s %10d %s %-12s %s",
                bits,
                attributes.size(),
                time.format(attributes.lastModifiedTime().toInstant()),
                attributes.shortName(),
                shown);
    }
}
