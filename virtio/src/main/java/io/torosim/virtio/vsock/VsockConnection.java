package io.torosim.virtio.vsock;

import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;

/**
 * One end of a stream. What is read makes room for the peer; what is written goes as far as the peer has room (section
 * 5.10.6.3). Confined to one thread.
 */
public final class VsockConnection {
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
