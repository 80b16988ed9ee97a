package io.torosim.guest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    @Test
    void exampleOfRfc1071() {
        byte[] bytes = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};
        assertThat(InternetChecksum.of(bytes, 0, 8)).isEqualTo(0x220d);
    }

    @Test
    void oddLengthIsPaddedWithZero() {
        assertThat(InternetChecksum.of(new byte[] {0x12, 0x34, 0x56}, 0, 3))
                .isEqualTo(InternetChecksum.of(new byte[] {0x12, 0x34, 0x56, 0}, 0, 4));
    }
}
