package io.torosim.virtio.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

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
