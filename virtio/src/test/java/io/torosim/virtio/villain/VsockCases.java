package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;
import static io.torosim.virtio.vsock.VsockEndpoint.VsockPacket.*;

import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.Map;
import java.util.TreeMap;

/** The hostile packets of virtio-villain's socket tests, by their names; after each a stream must still come about. */
final class VsockCases {
    private static final long GUEST = 3;
    private static final int PORT = 1234;
    private static final int NEXT = 1;
    private static final int WRITE = 2;

    private final VsockEndpoint host = new VsockEndpoint(HOST_CID, 4096);
    private final VillainRig rig;
    private final VsockDevice device;
    private VsockConnection accepted;
    private int slot;

    private VsockCases() {
        device = new VsockDevice(GUEST, host);
        rig = new VillainRig(device, VsockDevice.F_STREAM);
        host.listen(PORT, connection -> accepted = connection);
        for (int i = 0; i < VillainRig.SIZE; i++) {
            rig.desc(VsockDevice.RX, i, DATA + 0x20000 + 2048L * i, 2048, WRITE, 0);
        }
        rig.kick(VsockDevice.RX, 0, 1, 2, 3, 4, 5, 6, 7);
    }

    private static VsockPacket packet(int op, int type, int from, int to, int flags, int bufAlloc, int fwd, int bytes) {
        return new VsockPacket(GUEST, HOST_CID, from, to, type, op, flags, bufAlloc, fwd, new byte[bytes]);
    }

    private static VsockPacket stream(int op, int bytes) {
        return packet(op, STREAM, 5000, PORT, 0, 4096, 0, bytes);
    }

    private VsockCases send(byte[] bytes) {
        long at = DATA + 0x2000L * (slot % VillainRig.SIZE);
        rig.memory.copyIn(at, bytes, 0, bytes.length);
        rig.desc(VsockDevice.TX, slot % VillainRig.SIZE, at, bytes.length, 0, 0);
        rig.kick(VsockDevice.TX, slot % VillainRig.SIZE);
        slot++;
        return this;
    }

    private VsockCases send(VsockPacket packet) {
        return send(packet.encode());
    }

    /** A header whose len is another than that of its payload. */
    private static byte[] length(VsockPacket packet, int length) {
        byte[] bytes = packet.encode();
        for (int i = 0; i < 4; i++) {
            bytes[24 + i] = (byte) (length >>> 8 * i);
        }
        return bytes;
    }

    private VsockCases connected() {
        return send(stream(REQUEST, 0));
    }

    /** The verdict on the last packet; "fail" if a device that goes on does not serve an ordinary stream. */
    private String verdict() {
        String verdict = rig.verdict(VsockDevice.TX);
        if (verdict.equals("pass")) {
            accepted = null;
            send(packet(REQUEST, STREAM, 7777, PORT, 0, 4096, 0, 0));
            send(packet(RW, STREAM, 7777, PORT, 0, 4096, 0, 3));
            return accepted != null && accepted.read(10).length == 3 ? "pass" : "fail";
        }
        return verdict;
    }

    private static String fresh(VsockPacket... packets) {
        VsockCases cases = new VsockCases();
        for (VsockPacket packet : packets) {
            cases.send(packet);
        }
        return cases.verdict();
    }

    private static String open(VsockPacket... packets) {
        VsockCases cases = new VsockCases().connected();
        for (VsockPacket packet : packets) {
            cases.send(packet);
        }
        return cases.verdict();
    }

