package io.torosim.fat.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.volume.FatNode;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An entry that was deleted between its look-up and its use is refused by every call, though its clusters live on. */
class StaleHandleTest {
    private final MemoryBlockDevice device = new MemoryBlockDevice(4300);
    private FatVolume volume;
    private FatNode root;

    private interface Call {
        void on(FatNode stale) throws IOException;
    }

    @BeforeEach
    void mount() throws IOException {
        FatFormatter.format(device, FormatOptions.defaults().withSectors(512, 1));
        volume = FatVolume.mount(device, MountOptions.of("stale"));
        root = volume.root();
    }

    private FatNode file(String name, int letter, int size) throws IOException {
        FatNode file = volume.createFile(root, name, 0);
        volume.open(file);
        volume.write(file, 0, ByteBuffer.wrap(bytes(letter, size)));
        volume.release(file);
        return file;
    }

    private static byte[] bytes(int letter, int size) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) letter);
        return bytes;
    }

    private Map<String, Call> calls() {
        var calls = new LinkedHashMap<String, Call>();
        calls.put("open", volume::open);
        calls.put("read", file -> volume.read(file, 0, ByteBuffer.allocate(10)));
        calls.put("write", file -> volume.write(file, 0, ByteBuffer.wrap(bytes('!', 600))));
        calls.put("append", file -> volume.write(file, -1, ByteBuffer.wrap(bytes('!', 600))));
        calls.put("truncate", file -> volume.truncate(file, 1));
        calls.put("force", volume::force);
        calls.put("size", volume::size);
        calls.put("attributes", volume::attributes);
        calls.put("clusters", volume::clusters);
        calls.put("setTimes", file -> volume.setTimes(file, 0, 0, 0));
        calls.put("setAttributes", file -> volume.setAttributes(file, DirectorySlot.HIDDEN, true));
        calls.put("move", file -> volume.move(file, root, "moved", true));
        calls.put("delete", volume::delete);
        return calls;
    }

    @Test
    void everyCall_refusesADeletedFile() throws IOException {
        for (Map.Entry<String, Call> call : calls().entrySet()) {
            FatNode stale = file("X.BIN", 'x', 1500);
            volume.delete(stale);
            FatNode other = file("Y.BIN", 'y', 1500);
            assertThatThrownBy(() -> call.getValue().on(stale))
                    .as(call.getKey())
                    .isInstanceOf(NoSuchFileException.class);
            ByteBuffer read = ByteBuffer.allocate(2000);
            assertThat(volume.read(other, 0, read)).as(call.getKey()).isEqualTo(1500);
            assertThat(java.util.Arrays.copyOf(read.array(), 1500))
                    .as(call.getKey())
                    .containsOnly((byte) 'y');
            volume.delete(other);
        }
        volume.close();
        assertThat(VolumeCheck.check(device, MountOptions.of("stale")).findings())
                .isEmpty();
    }

    @Test
    void everyCall_refusesADeletedDirectory() throws IOException {
        FatNode stale = volume.createDirectory(root, "gone");
        FatNode file = file("kept", 'k', 10);
        volume.delete(stale);
        FatNode other = volume.createDirectory(root, "other"); // in the same slot and cluster
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("list", volume::list);
        calls.put("lookup", directory -> volume.lookup(directory, "a"));
        calls.put("createFile", directory -> volume.createFile(directory, "a", 0));
        calls.put("createDirectory", directory -> volume.createDirectory(directory, "a"));
        calls.put("replaceByDirectory", directory -> volume.replaceByDirectory(directory, "a"));
        calls.put("move below", directory -> volume.move(file, directory, "a", true));
        calls.put("move", directory -> volume.move(directory, root, "moved", true));
        calls.put("delete", volume::delete);
        for (Map.Entry<String, Call> call : calls.entrySet()) {
            assertThatThrownBy(() -> call.getValue().on(stale))
                    .as(call.getKey())
                    .isInstanceOf(NoSuchFileException.class);
        }
        assertThat(volume.list(other)).isEmpty();
        volume.close();
        assertThat(VolumeCheck.check(device, MountOptions.of("stale")).findings())
                .isEmpty();
    }

    @Test
    void openFile_outlivesItsName_andFreesItsClustersOnce() throws IOException {
        FatNode file = file("X.BIN", 'x', 1500);
        int free = volume.freeClusters();
        volume.open(file);
        volume.open(file);
        volume.delete(file);
        FatNode other = file("Y.BIN", 'y', 1500);
        ByteBuffer read = ByteBuffer.allocate(1500);
        assertThat(volume.read(file, 0, read)).isEqualTo(1500);
        assertThat(read.array()).containsOnly((byte) 'x');
        assertThatThrownBy(() -> volume.open(file)).isInstanceOf(NoSuchFileException.class);
        volume.release(file);
        assertThat(volume.freeClusters()).isEqualTo(free - 3);
        volume.release(file);
        assertThat(volume.freeClusters()).isEqualTo(free);
        volume.delete(other);
        volume.close();
        assertThat(VolumeCheck.check(device, MountOptions.of("stale")).findings())
                .isEmpty();
    }

    @Test
    void handleOfAnotherVolume_isTheCallersMistake() throws IOException {
        var second = new MemoryBlockDevice(4300);
        FatFormatter.format(second, FormatOptions.defaults().withSectors(512, 1));
        try (FatVolume other = FatVolume.mount(second, MountOptions.of("other"))) {
            FatNode foreign = other.createFile(other.root(), "f", 0);
            assertThatThrownBy(() -> volume.open(foreign)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
