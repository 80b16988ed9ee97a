package io.torosim.system.fat.kit;

import de.waldheinz.fs.BlockDevice;
import de.waldheinz.fs.FsDirectory;
import de.waldheinz.fs.FsDirectoryEntry;
import de.waldheinz.fs.FsFile;
import de.waldheinz.fs.fat.FatFileSystem;
import de.waldheinz.fs.fat.FatLfnDirectory;
import de.waldheinz.fs.fat.FatLfnDirectoryEntry;
import io.torosim.fat.testkit.Implementation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;

/** de.waldheinz:fat32-lib, through its own calls. */
final class Fat32LibImplementation implements Implementation {
    @Override
    public String name() {
        return "fat32-lib 0.6.5";
    }

    @Override
    public Mounted mount(byte[] disk) throws IOException {
        return new Volume(disk, FatFileSystem.read(new Disk(disk), false));
    }

    /** The bytes as their block device. */
    private record Disk(byte[] bytes) implements BlockDevice {
        @Override
        public long getSize() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            int count = target.remaining();
            target.put(bytes, (int) offset, count);
        }

        @Override
        public void write(long offset, ByteBuffer source) {
            source.get(bytes, (int) offset, source.remaining());
        }

        @Override
        public void flush() {}

        @Override
        public int getSectorSize() {
            return 512;
        }

        @Override
        public void close() {}

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }
    }

    private record Volume(byte[] disk, FatFileSystem fileSystem) implements Mounted {
        private static String last(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        private FsDirectory directory(String path) throws IOException {
            FsDirectory directory = fileSystem.getRoot();
            for (String name : path.substring(1).split("/")) {
                if (!name.isEmpty()) {
                    directory = entry(directory, name, path).getDirectory();
                }
            }
            return directory;
        }

        private static FsDirectoryEntry entry(FsDirectory directory, String name, String path) throws IOException {
            FsDirectoryEntry entry = directory.getEntry(name);
            if (entry == null) {
                throw new NoSuchFileException(path);
            }
            if (!entry.isDirectory()) {
                throw new NotDirectoryException(path);
            }
            return entry;
        }

        private FsDirectory parent(String path) throws IOException {
            return directory("/" + path.substring(0, path.lastIndexOf('/')));
        }

        private FsDirectoryEntry find(String path) throws IOException {
            FsDirectoryEntry entry = parent(path).getEntry(last(path));
            if (entry == null) {
                throw new NoSuchFileException(path);
            }
            return entry;
        }

        @Override
        public void write(String path, byte[] content) throws IOException {
            FsDirectory parent = parent(path);
            FsDirectoryEntry entry = parent.getEntry(last(path));
            FsFile file = (entry == null ? parent.addFile(last(path)) : entry).getFile();
            file.setLength(content.length);
            if (content.length > 0) {
                file.write(0, ByteBuffer.wrap(content));
            }
            file.flush();
        }

        @Override
        public byte[] read(String path) throws IOException {
            FsFile file = find(path).getFile();
            ByteBuffer content = ByteBuffer.allocate((int) file.getLength());
            if (content.hasRemaining()) {
                file.read(0, content);
            }
            return content.array();
        }

        @Override
        public List<String> list(String path) throws IOException {
            var names = new ArrayList<String>();
            for (FsDirectoryEntry entry : directory(path)) {
                if (!entry.getName().equals(".") && !entry.getName().equals("..")) {
                    names.add(entry.getName());
                }
            }
            return names;
        }

        @Override
        public void makeDirectory(String path) throws IOException {
            parent(path).addDirectory(last(path));
        }

        @Override
        public void delete(String path) throws IOException {
            find(path);
            parent(path).remove(last(path));
        }

        @Override
        public void move(String from, String to) throws IOException {
            FsDirectoryEntry entry = find(from);
            if (parent(from) == parent(to)) {
                entry.setName(last(to));
            } else {
                ((FatLfnDirectoryEntry) entry).moveTo((FatLfnDirectory) parent(to), last(to));
            }
        }

        @Override
        public byte[] unmount() throws IOException {
            fileSystem.close();
            return disk;
        }
    }
}
