package io.torosim.fat.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.nio.FatFileSystemProvider;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.support.SampleVolume;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged images: the error names the rule and the place, everything else can still be read, byte for byte. */
class DamagedImagesTest {
    static List<Damage> damages() {
        return Damage.all();
    }

    @Test
    void corpus_hasAtLeast107Damages() {
        assertThat(damages()).hasSizeGreaterThanOrEqualTo(107);
    }

    @Test
    void sample_isClean() throws IOException {
        CheckReport report = VolumeCheck.check(SampleVolume.make().device(), MountOptions.of("sample"));
        assertThat(report.findings()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("damages")
    void damage_hasItsOutcome(Damage damage) throws IOException {
        SampleVolume volume = SampleVolume.make();
        TreeMap<String, byte[]> intact = volume.contents();
        damage.change().accept(volume);
        if (damage.refused() != null) {
            assertThatThrownBy(() -> FatFileSystemProvider.open(volume.device(), MountOptions.of("broken.img")))
                    .isInstanceOfSatisfying(FatException.class, e -> {
                        assertThat(e.rule()).isEqualTo(damage.refused());
                        assertThat(e.getMessage())
                                .contains("broken.img", damage.refused().name());
                    });
            return;
        }
        try (FileSystem fs = FatFileSystemProvider.open(volume.device(), MountOptions.of("broken.img"))) {
            var failed = new TreeMap<String, FatException>();
            var seen = new TreeMap<String, byte[]>();
            read(fs.getPath("/"), seen, failed);
            if (damage.path() == null) {
                assertThat(failed).isEmpty();
            } else {
                assertThat(failed.keySet()).containsExactly(damage.path());
                assertThat(failed.get(damage.path()).rule()).isEqualTo(damage.rule());
                assertThat(failed.get(damage.path()).getMessage())
                        .contains("broken.img", damage.path(), damage.rule().name());
                intact.keySet().removeIf(name -> name.startsWith(damage.path()));
            }
            assertThat(seen.keySet()).containsExactlyElementsOf(intact.keySet());
            seen.forEach((name, bytes) ->
                    assertThat(Arrays.equals(bytes, intact.get(name))).as(name).isTrue());
        }
        CheckReport report = VolumeCheck.check(volume.device(), MountOptions.of("broken.img"));
        if (damage.found() == null) {
            assertThat(report.isClean()).as(report.toString()).isTrue();
        } else {
            assertThat(report.findings()).extracting(Finding::rule).contains(damage.found());
        }
    }

    private static void read(Path directory, TreeMap<String, byte[]> seen, TreeMap<String, FatException> failed)
            throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                try {
                    if (Files.isDirectory(path)) {
                        read(path, seen, failed);
                    } else {
                        seen.put(path.toString(), Files.readAllBytes(path));
                    }
                } catch (FatException e) {
                    failed.put(path.toString(), e);
                }
            }
        } catch (FatException e) {
            failed.put(directory.toString(), e);
        }
    }

    @Test
    void truncatedImage_failsOnlyWhatIsMissing() throws IOException {
        SampleVolume volume = SampleVolume.make();
        TreeMap<String, byte[]> intact = volume.contents();
        int cut = (int) volume.boot.clusterOffset(volume.first("LAST    BIN") + 4) / 512 * 512;
        var device = io.torosim.core.block.BlockDevice.MemoryBlockDevice.of(Arrays.copyOf(volume.bytes, cut));
        try (FileSystem fs = FatFileSystemProvider.open(device, MountOptions.of("cut.img"))) {
            assertThat(fs.isReadOnly()).isTrue();
            var failed = new TreeMap<String, FatException>();
            var seen = new TreeMap<String, byte[]>();
            read(fs.getPath("/"), seen, failed);
            assertThat(failed.keySet()).contains("/LAST.BIN");
            failed.values().forEach(e -> assertThat(e.rule().name()).isEqualTo("DATA_OUTSIDE_DEVICE"));
            assertThat(seen).containsKeys("/A.BIN", "/DIR/C.TXT");
            seen.forEach((name, bytes) -> assertThat(bytes).isEqualTo(intact.get(name)));
        }
    }

    @Test
    void badLongName_fallsBackToTheShortName() throws IOException {
        SampleVolume volume = SampleVolume.make();
        int slot = volume.slot("LONGNA~1TEX");
        volume.put8(slot - 32 + 13, 0x55); // checksum of the slot next to the short entry
        try (FileSystem fs = FatFileSystemProvider.open(volume.device(), MountOptions.of("broken.img"))) {
            assertThat(Files.size(fs.getPath("/LONGNA~1.TEX"))).isEqualTo(700);
            assertThat(Files.exists(fs.getPath("/Long name file.text"))).isFalse();
        }
    }
}
