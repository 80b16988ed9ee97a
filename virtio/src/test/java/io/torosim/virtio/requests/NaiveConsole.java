package io.torosim.virtio.requests;

import static io.torosim.virtio.requests.RequestFault.*;

import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;

/** A console of one port. */
final class NaiveConsole extends NaiveDevice {
    private final Consumer<byte[]> output;
    private final ArrayDeque<BufferChain> buffers = new ArrayDeque<>();

    NaiveConsole(Consumer<byte[]> output, RequestFault fault) {
        super(fault);
        this.output = output;
    }

    @Override
    public int deviceId() {
        return 3;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return 0;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == 1) {
            take(1);
        } else {
            look();
        }
    }

    private void look() {
        DeviceQueue queue = context.queue(0);
        do {
            BufferChain chain = new BufferChain();
            while (queue.pop(chain)) {
                buffers.add(chain);
                chain = new BufferChain();
            }
        } while (queue.enableNotifications());
    }

    @Override
    long serve(int queueIndex, BufferChain chain) {
        if (is(CD_INT_CAST)) {
            byte[] all = new byte[(int) chain.readableBytes()];
            chain.read(context.memory(), 0, all, 0, all.length);
            output.accept(all);
            return 0;
        }
        for (long at = 0; at < chain.readableBytes(); at += 1 << 20) {
            byte[] bytes = readable(chain, at);
            if (is(CD_FIRST_ELEMENT)) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length, chain.length(0)));
            }
            if (!is(CD_TEXT) && !is(CD_COOKED)) {
                output.accept(bytes);
                continue;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (byte b : bytes) {
                if (b == 0 && is(CD_TEXT)) {
                    break;
                }
                if (b == '\n' && is(CD_COOKED)) {
                    out.write('\r');
                }
                out.write(b);
            }
            output.accept(out.toByteArray());
        }
        return is(CD_TX_NEVER_USED) ? -2 : is(CD_TX_LENGTH) ? chain.readableBytes() : 0;
    }

    int type(byte[] input) {
        if (context == null || context.queue(0) == null) {
            return 0;
        }
        DeviceQueue queue = context.queue(0);
        look();
        int done = 0;
        while (done < input.length && !buffers.isEmpty()) {
            BufferChain chain = buffers.poll();
            byte[] part =
                    Arrays.copyOfRange(input, done, done + (int) Math.min(input.length - done, chain.writableBytes()));
            for (int i = 0; i < part.length && is(CD_SEVEN_BITS); i++) {
                part[i] &= 0x7f;
            }
            chain.write(context.memory(), 0, part, 0, part.length);
            queue.complete(chain.token(), is(CD_RX_LENGTH_ROOM) ? chain.writableBytes() : part.length);
            done += part.length + (is(CD_RX_BYTE_SKIPPED) ? 1 : 0);
            if (is(CD_RX_REST_LOST)) {
                done = input.length;
            }
        }
        context.finish(0);
        return Math.min(done, input.length);
    }

    @Override
    public void queueReset(int queueIndex) {
        super.queueReset(queueIndex);
        if (queueIndex == 0 && !is(CD_QUEUE_RESET_KEEPS)) {
            buffers.clear();
        }
    }

    @Override
    public void reset() {
        buffers.clear();
        super.reset();
    }
}
