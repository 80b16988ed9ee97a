package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import org.junit.jupiter.api.Test;

/** Layouts, and the arithmetic of event suppression against counting by hand. */
class RingArithmeticTest {
    @Test
    void legacyLayout_hasTheComputedAddresses() {
        QueueLayout q256 = QueueLayout.legacy(0x10000, 256);
        assertThat(q256.driverAddr()).isEqualTo(0x10000 + 4096);
        assertThat(q256.deviceAddr()).isEqualTo(0x10000 + 8192);
        assertThat(QueueLayout.legacyBytes(256)).isEqualTo(12288);
        QueueLayout q8 = QueueLayout.legacy(0x10000, 8);
        assertThat(q8.driverAddr()).isEqualTo(0x10000 + 128);
        assertThat(q8.deviceAddr()).isEqualTo(0x10000 + 4096);
        assertThat(QueueLayout.legacyBytes(8)).isEqualTo(8192);
        assertThat(q8.check(1 << 20)).isNull();
    }

    @Test
    void areas_haveTheSizesOfTheSpecification() {
        for (int q = 1; q <= 32768; q *= 2) {
            QueueLayout split = QueueLayout.split(0x1000, q);
            assertThat(split.descBytes()).isEqualTo(16L * q);
            assertThat(split.driverBytes()).isEqualTo(6 + 2L * q);
            assertThat(split.deviceBytes()).isEqualTo(6 + 8L * q);
            assertThat(split.check(1 << 22)).isNull();
            assertThat(split.endAddr()).isEqualTo(split.deviceAddr() + split.deviceBytes());
        }
        QueueLayout packed = QueueLayout.packed(0x1001, 5);
        assertThat(packed.descAddr()).isEqualTo(0x1010);
        assertThat(packed.descBytes()).isEqualTo(80);
        assertThat(packed.driverBytes()).isEqualTo(4);
        assertThat(packed.deviceBytes()).isEqualTo(4);
        assertThat(packed.driverAddr()).isEqualTo(0x1010 + 80);
        assertThat(packed.deviceAddr()).isEqualTo(0x1010 + 84);
        assertThat(packed.check(1 << 20)).isNull();
        assertThat(QueueLayout.split(0x1001, 4).descAddr()).isEqualTo(0x1010);
    }

    private static Rule broken(boolean packed, int size, long desc, long driver, long device) {
        var error = new QueueLayout(packed, size, desc, driver, device).check(0x10000);
        return error == null ? null : error.rule();
    }

    @Test
    void check_namesTheRule() {
        assertThat(broken(false, 8, 0x1000, 0x2000, 0x3000)).isNull();
        assertThat(broken(false, 0, 0x1000, 0x2000, 0x3000)).isEqualTo(Rule.S3);
        assertThat(broken(false, 3, 0x1000, 0x2000, 0x3000)).isEqualTo(Rule.S3);
        assertThat(broken(false, 65536, 0x1000, 0x2000, 0x3000)).isEqualTo(Rule.S3);
        assertThat(broken(true, 3, 0x1000, 0x2000, 0x3000)).isNull();
        assertThat(broken(true, 0, 0x1000, 0x2000, 0x3000)).isEqualTo(Rule.P2);
        assertThat(broken(true, 32769, 0x1000, 0x2000, 0x3000)).isEqualTo(Rule.P2);
        assertThat(broken(false, 8, 0x1008, 0x2000, 0x3000)).isEqualTo(Rule.S1);
        assertThat(broken(false, 8, 0x1000, 0x2001, 0x3000)).isEqualTo(Rule.S1);
        assertThat(broken(false, 8, 0x1000, 0x2002, 0x3002)).isEqualTo(Rule.S1);
        assertThat(broken(true, 8, 0x1000, 0x2002, 0x3000)).isEqualTo(Rule.P1);
        assertThat(broken(true, 8, 0x1008, 0x2000, 0x3000)).isEqualTo(Rule.P1);
        assertThat(broken(false, 8, 0x10000 - 128, 0x2000, 0x3000)).isNull();
        assertThat(broken(false, 8, 0x10000 - 112, 0x2000, 0x3000)).isEqualTo(Rule.S2);
        assertThat(broken(false, 8, -16, 0x2000, 0x3000)).isEqualTo(Rule.S2);
        assertThat(broken(true, 8, 0x1000, 0x10000, 0x3000)).isEqualTo(Rule.P1);
        assertThat(broken(false, 8, 0x1000, 0x1000 + 126, 0x3000)).isEqualTo(Rule.S2);
        assertThat(broken(false, 8, 0x1000, 0x1000 + 128, 0x3000)).isNull();
        assertThat(broken(false, 8, 0x1000, 0x2000, 0x1000 + 124)).isEqualTo(Rule.S2);
        assertThat(broken(false, 8, 0x1000, 0x2000, 0x2000 + 20)).isEqualTo(Rule.S2);
        assertThat(broken(false, 8, 0x1000, 0x2000, 0x2000 + 24)).isNull();
    }

