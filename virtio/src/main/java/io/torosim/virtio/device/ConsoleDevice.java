package io.torosim.virtio.device;

import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.function.Consumer;

/** virtio-console with one port (virtio 1.2 section 5.3): queue 0 receives, queue 1 transmits. */
public final class ConsoleDevice implements DeviceModel {
    /** Feature: columns and rows are valid (bit 0). */
    public static final long F_SIZE = 1;
    /** Queue that receives. */
    public static final int RX = 0;
    /** Queue that transmits. */
    public static final int TX = 1;

    private static final int MOST_PIECE_BYTES = 1 << 16; // a chain may have 4 GiB

    private final Consumer<byte[]> output;
    private int columns;
    private int rows;
    private DeviceContext context;

    /**
     * Creates a console.
     *
     * @param columns width in characters
     * @param rows height in characters
     * @param output takes what the guest writes, in pieces of at most 64 KiB
     */
    public ConsoleDevice(int columns, int rows, Consumer<byte[]> output) {
        this.columns = columns;
        this.rows = rows;
        this.output = output;
    }

    @Override
    public int deviceId() {
        return 3;
    }

    @Override
    public long features() {
        return F_SIZE;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return switch (offset) {
            case 0 -> columns & 0xff;
            case 1 -> columns >>> 8;
            case 2 -> rows & 0xff;
            case 3 -> rows >>> 8;
            default -> 0;
        };
    }

    /** Changes the size of the window, with a configuration interrupt. */
    public void resize(int newColumns, int newRows) {
        columns = newColumns;
        rows = newRows;
        if (context != null) {
            context.configChanged();
        }
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == TX) {
            context.serveAll(TX, this::transmit);
        }
    }

    @Override
    public void reset() {
        context = null;
    }

    private long transmit(BufferChain chain) {
        for (long at = 0; at < chain.readableBytes(); ) {
            byte[] bytes = new byte[(int) Math.min(MOST_PIECE_BYTES, chain.readableBytes() - at)];
            at += chain.read(context.memory(), at, bytes, 0, bytes.length);
            output.accept(bytes);
        }
        return 0;
    }

    /** Types into the console; returns how many bytes the guest had room for. */
    public int type(byte[] input) {
        DeviceQueue queue = context == null ? null : context.queue(RX);
        if (queue == null) {
            return 0;
        }
        BufferChain chain = new BufferChain();
        int done = 0;
        while (done < input.length && queue.pop(chain)) {
            int part = chain.write(context.memory(), 0, input, done, input.length - done);
            queue.complete(chain.token(), part);
            done += part;
        }
        context.finish(RX);
        return done;
    }
}
