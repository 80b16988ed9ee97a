package io.torosim.virtio.nic;

import io.torosim.virtio.transport.RegisterSpace;

/** The ports of the two interrupt controllers, as far as an end of interrupt goes: it changes nothing here. */
final class Pic {
    static final RegisterSpace PORTS = new RegisterSpace() {
        @Override
        public long read(int offset, int widthBytes) {
            return 0;
        }

        @Override
        public void write(int offset, int widthBytes, long value) {
            // specific end of interrupt: the model delivers one interrupt at a time anyway
        }
    };

    private Pic() {}
}
