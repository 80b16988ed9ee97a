package io.torosim.virtio.vsock;

import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a guest or of its host, whatever carries their packets. Confined to one thread.
 *
 * <p>{@link VsockDevice} and {@link VsockDriver} each have one.
 */
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

    /**
     * A packet of virtio-vsock (virtio 1.2 section 5.10.6), little-endian:
     *
     * <pre>
     *   0 src_cid u64 | 8 dst_cid u64 | 16 src_port u32 | 20 dst_port u32 | 24 len u32 | 28 type u16 | 30 op u16
     *   32 flags u32 | 36 buf_alloc u32 | 40 fwd_cnt u32 | 44 payload
     * </pre>
     *
     * @param srcCid sender
     * @param dstCid receiver
     * @param srcPort port of the sender
     * @param dstPort port of the receiver
     * @param type {@link #STREAM}
     * @param op what it is for
     * @param flags of SHUTDOWN
     * @param bufAlloc the sender's receive buffer in bytes
     * @param fwdCnt how many bytes the sender has taken out of that buffer, modulo 2^32
     * @param payload of RW, else empty; not copied
     */
    public record VsockPacket(
            long srcCid,
            long dstCid,
            int srcPort,
            int dstPort,
            int type,
            int op,
            int flags,
            int bufAlloc,
            int fwdCnt,
            byte[] payload) {
        /** Bytes of the header. */
        public static final int HEADER_BYTES = 44;
        /** Address of the host. */
        public static final long HOST_CID = 2;
        /** Type: a stream. */
        public static final int STREAM = 1;
        /** Operation: connect. */
        public static final int REQUEST = 1;
        /** Operation: accept. */
        public static final int RESPONSE = 2;
        /** Operation: refuse, or end at once. */
        public static final int RST = 3;
        /** Operation: no more is sent, or received. */
        public static final int SHUTDOWN = 4;
        /** Operation: payload. */
        public static final int RW = 5;
        /** Operation: tells the credit. */
        public static final int CREDIT_UPDATE = 6;
        /** Operation: asks for the credit. */
        public static final int CREDIT_REQUEST = 7;
        /** Flag of SHUTDOWN: nothing more is received. */
        public static final int NO_RECEIVE = 1;
        /** Flag of SHUTDOWN: nothing more is sent. */
        public static final int NO_SEND = 2;

        /** Returns its bytes. */
        public byte[] encode() {
            return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(srcCid)
                    .putLong(dstCid)
                    .putInt(srcPort)
                    .putInt(dstPort)
                    .putInt(payload.length)
                    .putShort((short) type)
                    .putShort((short) op)
                    .putInt(flags)
                    .putInt(bufAlloc)
                    .putInt(fwdCnt)
                    .put(payload)
                    .array();
        }

        /** Returns the packet that begins {@code bytes}, or null if they are too few for the header or what it says. */
        public static @Nullable VsockPacket decode(byte[] bytes) {
            if (bytes.length < HEADER_BYTES) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long length = in.getInt(24) & 0xffff_ffffL;
            if (length > bytes.length - HEADER_BYTES) {
                return null;
            }
            byte[] payload = new byte[(int) length];
            System.arraycopy(bytes, HEADER_BYTES, payload, 0, payload.length);
            return new VsockPacket(
                    in.getLong(0),
                    in.getLong(8),
                    in.getInt(16),
                    in.getInt(20),
                    in.getShort(28) & 0xffff,
                    in.getShort(30) & 0xffff,
                    in.getInt(32),
                    in.getInt(36),
                    in.getInt(40),
                    payload);
        }

        /** Returns this packet with a part of its payload. */
        VsockPacket part(int from, int bytes) {
            byte[] part = new byte[bytes];
            System.arraycopy(payload, from, part, 0, bytes);
            return new VsockPacket(srcCid, dstCid, srcPort, dstPort, type, op, flags, bufAlloc, fwdCnt, part);
        }
    }

    /**
     * One end of a stream. What is read makes room for the peer; what is written goes as far as the peer has room (section
     * 5.10.6.3). Confined to one thread.
     */
    public static final class VsockConnection {
        /** Most bytes of payload in one packet. */
        static final int MOST_PAYLOAD = 1 << 16;

        private final VsockEndpoint endpoint;
        private final long peerCid;
        private final int localPort;
        private final int peerPort;
        private final byte[] buffer; // a ring
        private int readAt;
        private int buffered;
        private boolean open;
        private boolean closed;
        private boolean reset;
        private boolean peerSendsNoMore;
        private boolean sendsNoMore;
        private int fwdCnt;
        private int toldFwdCnt;
        private int txCnt;
        private int peerBufAlloc;
        private int peerFwdCnt;

        VsockConnection(
                VsockEndpoint endpoint, long peerCid, int localPort, int peerPort, int bufferBytes, int firstCount) {
            this.endpoint = endpoint;
            this.peerCid = peerCid;
            this.localPort = localPort;
            this.peerPort = peerPort;
            this.buffer = new byte[bufferBytes];
            this.txCnt = firstCount;
            this.peerFwdCnt = firstCount;
            this.fwdCnt = firstCount;
            this.toldFwdCnt = firstCount;
        }

        /** Returns the port at this end. */
        public int localPort() {
            return localPort;
        }

        /** Returns the port at the other end. */
        public int peerPort() {
            return peerPort;
        }

        /** Returns whether the peer has accepted, and nobody has ended it. */
        public boolean open() {
            return open && !closed;
        }

        /** Returns whether the peer refused the stream, or ended it at once. */
        public boolean reset() {
            return reset;
        }

        /** Returns whether all was read and the peer sends no more. */
        public boolean ended() {
            return buffered == 0 && (peerSendsNoMore || closed);
        }

        /** Returns how many bytes the peer has room for. */
        public long peerFree() {
            if (endpoint.has(VsockFault.COUNTERS_NOT_WRAPPED)) {
                return (long) peerBufAlloc - ((txCnt & 0xffff_ffffL) - (peerFwdCnt & 0xffff_ffffL));
            }
            return (peerBufAlloc & 0xffff_ffffL) - (txCnt - peerFwdCnt & 0xffff_ffffL);
        }

        /**
         * Writes as many bytes as the peer has room for.
         *
         * @return how many; 0 too if the stream is not open, or this end sends no more
         */
        public int write(byte[] bytes) {
            if (!open() || sendsNoMore) {
                return 0;
            }
            long room = endpoint.has(VsockFault.CREDIT_IGNORED) ? bytes.length : Math.max(0, peerFree());
            int all = (int) Math.min(bytes.length, room);
            for (int done = 0; done < all; ) {
                byte[] part = new byte[Math.min(MOST_PAYLOAD, all - done)];
                System.arraycopy(bytes, done, part, 0, part.length);
                send(VsockPacket.RW, 0, part);
                txCnt += part.length;
                done += part.length;
            }
            return all;
        }

        /** Reads at most so many bytes of what has arrived; an empty array if nothing has. */
        public byte[] read(int most) {
            byte[] bytes = new byte[Math.min(most, buffered)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = buffer[(readAt + i) % buffer.length];
            }
            readAt = (readAt + bytes.length) % buffer.length;
            buffered -= bytes.length;
            if (!endpoint.has(VsockFault.FORWARDED_ON_ARRIVAL)) {
                fwdCnt += bytes.length;
            }
            updateIfDue();
            return bytes;
        }

        /** Tells the credit when the peer believes to have less than half of the buffer, and has more. */
        private void updateIfDue() {
            int unread = buffered + (fwdCnt - toldFwdCnt);
            boolean due = fwdCnt != toldFwdCnt && unread > buffer.length / 2;
            if (due && open() && !endpoint.has(VsockFault.CREDIT_NEVER_UPDATED)) {
                send(VsockPacket.CREDIT_UPDATE, 0, new byte[0]);
            }
        }

        /** Sends no more; what the peer sends still arrives. */
        public void shutdown() {
            if (open() && !sendsNoMore) {
                sendsNoMore = true;
                send(VsockPacket.SHUTDOWN, VsockPacket.NO_SEND, new byte[0]);
            }
        }

        /** Ends the stream at once. */
        public void close() {
            if (!closed) {
                send(VsockPacket.RST, 0, new byte[0]);
                end();
            }
        }

        private void end() {
            closed = true;
            endpoint.forget(this);
        }

        void connect() {
            send(VsockPacket.REQUEST, 0, new byte[0]);
        }

        void accept(VsockPacket request) {
            heard(request);
            open = true;
            send(VsockPacket.RESPONSE, 0, new byte[0]);
        }

        private void heard(VsockPacket packet) {
            peerBufAlloc = packet.bufAlloc();
            peerFwdCnt = packet.fwdCnt();
        }

        void receive(VsockPacket packet) {
            heard(packet);
            switch (packet.op()) {
                case VsockPacket.RESPONSE -> open = true;
                case VsockPacket.RST -> {
                    if (!endpoint.has(VsockFault.RESET_IGNORED)) {
                        reset = true;
                        end();
                    }
                }
                case VsockPacket.SHUTDOWN -> shutDown(packet.flags());
                case VsockPacket.RW -> take(packet.payload());
                case VsockPacket.CREDIT_REQUEST -> send(VsockPacket.CREDIT_UPDATE, 0, new byte[0]);
                case VsockPacket.CREDIT_UPDATE -> {} // heard
                default -> close(); // section 5.10.6.5: an operation that makes no sense
            }
        }

        private void shutDown(int flags) {
            peerSendsNoMore |= (flags & VsockPacket.NO_SEND) != 0;
            sendsNoMore |= (flags & VsockPacket.NO_RECEIVE) != 0;
            if (peerSendsNoMore && sendsNoMore) {
                send(VsockPacket.RST, 0, new byte[0]); // the clean end of section 5.10.6.5
                end();
            }
        }

        private void take(byte[] payload) {
            if (!open || peerSendsNoMore || payload.length > buffer.length - buffered) {
                close(); // the peer does not keep to the credit, or to its word
                return;
            }
            for (int i = 0; i < payload.length; i++) {
                buffer[(readAt + buffered + i) % buffer.length] = payload[i];
            }
            buffered += payload.length;
            if (endpoint.has(VsockFault.FORWARDED_ON_ARRIVAL)) {
                fwdCnt += payload.length;
                updateIfDue();
            }
        }

        boolean is(long cid, int local, int peer) {
            return peerCid == cid && localPort == local && peerPort == peer;
        }

        private void send(int op, int flags, byte[] payload) {
            toldFwdCnt = fwdCnt;
            endpoint.send(new VsockPacket(
                    endpoint.cid(),
                    peerCid,
                    localPort,
                    peerPort,
                    VsockPacket.STREAM,
                    op,
                    flags,
                    buffer.length,
                    fwdCnt,
                    payload));
        }
    }
}
