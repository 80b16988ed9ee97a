package io.torosim.virtio.vsock;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.EnumSet;
import java.util.Set;

/** Our driver with one stream, and with a fault named by its constant; "" for none. */
public final class FaultyVsockDriver implements Drivers.Vsock {
    private static final int BUFFER_BYTES = 3000;

    private final VsockDriver driver;
    private VsockConnection stream;

    /** Brings the device up. */
    public FaultyVsockDriver(VirtioTransport t, GuestMemory m, DmaAllocator dma, long ring, String fault) {
        Set<VsockFault> faults = EnumSet.noneOf(VsockFault.class);
        switch (fault) {
            case "VSOCK_CREDIT_NEVER" -> faults.add(VsockFault.CREDIT_NEVER_UPDATED);
            case "VSOCK_CREDIT_IGNORED" -> faults.add(VsockFault.CREDIT_IGNORED);
            case "VSOCK_FORWARDED" -> faults.add(VsockFault.FORWARDED_ON_ARRIVAL);
            case "VSOCK_RESET_IGNORED" -> faults.add(VsockFault.RESET_IGNORED);
            case "VSOCK_COUNTERS" -> faults.add(VsockFault.COUNTERS_NOT_WRAPPED);
            default -> {} // right
        }
        driver = new VsockDriver(t, m, dma, ring, cid -> new VsockEndpoint(cid, BUFFER_BYTES, 0, faults));
    }

    @Override
    public void connect(int port) {
        stream = driver.guest().connect(VsockPacket.HOST_CID, port);
    }

    @Override
    public boolean open() {
        return stream.open();
    }

    @Override
    public boolean reset() {
        return stream.reset();
    }

    @Override
    public boolean ended() {
        return stream.ended();
    }

    @Override
    public int write(byte[] bytes) {
        return stream.write(bytes);
    }

    @Override
    public byte[] read(int most) {
        return stream.read(most);
    }

    @Override
    public void shutdown() {
        stream.shutdown();
    }

    @Override
    public void work() {
        driver.work();
    }
}