    @Test
    void splitNeedEvent_isWhatCountingOneByOneGives() {
        int[] bases = {0, 1, 100, 32767, 32768, 65530, 65534, 65535};
        for (int old : bases) {
            for (int added = 0; added <= 12; added++) {
                int now = old + added & 0xffff;
                for (int event = old - 3; event <= old + 15; event++) {
                    boolean passed = false;
                    for (int i = 0; i < added; i++) {
                        passed |= (old + i & 0xffff) == (event & 0xffff);
                    }
                    assertThat(SplitRing.needEvent(event & 0xffff, now, old)).isEqualTo(passed);
                }
            }
        }
    }

    @Test
    void packedNeedEvent_isWhatCountingSlotBySlotGives() {
        for (int q = 1; q <= 7; q++) {
            for (int start = 0; start < 2 * q; start++) {
                for (int passed = 0; passed <= q; passed++) {
                    for (int event = 0; event < 2 * q; event++) {
                        boolean hit = false;
                        for (int i = 0; i < passed; i++) {
                            hit |= (start + i) % (2 * q) == event;
                        }
                        int end = (start + passed) % (2 * q);
                        int area = event % q | (event < q ? 0x8000 : 0) | PackedRing.EVENT_DESC << 16;
                        assertThat(PackedRing.needEvent(area, true, q, end % q, end < q, passed))
                                .isEqualTo(hit);
                        assertThat(PackedRing.needEvent(
                                        PackedRing.EVENT_DISABLE << 16, true, q, end % q, end < q, passed))
                                .isFalse();
                        assertThat(PackedRing.needEvent(0, true, q, end % q, end < q, passed))
                                .isEqualTo(passed > 0);
                        assertThat(PackedRing.needEvent(area, false, q, end % q, end < q, passed))
                                .isEqualTo(passed > 0);
                    }
                }
            }
        }
    }

    @Test
    void packedFlagBits_areThoseOfTheSpecification() {
        for (boolean wrap : new boolean[] {false, true}) {
            assertThat(PackedRing.isAvailable(PackedRing.availableBits(wrap), wrap))
                    .isTrue();
            assertThat(PackedRing.isAvailable(PackedRing.availableBits(wrap), !wrap))
                    .isFalse();
            assertThat(PackedRing.isAvailable(PackedRing.usedBits(wrap), wrap)).isFalse();
            assertThat(PackedRing.isUsed(PackedRing.usedBits(wrap), wrap)).isTrue();
            assertThat(PackedRing.isUsed(PackedRing.usedBits(wrap), !wrap)).isFalse();
            assertThat(PackedRing.isUsed(PackedRing.availableBits(wrap), wrap)).isFalse();
        }
        assertThat(PackedRing.availableBits(true)).isEqualTo(0x80);
        assertThat(PackedRing.availableBits(false)).isEqualTo(0x8000);
        assertThat(PackedRing.usedBits(true)).isEqualTo(0x8080);
        assertThat(PackedRing.usedBits(false)).isZero();
    }
}
