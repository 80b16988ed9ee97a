package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The configuration space and its generation. */
final class HandshakeConfigurationTest extends HandshakeSequences {
    @Test
    void configuration() {
        String open = ": the generation must be read again after the field";
        assertThat(mmio(2, "fc @100=12345678 @104=9a 100 104 70=0 70"))
                .containsExactly("4 F18 capacity in config = 9a12345678" + open);
        assertThat(mmio(2, AGREED + "fc @100=5 100 104 70=f")).containsExactly("16 F18 capacity in config = 5" + open);
        assertThat(mmio(2, AGREED + "fc @100=5 100 104")).containsExactly("15 F18 capacity in config = 5" + open);
        assertThat(mmio(2, AGREED + "fc 100 104 fc 70=f")).isEmpty();
        assertThat(mmio(2, "@100=7 104"))
                .containsExactly(
                        "1 F18 capacity in Config (0x100) = 0: the generation must be read before and after a field of more"
                                + " than 32 bits");
        assertThat(mmio(2, "fc 100 104 fc 70=0 70 100")).hasSize(1); // a generation of another life
        assertThat(mmio(2, "108 11c 121:1")).isEmpty(); // fields that are not wide, beside writeback
        String writeback = ": writeback must not be read before FEATURES_OK";
        assertThat(mmio(2, "120:1")).containsExactly("1 B13 Config (0x120) = 0" + writeback);
        assertThat(mmio(2, "11d:4"))
                .containsExactly(
                        "1 F33 Config (0x11d) = 0: this field is accessed by 32 bits, not by 32 that are not aligned",
                        "1 B13 Config (0x11d) = 0" + writeback);
        assertThat(mmio(2, "120:1=1"))
                .containsExactly("1 F20 Config (0x120) = 1: the configuration is not written before FEATURES_OK");
        assertThat(mmio(19, "fc 100 104")).hasSize(1);
        assertThat(mmio(27, "fc 100 104 fc 108")).containsExactly("5 F18 size in config = 0" + open);
        assertThat(mmio(27, "fc 104")).containsExactly("2 F18 start in config = 0" + open);
        assertThat(mmio(4, "100")).isEmpty();
    }

    @Test
    void legacyConfiguration() {
        String twice = ": must be read until two reads of the whole field agree";
        assertThat(legacyMmio("100 104 100 104")).isEmpty();
        assertThat(legacyMmio("100 104 @104=1 100 104"))
                .containsExactly("4 F18 capacity in config = 100000000" + twice);
        assertThat(legacyMmio("100 104 @100=1 100 104 100 104")).isEmpty();
        assertThat(legacyMmio("100 100 104 104")).hasSize(1);
        assertThat(legacyMmio("104 100 100 104")).isEmpty(); // halves in any order
        assertThat(legacyMmio("100 104 100 104 100")).hasSize(1); // begun again
        assertThat(legacyMmio("100:8 100:8")).isEmpty();
        assertThat(legacyMmio("100:8 @100=100000000000000 100:8")).hasSize(1); // the last byte counts
        assertThat(legacyMmio("120:1 120:1=1")).isEmpty(); // the legacy interface allows both
    }
}
