package io.torosim.virtio.driver;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;

/** A virtio-console driver with one port. */
public final class ConsoleDriver {
    private static final int BUFFER_BYTES = 64;
    private static final int BUFFERS = 4;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DriverQueue rx;
    private final DriverQueue tx;
    private final long[] rxAddr = new long[65536];
    private final long txBuffer;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Brings up the device and posts its receive buffers. */
    public ConsoleDriver(VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures) {
        this.transport = transport;
        this.memory = memory;
        this.handshake = VirtioHandshake.begin(transport, 3, ringFeatures | ConsoleDevice.F_SIZE);
        this.rx = handshake.queue(ConsoleDevice.RX, BUFFERS, memory, dma);
        this.tx = handshake.queue(ConsoleDevice.TX, BUFFERS, memory, dma);
        this.txBuffer = dma.allocate(BUFFER_BYTES, 8);
        handshake.ready();
        for (int i = 0; i < BUFFERS; i++) {
            post(dma.allocate(BUFFER_BYTES, 8));
        }
        kick(rx, ConsoleDevice.RX);
    }

    private void post(long address) {
        chain.clear();
        chain.addWritable(address, BUFFER_BYTES);
        rxAddr[rx.add(chain)] = address;
    }

    private void kick(DriverQueue queue, int index) {
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(index, queue);
        }
    }

    /** Writes bytes in pieces of 64, as far as the device takes them at once; returns how many it took. */
    public int write(byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            int part = Math.min(BUFFER_BYTES, bytes.length - done);
            memory.copyIn(txBuffer, bytes, done, part);
            chain.clear();
            chain.addReadable(txBuffer, part);
            if (tx.add(chain) < 0) {
                return done;
            }
            kick(tx, ConsoleDevice.TX);
            if (!tx.poll(used)) {
                return done + part; // taken, but the one buffer is still the device's
            }
            done += part;
        }
        return done;
    }

    /** Returns the next bytes typed, or null. */
    public byte[] read() {
        if (!rx.poll(used)) {
            return null;
        }
        long address = rxAddr[used.id()];
        byte[] bytes = new byte[(int) used.lengthBytes()];
        memory.copyOut(address, bytes, 0, bytes.length);
        post(address);
        kick(rx, ConsoleDevice.RX);
        return bytes;
    }

    /** Returns the width of the window in characters. */
    public int columns() {
        return (int) transport.configRead(0, 2);
    }

    /** Returns the height of the window in characters. */
    public int rows() {
        return (int) transport.configRead(2, 2);
    }
}
