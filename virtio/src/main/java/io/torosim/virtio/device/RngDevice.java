package io.torosim.virtio.device;

import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.Objects;
import java.util.function.IntSupplier;

/** virtio-rng, the entropy device (virtio 1.2 section 5.4): fills every buffer with bytes of a given source. */
public final class RngDevice implements DeviceModel {
    private static final int MAX_BYTES = 1 << 16; // at most so many for one buffer

    private final IntSupplier source;

    @SuppressWarnings("NullAway.Init") // attach comes first
    private DeviceContext context;

    /**
     * Creates the device.
     *
     * @param source gives the bytes, in the low 8 bits of each number; a seeded stream keeps runs repeatable
     */
    public RngDevice(IntSupplier source) {
        this.source = source;
    }

    @Override
    public int deviceId() {
        return 4;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public int configByte(int offset) {
        return 0;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (!context.profile().deviates(DeviceDeviation.ENTROPY_NEVER_MUTES)) {
            context.serveAll(queueIndex, this::serve);
            return;
        }
        DeviceQueue queue = Objects.requireNonNull(context.queue(queueIndex), "a queue that notifies");
        BufferChain chain = new BufferChain();
        while (queue.pop(chain)) {
            queue.complete(chain.token(), serve(chain));
        }
        context.finish(queueIndex);
    }

    @Override
    @SuppressWarnings("NullAway") // nothing is asked of it until it is attached again
    public void reset() {
        context = null;
    }

    private long serve(BufferChain chain) {
        byte[] bytes = new byte[(int) Math.min(MAX_BYTES, chain.writableBytes())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) source.getAsInt();
        }
        chain.write(context.memory(), 0, bytes, 0, bytes.length);
        return bytes.length;
    }
}
