package io.torosim.fat.testkit;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;

/**
 * An implementation of FAT under test. Paths are as {@code /DIR/Name}. What an implementation refuses it refuses with an
 * {@link IOException}; what it has no call for, with {@link UnsupportedOperationException}.
 */
public interface Implementation {
    /**
     * Returns its name and version.
     *
     * @return for example {@code fat32-lib 0.6.5}
     */
    String name();

    /**
     * Returns the code page that it takes short names in.
     *
     * @return IBM437 unless it says otherwise
     */
    default Charset codePage() {
        return Charset.forName("IBM437");
    }

    /**
     * Mounts a volume.
     *
     * @param disk the volume's bytes, which the implementation may keep
     * @return the mounted volume
     * @throws IOException if it refuses the volume
     */
    Mounted mount(byte[] disk) throws IOException;

    /** A mounted volume. */
    interface Mounted {
        /**
         * Makes a file, or replaces the content of one.
         *
         * @param path its path
         * @param content its bytes
         * @throws IOException if it is refused
         */
        void write(String path, byte[] content) throws IOException;

        /**
         * Reads a file.
         *
         * @param path its path
         * @return its bytes
         * @throws IOException if it is refused
         */
        byte[] read(String path) throws IOException;

        /**
         * Lists a directory.
         *
         * @param path its path
         * @return names in any order, without dot entries and label
         * @throws IOException if it is refused
         */
        List<String> list(String path) throws IOException;

        /**
         * Makes a directory.
         *
         * @param path its path
         * @throws IOException if it is refused
         */
        void makeDirectory(String path) throws IOException;

        /**
         * Deletes a file or an empty directory.
         *
         * @param path its path
         * @throws IOException if it is refused
         */
        void delete(String path) throws IOException;

        /**
         * Moves or renames a file or directory; the target does not exist.
         *
         * @param from its path
         * @param to its new path
         * @throws IOException if it is refused
         */
        void move(String from, String to) throws IOException;

        /**
         * Writes everything and ends the mount.
         *
         * @return the volume's bytes
         * @throws IOException if that fails
         */
        byte[] unmount() throws IOException;
    }
}
