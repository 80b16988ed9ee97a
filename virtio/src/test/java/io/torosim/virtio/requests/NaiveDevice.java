package io.torosim.virtio.requests;

import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayList;
import java.util.List;

/** What the devices with planted faults share: they are short and slow, and right but for one fault. */
abstract class NaiveDevice implements DeviceModel {
    final RequestFault fault; // null for none
    DeviceContext context;
    private final List<Taken> taken = new ArrayList<>(); // by work() served

    private record Taken(int queueIndex, DeviceQueue queue, BufferChain chain) {}

    NaiveDevice(RequestFault fault) {
        this.fault = fault;
    }

    boolean is(RequestFault one) {
        return fault == one;
    }

    /** Serves one buffer; returns the used length. */
    abstract long serve(int queueIndex, BufferChain chain);

    /** Takes what is available; it is served in work(). */
    void take(int queueIndex) {
        DeviceQueue queue = context.queue(queueIndex);
        BufferChain chain = new BufferChain();
        while (queue.pop(chain)) {
            taken.add(new Taken(queueIndex, queue, chain));
            chain = new BufferChain();
            if (oneAKick()) {
                return;
            }
        }
        if (queue.error() != null) {
            context.finish(queueIndex);
        }
        queue.enableNotifications();
    }

    boolean oneAKick() {
        return false;
    }

    boolean swaps() {
        return false;
    }

    boolean interrupts() {
        return true;
    }

    void work() {
        while (!taken.isEmpty()) {
            Taken one = taken.remove(0);
            BufferChain chain = one.chain;
            if (swaps() && !taken.isEmpty()) {
                chain = mixed(taken.get(0).chain, one.chain);
                taken.set(0, new Taken(one.queueIndex, one.queue, mixed(one.chain, taken.get(0).chain)));
            }
            long length = serve(one.queueIndex, chain);
            if (context == null) {
                return; // broken
            }
            if (length < -1) {
                continue; // lost
            }
            if (length < 0) {
                context.fail("request without room");
                return;
            }
            one.queue.complete(one.chain.token(), length);
            if (interrupts()) {
                context.finish(one.queueIndex);
            } else {
                one.queue.publish();
            }
        }
    }

    /** The request of one buffer with the room of another. */
    private static BufferChain mixed(BufferChain request, BufferChain room) {
        BufferChain mixed = new BufferChain();
        mixed.clear();
        for (int i = 0; i < request.readableCount(); i++) {
            mixed.addReadable(request.address(i), request.length(i));
        }
        for (int i = room.readableCount(); i < room.count(); i++) {
            mixed.addWritable(room.address(i), room.length(i));
        }
        mixed.token(room.token());
        return mixed;
    }

    /** The bytes of the readable part from {@code from} on. */
    byte[] readable(BufferChain chain, long from) {
        byte[] bytes = new byte[(int) Math.max(0, Math.min(1 << 20, chain.readableBytes() - from))];
        chain.read(context.memory(), from, bytes, 0, bytes.length);
        return bytes;
    }

    boolean forgets() {
        return true;
    }

    boolean forgetsAtReset() {
        return true;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void queueReset(int queueIndex) {
        if (forgets()) {
            taken.removeIf(t -> t.queueIndex == queueIndex);
        }
    }

    @Override
    public void reset() {
        if (forgetsAtReset()) {
            taken.clear();
            context = null;
        }
    }
}
