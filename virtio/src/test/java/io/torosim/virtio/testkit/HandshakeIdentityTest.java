package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who the device is, and how its registers are accessed. */
final class HandshakeIdentityTest extends HandshakeSequences {
    @Test
    void identity() {
        String first = ": MagicValue, Version and DeviceID are read first";
        assertThat(mmio(4, "!70=0")).containsExactly("1 F32 Status (0x70) = 0" + first);
        assertThat(mmio(4, "!0 4 70=0 70")).containsExactly("3 F32 Status (0x70) = 0" + first);
        assertThat(mmio(4, "!0 8 4 70=0 70"))
                .containsExactly("2 F32 DeviceID (0x8) = 4: MagicValue and Version are read first");
        assertThat(mmio(4, "!4 0 8 70=0 70")).isEmpty(); // in either order
        assertThat(mmio(4, "!0 4 8 c 70=0 70 70=0 70")).isEmpty(); // once for all lives
        assertThat(mmio(4, "!0:1 1:1 2:1 3:1 4 8 70=0 70")) // what each of them returns says nothing of the device
                .hasSize(4)
                .allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(4, "!0 c 4 8")).containsExactly("2 F32 VendorID (0xc) = 0" + first);
        String alone = ": a device with another MagicValue or Version, or DeviceID 0, is left alone";
        assertThat(mmio(4, "!@0=74726977 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(mmio(4, "!@4=1 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(mmio(0, "!0 4 8 c")).containsExactly("4 F32 VendorID (0xc) = 0" + alone);
        assertThat(mmio(0, "!0 4 8")).isEmpty(); // and goes away
        assertThat(mmio(4, "!@4=1 0 4")).isEmpty();
        assertThat(legacyMmio("!0 4 8 70=0 70")).isEmpty();
        assertThat(legacyMmio("!@4=2 0 4 8 70=0 70")).containsExactly("4 F32 Status (0x70) = 0" + alone);
        assertThat(legacyMmio("!28=1000")).containsExactly("1 F32 GuestPageSize (0x28) = 1000" + first);
    }

    @Test
    void widthsAndDirections() {
        String wide = ": must be accessed by 32 bits, aligned, not by ";
        assertThat(mmio(4, "70:1")).containsExactly("1 F33 Status (0x70) = 0" + wide + "8");
        assertThat(mmio(4, AGREED + "30:2=0")).containsExactly("13 F33 QueueSel (0x30) = 0" + wide + "16");
        assertThat(mmio(4, AGREED + "80:8=1000")).containsExactly("13 F33 QueueDesc (0x80) = 1000" + wide + "64");
        assertThat(mmio(4, AGREED + "80=1000 84=0")).isEmpty();
        assertThat(mmio(4, "62:4")).containsExactly("1 F33 InterruptStatus (0x62) = 0" + wide + "32");
        assertThat(mmio(4, AGREED + QUEUE + "70=f 50:2=0"))
                .containsExactly("24 F33 QueueNotify (0x50) = 0" + wide + "16");
        assertThat(legacyMmio("34:2")).containsExactly("1 F33 QueueNumMax (0x34) = 100" + wide + "16");
        assertThat(mmio(4, "18")).containsExactly("1 F33 reserved (0x18) = 0: there is no such register");
        assertThat(mmio(4, "28=1000")).containsExactly("1 F33 reserved (0x28) = 1000: there is no such register");
        assertThat(legacyMmio("28=1000")).isEmpty(); // where it is one
        assertThat(mmio(4, "30")).containsExactly("1 F33 QueueSel (0x30) = 0: must not be read");
        assertThat(mmio(4, "60=0")).containsExactly("1 F33 InterruptStatus (0x60) = 0: must not be written");
        assertThat(mmio(4, "44 70 c0 ac=0 b0 bc")).isEmpty(); // both ways, and shared memory
        assertThat(mmio(1, "fc 100:1 101:1 102:1 103:1 104:1 105:1 fc 106:2 108:2 10a:2 10c 110:1 111:1 112:2 114"))
                .isEmpty();
        assertThat(mmio(1, "106:1"))
                .containsExactly("1 F33 Config (0x106) = 0: this field is accessed by 16 bits, not by 8");
        assertThat(mmio(1, "106")).hasSize(1);
        assertThat(mmio(2, AGREED + "fc 100 104 fc 108 110:2 112:1 118:1 11a:2 11c 120:1 122:2 124 138:1 13c 144"))
                .isEmpty();
        assertThat(mmio(2, "118"))
                .containsExactly("1 F33 Config (0x118) = 0: this field is accessed by 8 bits, not by 32");
        assertThat(mmio(3, "100:2 102:2 104 108=41")).hasSize(1).allMatch(line -> line.contains(" F20 "));
        assertThat(mmio(3, "100")).hasSize(1).allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(19, "fc 100:8 fc")).hasSize(1).allMatch(line -> line.contains(" F33 "));
        assertThat(mmio(4, "100:1 100:2 100")).isEmpty(); // has no fields that are known here
    }

    @Test
    void banks() {
        String selected = ": the bank must be selected first";
        assertThat(mmio(4, "70=0 70 70=1 70=3 10")).containsExactly("5 F36 DeviceFeatures (0x10) = 0" + selected);
        assertThat(mmio(4, "70=0 70 70=1 70=3 20=0")).containsExactly("5 F36 DriverFeatures (0x20) = 0" + selected);
        assertThat(mmio(4, "70=0 70 70=1 70=3 14=0 10 24=0 20=0")).isEmpty();
        assertThat(mmio(4, "14=0 10 70=0 70 70=1 70=3 10")).hasSize(1); // another life
        assertThat(legacyMmio("70=0 70 70=1 70=3 20=0")).hasSize(1);
    }
}
