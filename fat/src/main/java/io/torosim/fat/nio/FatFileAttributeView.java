package io.torosim.fat.nio;

import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume.FatAttributes;
import java.io.IOException;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The {@code basic}, {@code dos} and {@code fat} views of a file: one object, three names.
 *
 * <p>{@link FatFileSystemProvider} hands it out for a {@link FatPath}; it reads and changes the {@link FatNode} behind, whose attribute byte is that of
 * a {@link DirectorySlot} and whose times are {@link FatTime}s.
 */
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

    /**
     * Attributes of a file on a FAT volume: basic, DOS, and what only FAT has. Creation time is kept to 10 ms, write time to
     * 2 s, access time to the day, all in the file system's zone.
     */
    public static final class FatFileAttributes implements DosFileAttributes {
        private final FatAttributes entry;
        private final ZoneId zone;

        FatFileAttributes(FatAttributes entry, ZoneId zone) {
            this.entry = entry;
            this.zone = zone;
        }

        /**
         * Returns the 8.3 name.
         *
         * @return for example {@code LONGNA~1.TXT}; empty for the root
         */
        public String shortName() {
            return entry.shortName();
        }

        /**
         * Returns the long name of an entry that is shown by its short name, because an earlier entry of the directory has the
         * same name but for case, as another system's idea of case beyond ASCII may leave it.
         *
         * @return the name that is taken, or null
         */
        public @Nullable String takenName() {
            return entry.takenName();
        }

        /**
         * Returns the first cluster.
         *
         * @return 0 for an empty file and the root, else 2 and up
         */
        public int firstCluster() {
            return entry.firstCluster();
        }

        /**
         * Returns the creation time as it is stored.
         *
         * @return a packed {@link FatTime}
         */
        public long rawCreationTime() {
            return entry.created();
        }

        /**
         * Returns the write time as it is stored.
         *
         * @return a packed {@link FatTime}
         */
        public long rawLastModifiedTime() {
            return entry.written();
        }

        private FileTime time(long packed) {
            return FileTime.from(FatTime.toInstant(packed, zone));
        }

        @Override
        public FileTime lastModifiedTime() {
            return time(entry.written());
        }

        /** Returns the day of the last access; the day of the last write if no access is noted. */
        @Override
        public FileTime lastAccessTime() {
            return time(FatTime.date(entry.accessed()) == 0 ? FatTime.day(entry.written()) : entry.accessed());
        }

        /** Returns the creation time; the time of the last write if none is noted. */
        @Override
        public FileTime creationTime() {
            return time(FatTime.date(entry.created()) == 0 ? entry.written() : entry.created());
        }

        @Override
        public boolean isRegularFile() {
            return !entry.isDirectory();
        }

        @Override
        public boolean isDirectory() {
            return entry.isDirectory();
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return entry.size();
        }

        /** Returns the place of the directory slot: empty files share cluster 0, so the cluster is no key. */
        @Override
        public Object fileKey() {
            return entry.place();
        }

        @Override
        public boolean isReadOnly() {
            return entry.has(DirectorySlot.READ_ONLY);
        }

        @Override
        public boolean isHidden() {
            return entry.has(DirectorySlot.HIDDEN);
        }

        @Override
        public boolean isArchive() {
            return entry.has(DirectorySlot.ARCHIVE);
        }

        @Override
        public boolean isSystem() {
            return entry.has(DirectorySlot.SYSTEM);
        }
    }
}
