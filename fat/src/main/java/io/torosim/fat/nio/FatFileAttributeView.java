package io.torosim.fat.nio;

import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.volume.FatNode;
import java.io.IOException;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** The {@code basic}, {@code dos} and {@code fat} views of a file: one object, three names. */
public final class FatFileAttributeView implements DosFileAttributeView {
    private final FatEntry entry;
    private final String name;

    FatFileAttributeView(FatEntry entry, String name) {
        this.entry = entry;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public FatFileAttributes readAttributes() throws IOException {
        return entry.attributes();
    }

    /**
     * Sets times; null keeps one. Times before 1980 become 1980-01-01, times after 2107 its last second.
     *
     * @throws IOException if the file does not exist or the device fails
     */
    @Override
    public void setTimes(@Nullable FileTime lastModified, @Nullable FileTime lastAccess, @Nullable FileTime create)
            throws IOException {
        entry.files().checkWritable();
        entry.volume().change(() -> {
            FatNode node = entry.node();
            entry.volume().setTimes(node, packed(create), packed(lastAccess), packed(lastModified));
        });
    }

    private long packed(@Nullable FileTime time) {
        return time == null
                ? -1
                : FatTime.of(time.toInstant(), entry.volume().options().zone());
    }

    @Override
    public void setReadOnly(boolean value) throws IOException {
        set(DirectorySlot.READ_ONLY, value);
    }

    @Override
    public void setHidden(boolean value) throws IOException {
        set(DirectorySlot.HIDDEN, value);
    }

    @Override
    public void setSystem(boolean value) throws IOException {
        set(DirectorySlot.SYSTEM, value);
    }

    @Override
    public void setArchive(boolean value) throws IOException {
        set(DirectorySlot.ARCHIVE, value);
    }

    private void set(int bit, boolean value) throws IOException {
        entry.files().checkWritable();
        entry.volume().change(() -> {
            entry.volume().setAttributes(entry.node(), bit, value);
        });
    }
}
