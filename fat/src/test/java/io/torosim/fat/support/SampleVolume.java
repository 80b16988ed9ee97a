package io.torosim.fat.support;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.LittleEndian;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;

/** A small valid volume as bytes, with ways to damage it: 512-byte clusters, so that every file has several. */
public final class SampleVolume {
    public final byte[] bytes;
    public final BootSector boot;

    private SampleVolume(byte[] bytes) throws IOException {
        this.bytes = bytes;
        this.boot = BootSector.parse("sample", bytes, bytes.length);
    }

    /** Makes the volume: A.BIN, B.BIN, EMPTY.TXT, a long name, DIR with C.TXT and SUB/D.TXT, and FRAG.BIN in pieces. */
    public static SampleVolume make() throws IOException {
        var device = new MemoryBlockDevice(4300);
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1).withLabel("SAMPLE", 0x1234));
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("sample"))) {
            var random = new Random(11);
            Path root = fs.getPath("/");
            write(root.resolve("A.BIN"), 2460, random);
            write(root.resolve("B.BIN"), 1536, random);
            write(root.resolve("EMPTY.TXT"), 0, random);
            write(root.resolve("Long name file.text"), 700, random);
            Files.createDirectory(root.resolve("DIR"));
            write(root.resolve("DIR/C.TXT"), 900, random);
            Files.createDirectory(root.resolve("DIR/SUB"));
            write(root.resolve("DIR/SUB/D.TXT"), 33, random);
            for (int i = 0; i < 8; i++) {
                write(root.resolve("GAP" + i), 512, random);
            }
            for (int i = 0; i < 8; i += 2) {
                Files.delete(root.resolve("GAP" + i));
            }
            write(root.resolve("LAST.BIN"), 5000, random);
        }
        return new SampleVolume(device.toByteArray());
    }

    private static void write(Path file, int size, Random random) throws IOException {
        byte[] content = new byte[size];
        random.nextBytes(content);
        Files.write(file, content);
    }

    public SampleVolume copy() throws IOException {
        return new SampleVolume(bytes.clone());
    }

    /** Returns the contents of all files, by path. */
    public TreeMap<String, byte[]> contents() throws IOException {
        var found = new TreeMap<String, byte[]>();
        try (FileSystem fs = FatFileSystemProvider.open(device(), MountOptions.of("sample"));
                var walk = Files.walk(fs.getPath("/"))) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (Files.isRegularFile(path)) {
                    found.put(path.toString(), Files.readAllBytes(path));
                }
            }
        }
        return found;
    }

    public MemoryBlockDevice device() {
        return MemoryBlockDevice.of(bytes);
    }

    /** Sets a FAT entry in both copies. */
    public SampleVolume fat(int cluster, int value) {
        for (int copy = 0; copy < 2; copy++) {
            LittleEndian.put16(bytes, fatOffset(copy) + cluster * 2, value);
        }
        return this;
    }

    public int fatOffset(int copy) {
        return (boot.reservedSectors() + copy * boot.fatSectors()) * 512;
    }

    public int fat(int cluster) {
        return LittleEndian.u16(bytes, fatOffset(0) + cluster * 2);
    }

    /** Finds the slot of a short name, 11 characters as on disk, anywhere in root or data. */
    public int slot(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
        int start = (int) boot.rootStartSector() * 512;
        for (int at = start; at < start + 512 * 200; at += 32) {
            boolean same = true;
            for (int i = 0; i < 11; i++) {
                same &= bytes[at + i] == wanted[i];
            }
            if (same && bytes[at + 11] != 0x0f) {
                return at;
            }
        }
        throw new AssertionError("no slot " + name);
    }

    public int first(String name) {
        return LittleEndian.u16(bytes, slot(name) + 0x1a);
    }

    public SampleVolume first(String name, int cluster) {
        LittleEndian.put16(bytes, slot(name) + 0x1a, cluster);
        return this;
    }

    public SampleVolume size(String name, long size) {
        LittleEndian.put32(bytes, slot(name) + 0x1c, size);
        return this;
    }

    public SampleVolume put8(int offset, int value) {
        bytes[offset] = (byte) value;
        return this;
    }

    public SampleVolume put16(int offset, int value) {
        LittleEndian.put16(bytes, offset, value);
        return this;
    }

    public SampleVolume put32(int offset, long value) {
        LittleEndian.put32(bytes, offset, value);
        return this;
    }
}
