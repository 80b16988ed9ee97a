package io.torosim.virtio.requests;

import static io.torosim.virtio.requests.RequestFault.*;

import io.torosim.virtio.queue.BufferChain;
import java.util.function.IntSupplier;

/** An entropy device. */
final class NaiveEntropy extends NaiveDevice {
    private final IntSupplier source;
    private final byte[] same = new byte[64];
    private boolean drawn;

    NaiveEntropy(IntSupplier source, RequestFault fault) {
        super(fault);
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
    boolean oneAKick() {
        return is(ED_ONE_A_KICK);
    }

    @Override
    boolean forgets() {
        return !is(ED_QUEUE_RESET_KEEPS);
    }

    @Override
    public void notified(int queueIndex) {
        take(queueIndex);
    }

    @Override
    long serve(int queueIndex, BufferChain chain) {
        long room = is(ED_INT_CAST) ? (int) chain.writableBytes() : Math.min(4096, chain.writableBytes());
        long fill = is(ED_FIRST_ELEMENT)
                ? Math.min(room, chain.length(chain.readableCount()))
                : is(ED_LENGTH_TOO_LONG) ? room / 2 : room;
        byte[] bytes = new byte[(int) fill];
        for (int i = 0; i < bytes.length; i++) {
            if (!is(ED_SAME_BYTES)) {
                bytes[i] = (byte) source.getAsInt();
            } else if (drawn) {
                bytes[i] = same[i % 64];
            } else {
                same[i % 64] = (byte) source.getAsInt();
                bytes[i] = same[i % 64];
            }
        }
        drawn = true;
        chain.write(context.memory(), 0, bytes, 0, bytes.length);
        return is(ED_LENGTH_ZERO) ? 0 : room;
    }
}
