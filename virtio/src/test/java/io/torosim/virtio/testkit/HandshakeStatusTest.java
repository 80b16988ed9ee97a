package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Reset, status bits, features. */
final class HandshakeStatusTest extends HandshakeSequences {
    @Test
    void reset() {
        assertThat(mmio(4, "70=1")).containsExactly("1 F1 Status (0x70) = 1: a device is reset first, by a write of 0");
        assertThat(mmio(4, "70=0 70=1"))
                .containsExactly("2 F6 Status (0x70) = 1: after a reset the status must first read 0");
        assertThat(mmio(4, "70=0 14=0"))
                .containsExactly("2 F6 DeviceFeaturesSel (0x14) = 0: after a reset the status must first read 0");
        assertThat(mmio(4, "70=0 64=1 70 70=0 70")).isEmpty(); // an interrupt is acknowledged; a second reset
        assertThat(mmio(4, "70=0 70=1 70=0 70=1")).hasSize(2); // each life anew
    }

    @Test
    void status() {
        String first = "70=0 70 ";
        assertThat(mmio(4, first + "70=2")).containsExactly("3 F1 Status (0x70) = 2: ACKNOWLEDGE comes before DRIVER");
        assertThat(mmio(4, first + "70=3")).isEmpty();
        assertThat(mmio(4, first + "70=1 70=3 70=7"))
                .containsExactly("5 F1 Status (0x70) = 7: FEATURES_OK comes before DRIVER_OK, by a write of its own");
        assertThat(mmio(4, first + "70=1 70=b"))
                .containsExactly(
                        "4 F1 Status (0x70) = b: DRIVER, then the features, then FEATURES_OK, each by a write of its own");
        assertThat(mmio(4, first + "70=1 70=9 70 70=f"))
                .startsWith(
                        "4 F1 Status (0x70) = 9: DRIVER, then the features, then FEATURES_OK, each by a write of its own");
        assertThat(legacyMmio(first + "70=1 70=7"))
                .containsExactly("4 F1 Status (0x70) = 7: DRIVER comes before DRIVER_OK, by a write of its own");
        assertThat(mmio(4, AGREED + "70=8"))
                .containsExactly("13 F2 Status (0x70) = 8: bits 0x3 must stay set until a reset");
        assertThat(mmio(4, AGREED + "70=8b 70=8b")).isEmpty();
        assertThat(mmio(4, AGREED + "70=8b 70=8f"))
                .containsExactly("14 F2 Status (0x70) = 8f: FAILED must be followed by a reset before anything else");
        assertThat(mmio(4, AGREED + "70=8b 38=8 80=1000"))
                .startsWith("14 F2 QueueNum (0x38) = 8: FAILED must be followed by a reset before anything else")
                .allMatch(line -> line.contains(" F2 "));
        assertThat(mmio(4, AGREED + "@70=4b 70=4b")).isEmpty(); // NEEDS_RESET is the device's own
    }

    @Test
    void agreement() {
        String asked = UP_TO_DRIVER + FEATURES + "24=1 20=1 70=b ";
        assertThat(mmio(4, asked + "70=f"))
                .containsExactly("12 F10 Status (0x70) = f: FEATURES_OK must be read back first");
        assertThat(mmio(4, asked + "30=0 38=8"))
                .containsExactly("13 F10 QueueNum (0x38) = 8: FEATURES_OK must be read back first");
        String refused = asked + "@70=3 70 ";
        String after = ": the device has refused the features: FAILED or a reset must follow";
        assertThat(mmio(4, refused + "70=f")).containsExactly("13 F10 Status (0x70) = f" + after);
        assertThat(mmio(4, refused + "20=0")).containsExactly("13 F10 DriverFeatures (0x20) = 0" + after);
        assertThat(mmio(4, refused + "38=8")).containsExactly("13 F10 QueueNum (0x38) = 8" + after);
        assertThat(mmio(4, refused))
                .containsExactly("12 F10 status = b: the device has refused the features: FAILED must follow");
        assertThat(mmio(4, refused + "70=83")).isEmpty();
        assertThat(mmio(4, refused + "70=0 70")).isEmpty();
    }

    @Test
    void features() {
        String bits = "24=0 20=";
        String high = " 24=1 20=1 70=b 70";
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + bits + "80000000" + high))
                .containsExactly(
                        "13 F12 features at Status (0x70) = 180000000: bits 0x80000000 are unknown, reserved or of another interface");
        assertThat(mmio(4, UP_TO_DRIVER + "14=0 10 14=1 @10=1 10 " + bits + "20000000" + high))
                .containsExactly(
                        "13 F7 features at Status (0x70) = 120000000: bits 0x20000000 were not seen to be offered");
        assertThat(mmio(4, UP_TO_DRIVER + "14=1 @10=1 10 " + bits + "20000000" + high))
                .containsExactly(
                        "11 F7 features at Status (0x70) = 120000000: bits 0x20000000 were not seen to be offered");
        assertThat(mmio(1, UP_TO_DRIVER + FEATURES + bits + "800" + high))
                .containsExactly(
                        "13 NET12 features at Status (0x70) = 100000800: bits 0x800 need others that are missing");
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + "70=b 70"))
                .containsExactly("9 F13 features at Status (0x70) = 0: VERSION_1 must be accepted");
        assertThat(mmio(4, AGREED + "20=1 24=0 20=10000000"))
                .containsExactly(
                        "15 F11 DriverFeatures (0x20) = 10000000: features stay what they were at FEATURES_OK: 0x100000000");
        assertThat(mmio(4, "70=0 70 70=1 24=0 20=0"))
                .containsExactly("5 F1 DriverFeatures (0x20) = 0: features come after DRIVER");
        assertThat(mmio(4, UP_TO_DRIVER + FEATURES + "24=2 20=0 20=1"))
                .containsExactly("11 F12 DriverFeatures (0x20) = 1: bits from 64 on are reserved");
        assertThat(mmio(2, UP_TO_DRIVER + FEATURES + bits + "1" + high))
                .singleElement()
                .asString()
                .contains(" F12 ");
        assertThat(legacyMmio(UP_TO_DRIVER + FEATURES + bits + "81 70=7")).isEmpty(); // BARRIER and SCSI were legacy's
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + bits + "ffffff" + high)).isEmpty(); // a type not known here
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + "24=1 20=fffc0001 70=b 70"))
                .isEmpty(); // bits 50 to 63
        assertThat(mmio(99, UP_TO_DRIVER + FEATURES + "24=1 20=20001 70=b 70")).hasSize(1); // bit 49
    }
}
