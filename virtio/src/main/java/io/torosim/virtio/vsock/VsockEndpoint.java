package io.torosim.virtio.vsock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The streams of a guest or of its host, whatever carries their packets. Confined to one thread. */
public final class VsockEndpoint {
    private static final int FIRST_FREE_PORT = 1024;

    private final long cid;
    private final int bufferBytes;
    private final int firstCount;
    private final Set<VsockFault> faults;
    private final List<VsockConnection> connections = new ArrayList<>();
    private final Map<Integer, Consumer<VsockConnection>> listeners = new TreeMap<>();
    private final ArrayDeque<VsockPacket> out = new ArrayDeque<>();
    private int nextPort = FIRST_FREE_PORT;

    /**
     * Creates an endpoint without streams.
     *
     * @param cid its address
     * @param bufferBytes receive buffer of each stream, at least 1
     */
    public VsockEndpoint(long cid, int bufferBytes) {
        this(cid, bufferBytes, 0, EnumSet.noneOf(VsockFault.class));
    }

    /** For tests: counters that begin near their wrap, the same at both ends, and faults. */
    VsockEndpoint(long cid, int bufferBytes, int firstCount, Set<VsockFault> faults) {
        if (bufferBytes < 1) {
            throw new IllegalArgumentException("bufferBytes must be at least 1, bufferBytes=" + bufferBytes);
        }
        this.cid = cid;
        this.bufferBytes = bufferBytes;
        this.firstCount = firstCount;
        this.faults = faults;
    }

    /** Returns the address. */
    public long cid() {
        return cid;
    }

    boolean has(VsockFault fault) {
        return faults.contains(fault);
    }

    /** Accepts streams to a port; whoever listened there before no longer does. */
    public void listen(int port, Consumer<VsockConnection> accepted) {
        listeners.put(port, accepted);
    }

    /** Begins a stream; it is open when the peer has accepted. */
    public VsockConnection connect(long peerCid, int peerPort) {
        VsockConnection connection = new VsockConnection(this, peerCid, nextPort++, peerPort, bufferBytes, firstCount);
        connections.add(connection);
        connection.connect();
        return connection;
    }

    /** Takes a packet that has arrived. */
    public void receive(VsockPacket packet) {
        if (packet.dstCid() != cid) {
            return; // not for us (section 5.10.6.4.1)
        }
        VsockConnection connection = find(packet);
        Consumer<VsockConnection> listener = listeners.get(packet.dstPort());
        boolean stream = packet.type() == VsockPacket.STREAM;
        if (stream && connection != null) {
            connection.receive(packet);
        } else if (stream && packet.op() == VsockPacket.REQUEST && listener != null) {
            VsockConnection fresh = new VsockConnection(
                    this, packet.srcCid(), packet.dstPort(), packet.srcPort(), bufferBytes, firstCount);
            connections.add(fresh);
            fresh.accept(packet);
            listener.accept(fresh);
        } else if (packet.op() != VsockPacket.RST) {
            send(new VsockPacket(
                    cid,
                    packet.srcCid(),
                    packet.dstPort(),
                    packet.srcPort(),
                    packet.type(),
                    VsockPacket.RST,
                    0,
                    0,
                    0,
                    new byte[0]));
        }
    }

    private @Nullable VsockConnection find(VsockPacket packet) {
        for (VsockConnection connection : connections) {
            if (connection.is(packet.srcCid(), packet.dstPort(), packet.srcPort())) {
                return connection;
            }
        }
        return null;
    }

    /** A stream has ended: its payload that was not sent yet goes nowhere. */
    void forget(VsockConnection connection) {
        connections.remove(connection);
        out.removeIf(packet ->
                packet.op() == VsockPacket.RW && connection.is(packet.dstCid(), packet.srcPort(), packet.dstPort()));
    }

    /** Sends a packet as it is, after what waits already: for what no stream of this endpoint would send. */
    public void send(VsockPacket packet) {
        out.add(packet);
    }

    /** Returns the next packet to send without taking it, or null. */
    VsockPacket peek() {
        return out.peek();
    }

    /** Takes the next packet to send, or null: for a device or a driver of your own, which carries packets. */
    public VsockPacket poll() {
        return out.poll();
    }

    /** Puts back what is left of the packet taken last. */
    void unpoll(VsockPacket rest) {
        out.addFirst(rest);
    }

    /** Returns how many packets wait to be sent. */
    int waiting() {
        return out.size();
    }

    /** Forgets every stream and every packet: the peer is gone. Listeners stay. */
    public void clear() {
        connections.clear();
        out.clear();
    }
}
