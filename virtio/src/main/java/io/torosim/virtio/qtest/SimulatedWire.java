package io.torosim.virtio.qtest;

import io.torosim.virtio.device.NetDevice;
import java.util.ArrayDeque;

/** The far end of a simulated card's wire. */
final class SimulatedWire implements Wire {
    private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

    private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    private final NetDevice card = NetDevice.withControl(MAC, sent::add);

    NetDevice card() {
        return card;
    }

    @Override
    public void inject(byte[] frame) {
        card.receive(frame);
    }

    @Override
    public byte[] sent() {
        return sent.poll();
    }
}
