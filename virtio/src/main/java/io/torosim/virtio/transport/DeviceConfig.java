package io.torosim.virtio.transport;

import java.util.Arrays;

/** Reads configuration fields that may change while they are read (virtio 1.2 section 2.5). */
final class DeviceConfig {
    private static final int MOST_TRIES = 1000;

    static long read64(VirtioTransport transport, int offset) {
        long last = 0;
        for (int i = 0; i < MOST_TRIES; i++) {
            int before = transport.configGeneration();
            long value = transport.configRead(offset, 4) & 0xffff_ffffL | transport.configRead(offset + 4, 4) << 32;
            boolean stable = transport.legacy() ? i > 0 && value == last : transport.configGeneration() == before;
            if (stable) {
                return value;
            }
            last = value;
        }
        throw new IllegalStateException("configuration field at " + offset + " never stops changing");
    }

    static byte[] readBytes(VirtioTransport transport, int offset, int length) {
        byte[] last = null;
        for (int i = 0; i < MOST_TRIES; i++) {
            int before = transport.configGeneration();
            byte[] bytes = new byte[length];
            for (int at = 0; at < length; at++) {
                bytes[at] = (byte) transport.configRead(offset + at, 1);
            }
            if (transport.legacy() ? Arrays.equals(bytes, last) : transport.configGeneration() == before) {
                return bytes;
            }
            last = bytes;
        }
        throw new IllegalStateException("configuration bytes at " + offset + " never stop changing");
    }

    private DeviceConfig() {}
}
