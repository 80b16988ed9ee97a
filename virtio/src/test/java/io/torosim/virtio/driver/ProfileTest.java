package io.torosim.virtio.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.nic.ToroNetDriver;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.ProfileMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** One driver test against every profile. */
class ProfileTest {
    private static Rig.Way way(DeviceProfile profile) {
        return profile.modernInterface() ? Rig.Way.MODERN_PCI : Rig.Way.LEGACY_PCI;
    }

    @Test
    void blkDriver_dependsOnNoProfile() {
        ProfileMatrix matrix = ProfileMatrix.run(DeviceProfile.all(), profile -> {
            Rig rig = new Rig(new BlkDevice(new RamDisk(64, false), "same"), profile);
            try (BlkDriver driver = new BlkDriver(
                    rig.transport(way(profile)), rig.memory(), rig.dma(), -1L, rig.device::serviceKicks)) {
                ByteBuffer data = ByteBuffer.allocate(64 * 512);
                driver.read(0, data);
                driver.write(5, ByteBuffer.wrap(new byte[1024]));
                driver.flush();
                return driver.id() + " " + Arrays.hashCode(data.array()) + " " + driver.sectorCount();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(matrix.independent()).as(matrix.report()).isTrue();
        assertThat(matrix.report()).startsWith("same on all profiles");
    }

    @Test
    void driverThatReadsNumBuffers_isSaidToDependOnQemu() {
        ProfileMatrix matrix = ProfileMatrix.run(
                DeviceProfile.all().stream()
                        .filter(DeviceProfile::modernInterface)
                        .toList(),
                profile -> {
                    NetDevice card = new NetDevice(new byte[6], f -> {});
                    Rig rig = new Rig(card, profile);
                    rig.memory().fill(0x100000, 0x100000, 0x77);
                    DmaAllocator dma = new DmaAllocator(0x100000, 0x80000);
                    new NetDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), dma, 0, 1526);
                    card.receive(new byte[60]);
                    // the buffers lie behind the two rings; look for the frame's header
                    for (long at = 0x100000; at < 0x180000; at += 8) {
                        if (rig.memory().load64(at) == 0
                                && rig.memory().load16(at + 8) == 0
                                && rig.memory().load32(at + 12) == 0
                                && rig.memory().load16(at + 10) != 0) {
                            return "num_buffers " + (rig.memory().load16(at + 10) == 1 ? "1" : "garbage");
                        }
                    }
                    return "no frame";
                });
        assertThat(matrix.independent()).isFalse();
        assertThat(matrix.outcomes().get(DeviceProfile.QEMU_7_2)).isEqualTo("num_buffers garbage");
        assertThat(matrix.outcomes().get(DeviceProfile.STRICT)).isEqualTo("num_buffers 1");
        assertThat(matrix.report()).contains("[qemu-7.2, qemu-7.2-packed]: num_buffers garbage");
    }

    @Test
    void toroDriver_worksOnlyWhereTheLegacyInterfaceIs() {
        ProfileMatrix matrix = ProfileMatrix.run(DeviceProfile.all(), profile -> {
            int[] frames = {0};
            NetDevice card = new NetDevice(new byte[6], f -> frames[0]++);
            Rig rig = new Rig(card, profile).careless();
            ToroNetDriver driver = new ToroNetDriver(
                    rig.legacyBar,
                    rig.mmio, // any space: the ends of interrupt go nowhere here
                    rig.memory(),
                    rig.dma(),
                    EnumSet.allOf(ToroVirtioQuirk.class),
                    f -> frames[0]++);
            driver.send(new byte[60]);
            rig.device.serviceKicks();
            card.receive(new byte[60]);
            driver.interrupt();
            return frames[0] + " frames";
        });
        assertThat(matrix.outcomes().get(DeviceProfile.MINIMAL)).startsWith("failed: F10");
        assertThat(matrix.outcomes().values().stream().filter("2 frames"::equals))
                .hasSize(5);
    }

    @Test
    void profiles_offerWhatTheyAreNamedFor() {
        for (DeviceProfile profile : DeviceProfile.all()) {
            Rig rig = new Rig(new BlkDevice(new RamDisk(1, false), ""), profile);
            long offered = rig.device.offeredFeatures();
            assertThat(VirtioFeatures.has(offered, VirtioFeatures.VERSION_1)).isEqualTo(profile.modernInterface());
            if (profile == DeviceProfile.MINIMAL) {
                assertThat(offered).isEqualTo(VirtioFeatures.VERSION_1);
            }
            if (!profile.modernInterface()) {
                assertThat(offered >>> 32).isZero();
            }
        }
    }
}
