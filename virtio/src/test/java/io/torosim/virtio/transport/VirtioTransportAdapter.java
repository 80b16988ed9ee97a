package io.torosim.virtio.transport;

import io.torosim.virtio.queue.QueueLayout;

/** Passes everything on; tests override what they bend. */
class VirtioTransportAdapter implements VirtioTransport {
    private final VirtioTransport transport;

    VirtioTransportAdapter(VirtioTransport transport) {
        this.transport = transport;
    }

    @Override
    public int deviceId() {
        return transport.deviceId();
    }

    @Override
    public boolean legacy() {
        return transport.legacy();
    }

    @Override
    public int status() {
        return transport.status();
    }

    @Override
    public void status(int value) {
        transport.status(value);
    }

    @Override
    public long deviceFeatures() {
        return transport.deviceFeatures();
    }

    @Override
    public void driverFeatures(long features) {
        transport.driverFeatures(features);
    }

    @Override
    public int queueSizeMax(int queueIndex) {
        return transport.queueSizeMax(queueIndex);
    }

    @Override
    public void enableQueue(int queueIndex, QueueLayout layout) {
        transport.enableQueue(queueIndex, layout);
    }

    @Override
    public void notifyQueue(int queueIndex) {
        transport.notifyQueue(queueIndex);
    }

    @Override
    public int interruptStatus() {
        return transport.interruptStatus();
    }

    @Override
    public int configGeneration() {
        return transport.configGeneration();
    }

    @Override
    public long configRead(int offset, int widthBytes) {
        return transport.configRead(offset, widthBytes);
    }

    @Override
    public void configWrite(int offset, int widthBytes, long value) {
        transport.configWrite(offset, widthBytes, value);
    }
}
