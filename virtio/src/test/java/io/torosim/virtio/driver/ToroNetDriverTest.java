package io.torosim.virtio.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.device.CountedAccesses.Kind;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.nic.ToroNetDriver;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Toro's driver of 2018 against our card: what it did, and what each repair changes. */
class ToroNetDriverTest {
    private static final RegisterSpace NOTHING = new RegisterSpace() {
        @Override
        public long read(int offset, int width) {
            return 0;
        }

        @Override
        public void write(int offset, int width, long value) {}
    };

    // careless: which rules of the handshake Toro's driver breaks is in HandshakeCheckerTest
    private final List<byte[]> wire = new ArrayList<>();
    private final List<byte[]> stack = new ArrayList<>();
    private final NetDevice card = new NetDevice(new byte[] {2, 0, 0, 0, 0, 1}, wire::add);

    private ToroNetDriver driver(Rig rig, Set<ToroVirtioQuirk> quirks) {
        RegisterSpace pic = rig.accesses.of(NOTHING, Kind.PORT_IO);
        return new ToroNetDriver(rig.legacyBar, pic, rig.memory(), rig.dma(), quirks, stack::add);
    }

    @Test
    void framesGoBothWays_withAndWithoutQuirks() {
        for (Set<ToroVirtioQuirk> quirks :
                List.of(EnumSet.allOf(ToroVirtioQuirk.class), EnumSet.noneOf(ToroVirtioQuirk.class))) {
            wire.clear();
            stack.clear();
            Rig rig = new Rig(card, DeviceProfile.STRICT).careless();
            ToroNetDriver driver = driver(rig, quirks);
            assertThat(driver.mac()).containsExactly(2, 0, 0, 0, 0, 1);
            for (int i = 0; i < 600; i++) {
                byte[] frame = {(byte) i, (byte) (i >> 8), 3};
                assertThat(driver.send(frame)).isTrue();
                assertThat(card.receive(frame)).isTrue();
                driver.interrupt();
                assertThat(stack.get(i)).isEqualTo(frame);
                assertThat(wire.get(i)).isEqualTo(frame);
            }
            assertThat(driver.overruns()).isZero();
            assertThat(rig.device.brokenBy()).isNull();
            card.reset();
        }
    }

    /** More frames each way than there are indices, in bursts of which one lies across the wrap. */
    @Test
    void framesGoBothWays_pastTheWrapOfTheIndices() {
        for (Set<ToroVirtioQuirk> quirks :
                List.of(EnumSet.allOf(ToroVirtioQuirk.class), EnumSet.noneOf(ToroVirtioQuirk.class))) {
            FlatMemory memory = new FlatMemory(1 << 21);
            int[] wrong = {0};
            int[] counts = {0, 0};
            NetDevice busy = new NetDevice(
                    new byte[] {2, 0, 0, 0, 0, 1}, frame -> wrong[0] += frame[0] == (byte) counts[0]++ ? 0 : 1);
            VirtioDevice device = new VirtioDevice(busy, memory, DeviceProfile.LEGACY_ONLY, (cause, queue) -> {});
            ToroNetDriver driver = new ToroNetDriver(
                    Transports.legacyPciRegisters(device, false),
                    NOTHING,
                    memory,
                    new DmaAllocator(4096, memory.sizeBytes() - 4096),
                    quirks,
                    frame -> wrong[0] += frame[0] == (byte) counts[1]++ ? 0 : 1);
            int to = 0;
            while (to < 66_000) {
                for (int i = 0; i < 7; i++, to++) {
                    byte[] frame = {(byte) to, 2, 3};
                    assertThat(driver.send(frame)).isTrue();
                    assertThat(busy.receive(frame)).isTrue();
                }
                driver.interrupt();
                assertThat(counts).containsExactly(to, to);
            }
            assertThat(wrong[0]).isZero();
            assertThat(driver.overruns()).isZero();
            assertThat(device.brokenBy()).isNull();
        }
    }

    @Test
    void packet129_overwritesTheFirst_unlessFreenessIsChecked() {
        Rig rig = new Rig(card, DeviceProfile.KVM_IOEVENTFD).careless();
        ToroNetDriver toro = driver(rig, EnumSet.allOf(ToroVirtioQuirk.class));
        for (int i = 0; i < 128; i++) {
            toro.send(new byte[] {(byte) i, 1, 1});
        }
        assertThat(toro.overruns()).isZero();
        toro.send(new byte[] {(byte) 128, 1, 1});
        assertThat(toro.overruns()).isEqualTo(1);
        rig.device.serviceKicks();
        assertThat(wire.get(0)[0])
                .as("the first packet has the bytes of the 129th")
                .isEqualTo((byte) 128);

        wire.clear();
        Rig second = new Rig(card, DeviceProfile.KVM_IOEVENTFD).careless();
        ToroNetDriver repaired = driver(second, EnumSet.noneOf(ToroVirtioQuirk.class));
        for (int i = 0; i < 128; i++) {
            assertThat(repaired.send(new byte[] {(byte) i, 1, 1})).isTrue();
        }
        assertThat(repaired.send(new byte[] {(byte) 128, 1, 1})).isFalse();
        assertThat(repaired.refused()).isEqualTo(1);
        second.device.serviceKicks();
        assertThat(wire.get(0)[0]).isEqualTo((byte) 0);
        second.device.serviceKicks();
        repaired.interrupt();
        assertThat(repaired.send(new byte[] {(byte) 128, 1, 1})).isTrue();
    }

    @Test
    void oversizedPacket_vanishes_orIsRefusedAloud() {
        ToroNetDriver toro =
                driver(new Rig(card, DeviceProfile.STRICT).careless(), EnumSet.allOf(ToroVirtioQuirk.class));
        assertThat(toro.send(new byte[1793])).isFalse();
        assertThat(toro.oversized()).isEqualTo(1);
        assertThat(toro.send(new byte[1792])).isTrue();
        ToroNetDriver repaired =
                driver(new Rig(card, DeviceProfile.STRICT).careless(), EnumSet.noneOf(ToroVirtioQuirk.class));
        assertThatThrownBy(() -> repaired.send(new byte[1793])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneAckPacket_costsFourExits() {
        Rig rig = new Rig(card, DeviceProfile.STRICT).careless();
        ToroNetDriver toro = driver(rig, EnumSet.allOf(ToroVirtioQuirk.class));
        long before = rig.accesses.all();
        toro.send(new byte[54]);
        toro.interrupt();
        assertThat(rig.accesses.all() - before).isEqualTo(4); // notify, ISR, two ends of interrupt
    }

    @Test
    void initialisation_makesTheAccessesOfTheSource() {
        Rig rig = new Rig(card, DeviceProfile.STRICT).careless();
        driver(rig, EnumSet.allOf(ToroVirtioQuirk.class));
        // 4 status + feature read and write + status read-back + 32 queue probes + 2 frames + DRIVER_OK + 6 MAC, ...
        assertThat(rig.accesses.count(Kind.PORT_IO)).isEqualTo(3 + 1 + 1 + 2 + 32 + 2 + 1 + 6);
        // ... and a notification for each queue and for each of 256 receive buffers that the device does not suppress
        assertThat(rig.accesses.count(Kind.KICK)).isBetween(2L, 258L);
    }
}
