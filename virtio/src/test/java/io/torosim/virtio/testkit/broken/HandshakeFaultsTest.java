package io.torosim.virtio.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.RamDisk;
import io.torosim.virtio.device.Rig;
import io.torosim.virtio.device.Rig.Way;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.nic.ToroNetDriver;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.HandshakeChecker;
import io.torosim.virtio.testkit.Violation;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drivers that break one rule of the handshake each, and drivers that break none, before the handshake checker. */
class HandshakeFaultsTest {
    static DeviceModel model(int deviceId) {
        return switch (deviceId) {
            case 1 -> new NetDevice(new byte[] {2, 0, 0, 0, 0, 1}, frame -> {});
            case 2 -> new BlkDevice(new RamDisk(100, false), "disk");
            case 3 -> new ConsoleDevice(80, 25, bytes -> {});
            default -> new RngDevice(() -> 5);
        };
    }

    static List<Violation> run(Way way, int deviceId, HandshakeFault fault, long seed) {
        Rig rig = new Rig(model(deviceId), DeviceProfile.STRICT, RawDriver.MEMORY_BYTES).careless();
        RegisterSpace space =
                switch (way) {
                    case LEGACY_PCI -> rig.legacyBar;
                    case MODERN_PCI -> rig.modernBar;
                    case LEGACY_MMIO -> rig.legacyMmio;
                    case MMIO -> rig.mmio;
                };
        new RawDriver(way, space, rig.memory(), deviceId, fault, new Random(seed)).run();
        HandshakeChecker checker = rig.checkers.get(way);
        checker.end();
        return checker.violations();
    }

    private static Set<Rule> rules(List<Violation> violations) {
        Set<Rule> rules = new TreeSet<>();
        violations.forEach(violation -> rules.add(violation.rule()));
        return rules;
    }

