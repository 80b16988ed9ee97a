package io.torosim.experiment.real.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.boot.BootTimes.DebugLine;
import io.torosim.experiment.real.boot.BootTimes.FirmwarePhase;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTimesTest {
    private static final List<DebugLine> PC = List.of(
            new DebugLine(36, "SeaBIOS (version 1.16.2-debian-1.16.2-1)"),
            new DebugLine(50, "=== PCI bus & bridge init ==="),
            new DebugLine(55, "Found 1 cpu(s) max supported 1 cpu(s)"),
            new DebugLine(59, "Scan for VGA option rom"),
            new DebugLine(75, "SeaBIOS (version 1.16.2-debian-1.16.2-1)"),
            new DebugLine(79, "All threads complete."),
            new DebugLine(84, "Space available for UMB: ce000-e8000, f5500-f58f0"),
            new DebugLine(90.7, "probe"));

    @Test
    void debugLines_areCutIntoPhases() {
        BootTimes times = BootTimes.of(35, PC, FirmwarePhase.seabios(), 0);
        assertThat(times.firstFirmwareLine()).isEqualTo(36);
        assertThat(times.firstGuestLine()).isEqualTo(90.7);
        assertThat(times.phases())
                .containsExactly(
                        java.util.Map.entry("POST", 14.0),
                        java.util.Map.entry("PCI", 5.0),
                        java.util.Map.entry("tables", 4.0),
                        java.util.Map.entry("VGA ROM", 16.0),
                        java.util.Map.entry("devices", 4.0),
                        java.util.Map.entry("option ROMs", 5.0),
                        java.util.Map.entry("load", 90.7 - 84));
    }

    @Test
    void aPhaseThatDoesNotTakePlace_isLeftOut() {
        List<DebugLine> lines = new ArrayList<>(PC);
        lines.remove(5);
        assertThat(BootTimes.of(35, lines, FirmwarePhase.seabios(), 0).phases())
                .doesNotContainKey("devices")
                .containsEntry("option ROMs", 9.0);
    }

    @Test
    void aSilentFirmware_hasNoLineAndNoPhases() {
        BootTimes times = BootTimes.of(25, List.of(new DebugLine(26, "probe")), FirmwarePhase.seabios(), 0);
        assertThat(times.firstFirmwareLine()).isNaN();
        assertThat(times.phases()).isEmpty();
    }

    /** Every shipped way names parameters that exist; where the firmware speaks it has as many as SeaBIOS has phases. */
    @Test
    void shippedWays_arePredictedByTheProfile() {
        for (BootWay way : BootWay.shipped()) {
            assertThat(way.predictedTotal(HostProfile.qemu72Tcg()))
                    .as(way.name())
                    .isBetween(20.0, 130.0);
            if (way.firmware().size() > 1) {
                assertThat(way.firmware()).hasSameSizeAs(FirmwarePhase.seabios());
            }
        }
        assertThat(BootWay.shipped()).extracting(BootWay::name).contains("pc, multiboot", "microvm, qboot, PVH");
    }

    @Test
    void ownWays_areReadAndRefusedByLine(@TempDir Path folder) throws Exception {
        String heading = "name\tentry\targuments\tstart\tfirmware\tuntestable\n";
        Path file = folder.resolve("mine.tsv");
        Files.writeString(file, "# mine\n" + heading + "mine\tpvh\t-machine pc\tboot.qemu_start_default\t-\t-\n");
        assertThat(BootWay.read(file)).singleElement().satisfies(w -> {
            assertThat(w.arguments()).containsExactly("-machine", "pc");
            assertThat(w.untestable()).isEmpty();
        });
        Files.writeString(file, heading + "mine\tpvh\n");
        assertThatThrownBy(() -> BootWay.read(file))
                .isInstanceOf(RealMachineException.class)
                .hasMessage(file + ":2: a line must have 6 columns, columns=2");
        Files.writeString(file, heading + "mine\tbios\t-\ta\t-\t-\n");
        assertThatThrownBy(() -> BootWay.read(file))
                .hasMessage(file + ": mine: entry must be multiboot or pvh, entry=bios");
    }

    @Test
    void aTableOfPaths_isOneLineWhereItIsWrong(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("paths.tsv");
        String heading = "name\tentry\targuments\tstart\tfirmware\tuntestable\n";
        assertThatThrownBy(() -> BootWay.read(file)).hasMessage(file + ": no such file");
        assertThatThrownBy(() -> BootWay.read(folder)).hasMessage(folder + ": is a directory, not a table");
        Files.writeString(file, "");
        assertThatThrownBy(() -> BootWay.read(file))
                .hasMessage(file + ": has no row under the heading name entry arguments start firmware untestable");
        Files.writeString(file, heading + "mine\tpvh\t-machine pc\tboot.qemu_begin\t-\t-\n");
        assertThatThrownBy(() -> BootWay.read(file))
                .hasMessage(file + ": mine: no such cost that is a time, cost=boot.qemu_begin");
        Files.writeString(file, heading + "mine\tpvh\t-machine pc\tboot.qboot\tboot.kernel_bytes\t-\n");
        assertThatThrownBy(() -> BootWay.read(file))
                .hasMessage(file + ": mine: no such cost that is a time, cost=boot.kernel_bytes");
    }
}
