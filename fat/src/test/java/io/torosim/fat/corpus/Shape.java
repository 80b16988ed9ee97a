package io.torosim.fat.corpus;

import io.torosim.fat.support.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One image of the corpus: who formats it, its size in bytes, the partition it lies in, and the formatter's options.
 *
 * @param name shown in the report
 * @param program mkfs.fat or mformat
 * @param volumeBytes size of the volume
 * @param layout "" for none, "primary:06" or "logical:0e"
 * @param options of the formatter
 */
record Shape(String name, String program, long volumeBytes, String layout, List<String> options) {

    static List<Shape> all() {
        var shapes = new ArrayList<Shape>();
        for (int sector : new int[] {512, 1024, 2048, 4096}) {
            for (int perCluster = 1; perCluster <= 128; perCluster *= 2) {
                if ((long) sector * perCluster <= 65536) {
                    shapes.add(mkfs((long) sector * perCluster * 4400, "-S", "" + sector, "-s", "" + perCluster));
                }
            }
        }
        for (int fats = 1; fats <= 3; fats++) {
            for (int reserved : new int[] {1, 2, 33}) {
                shapes.add(mkfs(16 << 20, "-s", "4", "-f", "" + fats, "-R", "" + reserved));
            }
        }
        shapes.add(mkfs(70 << 20, "-s", "4", "-R", "65000"));
        for (int root : new int[] {16, 112, 240, 512, 1024, 16384}) {
            shapes.add(mkfs(20 << 20, "-s", "4", "-r", "" + root));
        }
        shapes.add(mkfs(512L * (1 + 2 * 17 + 32 + 4150), "-a", "-s", "1")); // about the fewest clusters
        shapes.add(mkfs(512L * (1 + 2 * 256 + 32 + 65500L), "-a", "-s", "1")); // about the most clusters
        shapes.add(mkfs(512L * 65535, "-s", "8", "-a")); // largest 16-bit total
        shapes.add(mkfs(512L * 65536, "-s", "8", "-a")); // smallest 32-bit total
        shapes.add(mkfs(2047L << 20, "-s", "64"));
        shapes.add(mkfs(16 << 20, "-n", "TOROLABEL", "-i", "cafebabe"));
        shapes.add(mkfs(16 << 20, "-M", "0xf0"));
        shapes.add(mkfs(16 << 20, "-s", "2", "-h", "63"));
        for (String type : new String[] {"04", "06", "0e"}) {
            shapes.add(in("primary:" + type, mkfs(16 << 20, "-s", "2")));
            shapes.add(in("logical:" + type, mkfs(16 << 20, "-s", "2")));
        }
        for (int perCluster : new int[] {1, 2, 4, 8, 16, 32, 64}) {
            shapes.add(mformat(512L * perCluster * 4600, "-c", "" + perCluster));
        }
        shapes.add(mformat(16 << 20, "-c", "2", "-r", "2"));
        shapes.add(mformat(16 << 20, "-c", "2", "-r", "64"));
        shapes.add(mformat(16 << 20, "-c", "2", "-d", "1"));
        shapes.add(mformat(16 << 20, "-c", "2", "-v", "MLABEL", "-N", "12345678"));
        shapes.add(mformat(64 << 20, "-c", "4", "-M", "2048", "-S", "4"));
        return shapes;
    }

    private static Shape mkfs(long bytes, String... options) {
        return new Shape(
                "mkfs.fat " + bytes / 1024 + "K " + String.join(" ", options), "mkfs.fat", bytes, "", List.of(options));
    }

    private static Shape mformat(long bytes, String... options) {
        return new Shape(
                "mformat " + bytes / 1024 + "K " + String.join(" ", options), "mformat", bytes, "", List.of(options));
    }

    private static Shape in(String layout, Shape shape) {
        return new Shape(layout + " " + shape.name, shape.program, shape.volumeBytes, layout, shape.options);
    }

    long offset() {
        return layout.isEmpty() ? 0 : layout.startsWith("primary") ? 63 * 512 : (2048 + 63) * 512;
    }

    /** Makes the empty image. */
    void format(Path image) throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(offset() + volumeBytes);
            if (!layout.isEmpty()) {
                int type = Integer.parseInt(layout.substring(layout.indexOf(':') + 1), 16);
                int sectors = (int) (volumeBytes / 512);
                if (layout.startsWith("primary")) {
                    table(file, 0, new int[][] {{0x83, 1, 20}, {type, 63, sectors}});
                } else {
                    table(file, 0, new int[][] {{0x83, 1, 20}, {0x05, 2048, sectors + 63}});
                    table(file, 2048, new int[][] {{type, 63, sectors}});
                }
            }
        }
        var command = new ArrayList<String>();
        command.add(program);
        if (program.equals("mkfs.fat")) {
            command.addAll(List.of("-F", "16", "--invariant"));
            if (!layout.isEmpty()) {
                command.addAll(List.of("--offset", "" + offset() / 512, "--mbr=no"));
            }
            command.addAll(options);
            command.add(image.toString());
            if (!layout.isEmpty()) {
                command.add("" + volumeBytes / 1024);
            }
        } else {
            long sectors = volumeBytes / (options.contains("-M") ? 2048 : 512);
            command.addAll(List.of("-i", image.toString(), "-T", "" + sectors, "-h", "16", "-s", "63"));
            command.addAll(options);
            command.add("::");
        }
        Tool.ok(command.toArray(String[]::new));
    }

    private static void table(RandomAccessFile file, long sector, int[][] entries) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries.length; i++) {
            bytes.put(0x1be + i * 16 + 4, (byte) entries[i][0]);
            bytes.putInt(0x1be + i * 16 + 8, entries[i][1]);
            bytes.putInt(0x1be + i * 16 + 12, entries[i][2]);
        }
        bytes.putShort(510, (short) 0xaa55);
        file.seek(sector * 512);
        file.write(bytes.array());
    }

    /** Returns how mtools names the image. */
    String mtools(Path image) {
        return layout.isEmpty() ? image.toString() : image + "@@" + offset();
    }

    @Override
    public String toString() {
        return name;
    }
}
