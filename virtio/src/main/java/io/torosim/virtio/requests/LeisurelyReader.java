package io.torosim.virtio.requests;

import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A console, or a card, that takes what it is given in order and returns buffers out of order, as a device may that has not agreed
 * to IN_ORDER: of what it finds when it is notified it copies all but the first buffer and returns them at once; the first it reads
 * and returns when it is notified again.
 */
final class LeisurelyReader implements DeviceModel {
    private static final int CONSOLE = 3;
    private static final int CARD = 1;
    private static final int TX = 1;

    private final int deviceId;
    private final Consumer<byte[]> output;
    private final List<byte[]> behind = new ArrayList<>(); // the buffer in hand
    private @Nullable BufferChain inHand;
    private DeviceContext context;

    private LeisurelyReader(int deviceId, Consumer<byte[]> output) {
        this.deviceId = deviceId;
        this.output = output;
    }

    static LeisurelyReader console(Consumer<byte[]> output) {
        return new LeisurelyReader(CONSOLE, output);
    }

    /** A card that gives what it is sent with the header before each frame. */
    static LeisurelyReader card(Consumer<byte[]> output) {
        return new LeisurelyReader(CARD, output);
    }

    @Override
    public int deviceId() {
        return deviceId;
    }

    @Override
    public long features() {
        return deviceId == CARD ? NetDevice.F_MAC : 0;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return deviceId == CARD && offset == 0 ? 2 : 0; // an address of local use
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == TX) {
            DeviceQueue queue = tx();
            do {
                finish();
                take();
            } while (queue.enableNotifications());
        }
    }

    private DeviceQueue tx() {
        return Objects.requireNonNull(context.queue(TX), "a queue that is notified, or has given a buffer, is set up");
    }

    private void take() {
        DeviceQueue queue = tx();
        for (BufferChain chain = new BufferChain(); queue.pop(chain); chain = new BufferChain()) {
            if (inHand == null) {
                inHand = chain;
            } else {
                behind.add(bytes(chain));
                queue.complete(chain.token(), 0);
            }
        }
        context.finish(TX);
    }

    /** Prints and returns what is in hand. */
    void finish() {
        if (inHand != null) {
            output.accept(bytes(inHand));
            behind.forEach(output);
            behind.clear();
            tx().complete(inHand.token(), 0);
            inHand = null;
            context.finish(TX);
        }
    }

    private byte[] bytes(BufferChain chain) {
        byte[] bytes = new byte[(int) chain.readableBytes()];
        chain.read(context.memory(), 0, bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    public void queueReset(int queueIndex) {
        reset();
    }

    @Override
    public void reset() {
        inHand = null;
        behind.clear();
    }
}