    private static VsockPacket cids(long from, long to, int op) {
        return new VsockPacket(from, to, 5000, PORT, STREAM, op, 0, 4096, 0, new byte[0]);
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        out.put("v0001_credit_overflow", open(packet(CREDIT_UPDATE, STREAM, 5000, PORT, 0, -1, -1, 0)));
        out.put("v0002_bad_op", fresh(stream(99, 0)));
        out.put("v0003_connect_to_self", fresh(cids(GUEST, GUEST, REQUEST)));
        out.put("v0004_double_connect", open(stream(REQUEST, 0)));
        out.put("v0005_data_beyond_credit", open(stream(RW, 4097)));
        out.put("v0006_shutdown_then_send", open(packet(SHUTDOWN, STREAM, 5000, PORT, 2, 4096, 0, 0), stream(RW, 8)));
        out.put("v0008_wrong_src_cid", fresh(cids(99, HOST_CID, REQUEST)));
        out.put("v0009_reserved_cid", fresh(cids(GUEST, 1, REQUEST)));
        out.put("v0010_unknown_stream", fresh(stream(RW, 8)));
        out.put("v0012_data_after_reset", open(stream(RST, 0), stream(RW, 8)));
        out.put("v0013_undefined_type", fresh(packet(REQUEST, 9, 5000, PORT, 0, 4096, 0, 0)));
        out.put("v0014_shutdown_bad_flags", open(packet(SHUTDOWN, STREAM, 5000, PORT, 0xffff_fffc, 4096, 0, 0)));
        out.put(
                "v0015_len_exceeds_payload",
                new VsockCases().connected().send(length(stream(RW, 8), 4000)).verdict());
        out.put("v0016_connect_port_zero", fresh(packet(REQUEST, STREAM, 5000, 0, 0, 4096, 0, 0)));
        out.put("v0018_connect_zero_buf_alloc", fresh(packet(REQUEST, STREAM, 5000, PORT, 0, 0, 0, 0)));
        out.put("v0019_rst_nonexistent", fresh(stream(RST, 0)));
        out.put("v0020_data_empty_payload", open(stream(RW, 0)));
        out.put("v0021_credit_update_zero_buf", open(packet(CREDIT_UPDATE, STREAM, 5000, PORT, 0, 0, 0, 0)));
        out.put("v0022_credit_request_no_conn", fresh(stream(CREDIT_REQUEST, 0)));
        out.put("v0023_response_unsolicited", fresh(stream(RESPONSE, 0)));
        out.put("v0024_data_exceeds_credit", open(stream(RW, 5000)));
        out.put("v0025_impersonate_host_cid", fresh(cids(HOST_CID, HOST_CID, REQUEST)));
        out.put("v0026_connect_max_port", fresh(packet(REQUEST, STREAM, -1, PORT, 0, 4096, 0, 0)));
        out.put("v0027_credit_underflow", open(packet(CREDIT_UPDATE, STREAM, 5000, PORT, 0, 4096, 1000, 0)));
        out.put("v0028_shutdown_then_rst", open(packet(SHUTDOWN, STREAM, 5000, PORT, 3, 4096, 0, 0), stream(RST, 0)));
        out.put("v0029_data_reserved_flags", open(packet(RW, STREAM, 5000, PORT, -1, 4096, 0, 8)));
        out.put(
                "v0031_data_len_exceeds_desc",
                new VsockCases()
                        .connected()
                        .send(length(stream(RW, 1), 0x7fff_ffff))
                        .verdict());
        out.put("v0032_seqpacket_no_feature", fresh(packet(REQUEST, 2, 5000, PORT, 0, 4096, 0, 0)));
        out.put(
                "v0033_credit_update_closing",
                open(packet(SHUTDOWN, STREAM, 5000, PORT, 2, 4096, 0, 0), stream(CREDIT_UPDATE, 0)));
        out.put("v0034_src_cid_any", fresh(cids(0xffff_ffffL, HOST_CID, REQUEST)));
        out.put("v0037_buf_alloc_max", fresh(packet(REQUEST, STREAM, 5000, PORT, 0, -1, 0, 0)));
        out.put("v0039_fwd_cnt_rollover", open(packet(RW, STREAM, 5000, PORT, 0, 4096, -1, 8)));
        out.put("v0041_all_zero_header", new VsockCases().send(new byte[44]).verdict());
        out.put(
                "v0042_oversized_header_desc",
                new VsockCases()
                        .send(java.util.Arrays.copyOf(stream(REQUEST, 0).encode(), 4096))
                        .verdict());
        out.put("v0044_reserved_type_max", fresh(packet(REQUEST, 0xffff, 5000, PORT, 0, 4096, 0, 0)));
        out.put("v0047_dgram_type", fresh(packet(RW, 3, 5000, PORT, 0, 4096, 0, 8)));
        out.put("v0049_three_pkts", open(stream(RW, 1), stream(RW, 2), stream(RW, 3)));
        out.put("v0052_request_with_payload", fresh(stream(REQUEST, 16)));
        out.put("v0053_rw_above_buf_alloc", open(stream(RW, 4200)));
        out.put("v0056_no_implied_stream_type_zero", fresh(packet(REQUEST, 0, 5000, PORT, 0, 4096, 0, 0)));
        out.put("v0057_no_implied_stream_unknown_type", fresh(packet(REQUEST, 7, 5000, PORT, 0, 4096, 0, 0)));
        out.put("v0058_shutdown_both_dirs", open(packet(SHUTDOWN, STREAM, 5000, PORT, 3, 4096, 0, 0)));
        out.put("v0059_credit_zero_alloc", open(packet(CREDIT_UPDATE, STREAM, 5000, PORT, 0, 0, 0, 0)));
        out.put("v0060_unsolicited_response", fresh(stream(RESPONSE, 0)));
        out.put("v0062_tx_invalid_type", fresh(packet(RW, 0x55, 5000, PORT, 0, 4096, 0, 8)));
        out.put(
                "v0063_tx_len_mismatch",
                new VsockCases().connected().send(length(stream(RW, 64), 8)).verdict());
        out.put("v0064_rst_unknown_connection", fresh(packet(RST, STREAM, 9, 9, 0, 0, 0, 0)));
        out.put("v0065_shutdown_before_response", fresh(packet(SHUTDOWN, STREAM, 5000, PORT, 3, 4096, 0, 0)));
        out.put(
                "v0066_rw_len_max",
                new VsockCases().connected().send(length(stream(RW, 8), -1)).verdict());
        out.put("v0067_rw_self_cid", fresh(cids(GUEST, GUEST, RW)));
        out.put("v0068_fwd_cnt_huge", open(packet(CREDIT_UPDATE, STREAM, 5000, PORT, 0, 4096, 0x7fff_ffff, 0)));
        out.put("v0074_header_placement_fragmented", fragmented());
        out.put("v0079_credit_update_valid", open(stream(CREDIT_UPDATE, 0)));
        out.put("v0080_stream_rw_data", open(stream(RW, 100)));
        out.put("v0081_rst_after_shutdown", open(packet(SHUTDOWN, STREAM, 5000, PORT, 3, 4096, 0, 0), stream(RST, 0)));
        out.put("v0083_credit_request_valid", open(stream(CREDIT_REQUEST, 0)));
        out.put("v0084_shutdown_recv_only", open(packet(SHUTDOWN, STREAM, 5000, PORT, 1, 4096, 0, 0)));
        out.put("v0085_shutdown_send_only", open(packet(SHUTDOWN, STREAM, 5000, PORT, 2, 4096, 0, 0)));
        out.put("v0087_connect_then_rst", open(stream(RST, 0)));
        out.put("v0088_large_payload", open(stream(RW, 4000)));
        out.put("v0089_two_rw_packets", open(stream(RW, 10), stream(RW, 10)));
        out.put("v0091_shutdown_no_conn", fresh(packet(SHUTDOWN, STREAM, 5000, PORT, 3, 4096, 0, 0)));
        out.put("v0092_rw_addr_len_wrap", wrapped());
        return out;
    }

    private static String fragmented() {
        VsockCases cases = new VsockCases();
        byte[] bytes = stream(REQUEST, 0).encode();
        cases.rig.memory.copyIn(DATA, bytes, 0, bytes.length);
        cases.rig.desc(VsockDevice.TX, 6, DATA, 20, NEXT, 7).desc(VsockDevice.TX, 7, DATA + 20, 24, 0, 0);
        cases.rig.kick(VsockDevice.TX, 6);
        cases.slot = 0;
        return cases.accepted == null ? "fail" : cases.verdict();
    }

    private static String wrapped() {
        VsockCases cases = new VsockCases();
        cases.rig.desc(VsockDevice.TX, 0, -16L, 44, 0, 0);
        cases.rig.kick(VsockDevice.TX, 0);
        return cases.rig.verdict(VsockDevice.TX);
    }
}