    @ParameterizedTest
    @EnumSource(HandshakeFault.class)
    void everyFault_isNamed_andNothingElse(HandshakeFault fault) {
        int tried = 0;
        for (Way way : fault.ways) {
            for (int deviceId = 1; deviceId <= 4; deviceId++) {
                for (int seed = 0; seed < 20 && fault.fits(way, deviceId); seed++) {
                    assertThat(rules(run(way, deviceId, fault, seed)))
                            .as("%s on %s, device %d, seed %d", fault, way, deviceId, seed)
                            .containsExactly(fault.rule);
                    tried++;
                }
            }
        }
        assertThat(tried).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void driverWithoutFault_isClean(Way way) {
        for (int deviceId = 1; deviceId <= 4; deviceId++) {
            for (int seed = 0; seed < 100; seed++) {
                assertThat(run(way, deviceId, null, seed))
                        .as("%s, device %d, seed %d", way, deviceId, seed)
                        .isEmpty();
            }
        }
    }

    /** Our drivers on every transport, profile and ring; where a device is not there for them they give up cleanly too. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void ourDrivers_areClean_onEveryProfile(Way way) throws Exception {
        List<Long> rings = new ArrayList<>(Rig.ringFeatureSets());
        rings.add(-1L);
        rings.add(VirtioFeatures.NOTIFICATION_DATA);
        rings.add(VirtioFeatures.NOTIFICATION_DATA | VirtioFeatures.RING_PACKED);
        boolean legacy = way == Way.LEGACY_PCI || way == Way.LEGACY_MMIO;
        for (DeviceProfile profile : DeviceProfile.all()) {
            if (legacy ? !profile.legacyInterface() : !profile.modernInterface()) {
                continue;
            }
            for (long ring : rings) {
                for (int deviceId = 1; deviceId <= 4; deviceId++) {
                    Rig rig = new Rig(model(deviceId), profile); // fails at the first violation
                    switch (deviceId) {
                        case 1 -> {
                            NetDriver net = new NetDriver(rig.transport(way), rig.memory(), rig.dma(), ring, 1526);
                            assertThat(net.mac()).hasSize(6);
                            assertThat(net.send(new byte[60])).isTrue();
                        }
                        case 2 -> {
                            try (BlkDriver blk = new BlkDriver(
                                    rig.transport(way), rig.memory(), rig.dma(), ring, rig.device::serviceKicks)) {
                                for (int i = 0; i < 70; i++) { // round the ring
                                    blk.write(i, java.nio.ByteBuffer.allocate(512));
                                }
                                blk.flush();
                            }
                        }
                        case 3 -> new ConsoleDriver(rig.transport(way), rig.memory(), rig.dma(), ring)
                                .write(new byte[100]);
                        default -> new RngDriver(
                                        rig.transport(way), rig.memory(), rig.dma(), ring, rig.device::serviceKicks)
                                .random(9);
                    }
                    rig.checkers.get(way).end();
                    assertThat(rig.checkers.get(way).violations()).isEmpty();
                }
            }
        }
    }

    @Test
    void toroOf2018_isNamed_withAllItBreaks_andItsRepairsBreakNoMore() {
        for (boolean repaired : new boolean[] {false, true}) {
            Rig rig = new Rig(model(1), DeviceProfile.STRICT).careless();
            Set<ToroVirtioQuirk> quirks =
                    repaired ? EnumSet.noneOf(ToroVirtioQuirk.class) : EnumSet.allOf(ToroVirtioQuirk.class);
            new ToroNetDriver(rig.legacyBar, rig.mmio, rig.memory(), rig.dma(), quirks, frame -> {});
            HandshakeChecker checker = rig.checkers.get(Way.LEGACY_PCI);
            checker.end();
            Set<Rule> broken = new TreeSet<>(List.of(Rule.F6, Rule.F18, Rule.L5));
            assertThat(rules(checker.violations())).isEqualTo(broken);
        }
    }

    @Test
    void violation_namesRuleRegisterValueAndExpectation() {
        Rig rig = new Rig(model(4), DeviceProfile.STRICT);
        for (int offset = 0; offset < 12; offset += 4) {
            rig.mmio.read(offset, 4);
        }
        assertThatThrownBy(() -> rig.mmio.write(0x50, 4, 0)).isInstanceOf(AssertionError.class);
        Violation violation = rig.checkers.get(Way.MMIO).violations().get(0);
        assertThat(violation.side()).isEqualTo(Side.DRIVER);
        assertThat(violation)
                .hasToString(
                        "DRIVER at access 4: F4 (3.1.1): QueueNotify (0x50) = 0 (0x0): no notification before DRIVER_OK");
    }

    /** A device below the checker that offers and keeps what it is told. */
    private static final class Stub implements RegisterSpace {
        private final int deviceId;
        private final long offered;
        private final int statusMask;
        private int status;
        private long bank;
        int generation;

        Stub(int deviceId, long offered, int statusMask) {
            this.deviceId = deviceId;
            this.offered = offered;
            this.statusMask = statusMask;
        }

        @Override
        public long read(int offset, int width) {
            return switch (offset) {
                case 0 -> 0x74726976;
                case 4 -> 2;
                case 8 -> deviceId;
                case 0x10 -> offered >>> 32 * bank & 0xffff_ffffL;
                case 0x34 -> 256;
                case 0x70 -> status & statusMask;
                case 0xfc -> generation++ / 3;
                default -> 0;
            };
        }

        @Override
        public void write(int offset, int width, long value) {
            if (offset == 0x14) {
                bank = value;
            } else if (offset == 0x70) {
                status = (int) value;
            }
        }
    }

    @Test
    void refusal_mustBeFollowedByFailedOrReset() {
        int all = VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK;
        for (int then : new int[] {all | VirtioStatus.DRIVER_OK, -1, VirtioStatus.FAILED | 3, 0}) {
            HandshakeChecker checker =
                    HandshakeChecker.mmio(new Stub(4, VirtioFeatures.VERSION_1, ~VirtioStatus.FEATURES_OK));
            RegisterSpace registers = checker.registers();
            VirtioTransport transport = Transports.mmio(registers);
            VirtioHandshake.reset(transport);
            transport.status(1);
            transport.status(3);
            transport.driverFeatures(transport.deviceFeatures());
            transport.status(all);
            assertThat(transport.status()).isEqualTo(3);
            if (then >= 0) {
                transport.status(then);
            }
            checker.end();
            boolean right = then == 0 || then == (VirtioStatus.FAILED | 3);
            assertThat(rules(checker.violations())).isEqualTo(right ? Set.of() : Set.of(Rule.F10));
        }
    }

    @Test
    void networkFeatures_needTheirPrerequisites() {
        long version1 = VirtioFeatures.VERSION_1;
        long[][] sets = { // accepted, 1 where complete
            {1 << 11, 0},
            {1 << 11 | 1, 1},
            {1 << 13 | 1, 0},
            {1 << 13 | 1 << 12 | 1, 1},
            {1 << 9 | 1 << 8 | 2, 1},
            {1 << 9 | 2, 0},
            {1 << 22, 0},
            {1 << 22 | 1 << 17, 1},
            {1L << 56, 0},
            {1L << 61 | 1 << 12 | 1, 1},
            {1L << 60, 0}
        };
        for (long[] set : sets) {
            HandshakeChecker checker = HandshakeChecker.mmio(new Stub(1, -1L, -1));
            VirtioTransport transport = Transports.mmio(checker.registers());
            VirtioHandshake.reset(transport);
            transport.status(3);
            transport.deviceFeatures();
            transport.driverFeatures(set[0] | version1);
            transport.status(11);
            assertThat(rules(checker.violations()))
                    .as("0x%x", set[0])
                    .isEqualTo(set[1] == 1 ? Set.of() : Set.of(Rule.NET12));
        }
    }

    @Test
    void unknownBits_mayBeOffered_andMayNotBeAccepted() {
        for (int bit = 0; bit < 64; bit++) {
            HandshakeChecker checker = HandshakeChecker.mmio(new Stub(4, -1L, -1));
            VirtioTransport transport = Transports.mmio(checker.registers());
            VirtioHandshake.reset(transport);
            transport.status(3);
            transport.deviceFeatures();
            transport.driverFeatures(1L << bit | VirtioFeatures.VERSION_1);
            transport.status(11);
            boolean known = List.of(28, 29, 32, 33, 34, 35, 36, 38, 39, 40).contains(bit);
            assertThat(rules(checker.violations())).as("bit %d", bit).isEqualTo(known ? Set.of() : Set.of(Rule.F12));
        }
    }

    @Test
    void fieldThatChanges_isReadAgain() {
        Stub stub = new Stub(2, -1L, -1);
        HandshakeChecker checker = HandshakeChecker.mmio(stub);
        VirtioTransport transport = Transports.mmio(checker.registers());
        for (int i = 0; i < 20; i++) {
            transport.configRead64(0); // meets a change of the generation in every third read of it
        }
        checker.end();
        assertThat(checker.violations()).isEmpty();
        stub.generation = 1;
        transport.configGeneration();
        transport.configRead(0, 4);
        transport.configRead(4, 4);
        transport.configGeneration(); // the same
        transport.configRead(0, 4);
        transport.configRead(4, 4);
        stub.generation = 6;
        transport.configGeneration(); // another one
        transport.configRead(0, 4); // and only half of it again
        transport.configGeneration();
        checker.end();
        assertThat(rules(checker.violations())).containsExactly(Rule.F18);
        assertThat(checker.violations().get(0).error().detail()).contains("generation has changed");
    }

    @Test
    void barWithoutStructures_isRefused() {
        HandshakeChecker checker = HandshakeChecker.mmio(new Stub(4, 0, -1));
        assertThatThrownBy(() -> checker.bar(4)).isInstanceOf(IllegalArgumentException.class);
    }
}
