package io.torosim.virtio.requests;

import static io.torosim.virtio.requests.RequestFault.*;

import io.torosim.virtio.device.NetDevice.FrameSink;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A network card that looks at receive buffers before it needs them. */
final class NaiveNet extends NaiveDevice {
    private static final long MAC = 1 << 5;
    private static final long MRG_RXBUF = 1 << 15;

    private final byte[] mac;
    private final FrameSink wire;
    private final ArrayDeque<BufferChain> buffers = new ArrayDeque<>();
    private byte[] held; // ND_REORDERED
    private boolean dead;

    NaiveNet(byte[] mac, FrameSink wire, RequestFault fault) {
        super(fault);
        this.mac = mac;
        this.wire = wire;
    }

    @Override
    public int deviceId() {
        return 1;
    }

    @Override
    public long features() {
        return MAC | MRG_RXBUF;
    }

    @Override
    public int queueCount() {
        return 2;
    }

    @Override
    public int configByte(int offset) {
        return offset < 6 ? mac[is(ND_MAC_REVERSED) ? 5 - offset : offset] & 0xff : 0;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex == 1) {
            take(1);
            work();
        } else {
            DeviceQueue queue = context.queue(0);
            do {
                look(queue);
            } while (queue.enableNotifications());
        }
    }

    private void look(DeviceQueue queue) {
        BufferChain chain = new BufferChain();
        while (queue.pop(chain)) {
            buffers.add(chain);
            chain = new BufferChain();
        }
        if (queue.error() != null) {
            context.finish(0);
        }
    }

    @Override
    long serve(int queueIndex, BufferChain chain) {
        if (chain.readableBytes() < 12) {
            return -1;
        }
        if (is(ND_INT_CAST)) {
            byte[] all = new byte[(int) chain.readableBytes()];
            chain.read(context.memory(), 0, all, 0, all.length);
            wire.frame(Arrays.copyOfRange(all, 12, all.length));
            return 0;
        }
        if (chain.readableBytes() > 70_000) {
            return 0;
        }
        long from = is(ND_HEADER_ALONE) ? chain.length(0) : is(ND_HEADER_10) ? 10 : is(ND_HEADER_SENT) ? 0 : 12;
        byte[] frame = readable(chain, from);
        if (is(ND_TX_FIRST_ELEMENT)) {
            frame = Arrays.copyOf(frame, (int) Math.max(0, Math.min(frame.length, chain.length(0) - 12)));
        }
        if (is(ND_REORDERED) && held == null) {
            held = frame;
            return 0;
        }
        wire.frame(frame);
        if (is(ND_SENT_TWICE)) {
            wire.frame(frame);
        }
        if (held != null) {
            wire.frame(held);
            held = null;
        }
        return is(ND_TX_LENGTH) ? frame.length : 0;
    }

    boolean receive(byte[] frame) {
        if (context == null || dead || context.queue(0) == null) {
            return false;
        }
        DeviceQueue queue = context.queue(0);
        look(queue);
        boolean merge = (context.features() & MRG_RXBUF) != 0;
        int header = is(ND_HEADER_10) ? 10 : 12;
        long need = header + frame.length;
        List<BufferChain> mine = new ArrayList<>();
        long room = 0;
        for (BufferChain chain : buffers) {
            if (room >= need || !merge && !mine.isEmpty()) {
                break;
            }
            mine.add(chain);
            room += room(chain) - (is(ND_NOT_FILLED) ? 1 : 0) - (is(ND_HEADER_EACH) && mine.size() > 1 ? 12 : 0);
        }
        dead = is(ND_DEAD_WHEN_DRY) && buffers.isEmpty();
        if (room < need && !(is(ND_TRUNCATED) && !mine.isEmpty() && room > 12)) {
            if (is(ND_TOO_LONG_LEAKS)) {
                buffers.poll();
            }
            return false;
        }
        byte[] bytes = new byte[(int) need];
        System.arraycopy(frame, 0, bytes, header, frame.length);
        bytes[0] = (byte) (is(ND_FLAGS) ? 2 : 0);
        boolean leave = is(ND_NUM_BUFFERS_0) && !merge;
        if (header == 12) {
            bytes[10] = (byte) (leave ? 0 : is(ND_NUM_BUFFERS_1) ? 1 : mine.size());
        }
        int done = 0;
        for (int i = 0; i < mine.size(); i++) {
            BufferChain chain = buffers.poll();
            long free = room(chain) - (is(ND_NOT_FILLED) && mine.size() > 1 ? 1 : 0);
            int at = 0;
            if (is(ND_HEADER_EACH) && i > 0) {
                chain.write(context.memory(), 0, new byte[12], 0, 12);
                at = 12;
            }
            int part = (int) Math.min(free - at, bytes.length - done);
            chain.write(context.memory(), at, bytes, done, part);
            done += part;
            queue.complete(chain.token(), at + part - (is(ND_LENGTH_OF_FRAME) && i == 0 ? 12 : 0));
            if (is(ND_PIECEMEAL)) {
                context.finish(0);
            }
        }
        context.finish(0);
        return true;
    }

    private long room(BufferChain chain) {
        return is(ND_RX_FIRST_ELEMENT) ? chain.length(chain.readableCount()) : chain.writableBytes();
    }

    @Override
    public void queueReset(int queueIndex) {
        super.queueReset(queueIndex);
        if (queueIndex == 0 && !is(ND_QUEUE_RESET_KEEPS)) {
            buffers.clear();
        }
    }

    @Override
    public void reset() {
        if (!is(ND_RESET_KEEPS)) {
            buffers.clear();
        }
        held = null;
        super.reset();
    }
}
