package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What virtio-villain's tests of the network card do, by their names, done to ours; after each that does not wedge the card a
 * frame must go out and one must come in.
 */
final class NetCases {
    private static final int RX = NetDevice.RX;
    private static final int TX = NetDevice.TX;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final int HEADER = 12;
    private static final long FRAME = DATA + HEADER;
    private static final long TABLE = DATA + 0x30000;
    private static final long RECEIVED = DATA + 0x40000;
    private static final long RAM = VillainRig.MEMORY_BYTES;
    private static final byte[] MAC = {2, 0, 0x11, 0x22, 0x33, 0x44};

    private final List<byte[]> sent = new ArrayList<>();
    private final NetDevice card = NetDevice.withControl(MAC, sent::add);
    private final VillainRig rig;

    private NetCases(long features) {
        rig = new VillainRig(card, features | VirtioFeatures.RING_RESET);
        for (int i = 0; i < 0x2000; i++) {
            rig.memory.store8(FRAME + i, i);
        }
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        framesOut(out);
        headers(out);
        framesIn(out);
        NetCommands.verdicts(out);
        registers(out);
        return out;
    }

    static NetCases card(long features) {
        return new NetCases(features);
    }

    VillainRig rig() {
        return rig;
    }

    NetDevice card() {
        return card;
    }

    /** Sends what was prepared; as many frames of the lengths given must come out. */
    private String sent(int[] lengths, int... heads) {
        rig.kick(TX, heads);
        String verdict = rig.verdict(TX);
        if (verdict.equals("wedged")) {
            return sent.isEmpty() ? verdict : "fail";
        }
        boolean right = sent.size() == lengths.length && rig.usedIdx(TX) == heads.length;
        for (int i = 0; right && i < lengths.length; i++) {
            right = sent.get(i).length == lengths[i];
        }
        return right ? works(verdict) : "fail";
    }

    /** Returns the verdict if a frame goes out and comes in. */
    String works(String verdict) {
        int before = sent.size();
        rig.memory.fill(DATA, HEADER, 0);
        rig.desc(TX, 7, DATA, HEADER + 60, 0, 0).kick(TX, 7);
        boolean out = sent.size() == before + 1 && rig.verdict(TX).equals("pass");
        rig.desc(RX, 7, RECEIVED, 2048, WRITE, 0).kick(RX, 7);
        byte[] frame = new byte[60];
        for (int i = 0; i < MAC.length; i++) {
            frame[i] = (byte) rig.transport.configRead(i, 1);
        }
        boolean in = card.receive(frame);
        return out && in && rig.verdict(RX).equals("pass") ? verdict : "fail";
    }

    private static String tx(long features, int[] frames, Consumer<VillainRig> prepare, int... heads) {
        NetCases cases = new NetCases(features);
        prepare.accept(cases.rig);
        return cases.sent(frames, heads);
    }

    private static String tx(int frameBytes) {
        return tx(0, new int[] {frameBytes}, r -> r.desc(TX, 0, DATA, HEADER + frameBytes, 0, 0), 0);
    }

    private static String tx(Consumer<VillainRig> prepare) {
        return tx(0, new int[0], prepare, 0);
    }

    private static int[] lengths(int count, int length) {
        int[] lengths = new int[count];
        java.util.Arrays.fill(lengths, length);
        return lengths;
    }

    private static int[] heads(int count) {
        int[] heads = new int[count];
        for (int i = 0; i < count; i++) {
            heads[i] = i;
        }
        return heads;
    }

    private static String several(int count) {
        return tx(
                0,
                lengths(count, 60),
                r -> {
                    for (int i = 0; i < count; i++) {
                        r.desc(TX, i, DATA, HEADER + 60, 0, 0);
                    }
                },
                heads(count));
    }

    /** A frame over so many descriptors. */
    private static String chain(int count, int first, int rest) {
        return tx(
                0,
                lengths(1, first + (count - 1) * rest - HEADER),
                r -> {
                    for (int i = 0; i < count; i++) {
                        r.desc(TX, i, DATA + i * 64L, i == 0 ? first : rest, i + 1 < count ? NEXT : 0, i + 1);
                    }
                },
                0);
    }

    private static String indirect(int[] frames, long tableBytes, Consumer<VillainRig> entries) {
        return tx(
                VirtioFeatures.INDIRECT_DESC,
                frames,
                r -> {
                    entries.accept(r);
                    r.desc(TX, 0, TABLE, tableBytes, INDIRECT, 0);
                },
                0);
    }

    private static void framesOut(Map<String, String> out) {
        out.put("n0001_tx_oversized", tx(0, new int[0], r -> r.desc(TX, 0, DATA, HEADER + 70_000, 0, 0), 0));
        out.put("n0017_tx_exceeds_mtu", tx(9000));
        out.put("n0040_tx_exactly_mtu", tx(1514));
        out.put("n0152_tx_1500", tx(1500));
        out.put("n0052_tx_one_byte", tx(1));
        out.put("n0137_tx_valid", tx(60));
        out.put("n0059_tx_broadcast_mac", tx(60));
        out.put("n0201_tx_qinq_double_tag", tx(68));
        out.put("n0002_tx_no_header", tx(r -> r.desc(TX, 0, DATA, 4, 0, 0)));
        out.put("n0010_tx_writable_desc", tx(r -> r.desc(TX, 0, DATA, 72, WRITE, 0)));
        out.put("n0034_tx_writable_only", tx(r -> r.desc(TX, 0, DATA, 72, WRITE, 0)));
        out.put("n0043_rx_on_tx_queue", tx(r -> r.desc(TX, 0, DATA, 2048, WRITE, 0)));
        out.put("n0151_tx_hdr_only", tx(r -> r.desc(TX, 0, DATA, HEADER, 0, 0)));
        out.put("n0113_tx_zero_data", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 1)
                .desc(TX, 1, FRAME, 0, 0, 0)));
        out.put("n0187_tx_zero_len", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 1)
                .desc(TX, 1, FRAME, 0, 0, 0)));
        out.put("n0114_tx_truncated_hdr", chain(2, 6, 66));
        out.put("n0155_tx_split", chain(2, HEADER, 60));
        out.put("n0188_tx_max_chain", chain(VillainRig.SIZE, HEADER, 16));
        out.put("n0035_tx_fill_ring", several(VillainRig.SIZE));
        out.put("n0045_tx_aliased_bufs", several(2));
        out.put("n0140_tx_batch", several(2));
        out.put("n0150_tx_triple", several(3));
        out.put("n0085_tx_huge_len", tx(r -> r.desc(TX, 0, DATA, 0xffff_ffffL, 0, 0)));
        out.put("n0180_tx_addr_len_wrap", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 1)
                .desc(TX, 1, -4096L, 8192, 0, 0)));
        out.put("n0184_tx_bad_addr", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 1)
                .desc(TX, 1, 1L << 40, 60, 0, 0)));
        out.put("n0182_tx_self_loop", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 0)));
        out.put("n0183_tx_oob_next", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT, 0xffff)));
        out.put("n0186_tx_all_flags", tx(r -> r.desc(TX, 0, DATA, HEADER, NEXT | WRITE | INDIRECT, 1)));
        out.put("n0181_tx_indirect_no_feature", tx(r -> r.table(TABLE, 0, DATA, 72, 0, 0)
                .desc(TX, 0, TABLE, 16, INDIRECT, 0)));
        out.put("n0195_tx_indirect_zero_len", indirect(new int[0], 0, r -> {}));
        out.put("n0196_tx_indirect_self_loop", indirect(new int[0], 16, r -> r.table(TABLE, 0, DATA, 72, NEXT, 0)));
        out.put("n0197_tx_indirect_unaligned", indirect(new int[0], 17, r -> r.table(TABLE, 0, DATA, 72, 0, 0)));
        out.put("n0198_tx_indirect_oob_next", indirect(new int[0], 32, r -> r.table(TABLE, 0, DATA, 72, NEXT, 9)));
        out.put(
                "n0199_tx_indirect_max_entries",
                indirect(lengths(1, VillainRig.SIZE * 16 - HEADER), 16L * VillainRig.SIZE, r -> {
                    for (int i = 0; i < VillainRig.SIZE; i++) {
                        r.table(TABLE, i, DATA + 16L * i, 16, i + 1 < VillainRig.SIZE ? NEXT : 0, i + 1);
                    }
                }));
        out.put("n0120_tx_hdr_in_ring", ownRing(HEADER));
        out.put("n0185_tx_addr_self_vring", ownRing(64));
    }

    /** Header, or all, lies in the ring itself, which is RAM like any other. */
    private static String ownRing(int bytes) {
        NetCases cases = new NetCases(0);
        long ring = cases.rig.layouts[TX].descAddr();
        if (bytes == HEADER) {
            cases.rig.desc(TX, 0, ring, HEADER, NEXT, 1).desc(TX, 1, FRAME, 60, 0, 0);
        } else {
            cases.rig.desc(TX, 0, ring, bytes, 0, 0);
        }
        return cases.sent(lengths(1, bytes == HEADER ? 60 : bytes - HEADER), 0);
    }

    /** A header of these flags, GSO type, header length, segment, checksum start and offset, number of buffers. */
    private static String header(int flags, int gso, int length, int segment, int start, int offset, int buffers) {
        NetCases cases = new NetCases(0);
        cases.rig.memory.store8(DATA, flags);
        cases.rig.memory.store8(DATA + 1, gso);
        int[] words = {length, segment, start, offset, buffers};
        for (int i = 0; i < words.length; i++) {
            cases.rig.memory.store16(DATA + 2 + 2L * i, words[i]);
        }
        cases.rig.desc(TX, 0, DATA, HEADER + 200, 0, 0);
        String verdict = cases.sent(lengths(1, 200), 0);
        // an offload that was not agreed on is counted against the driver, and the frame goes out as it is
        return cases.card.headerViolations() == (flags != 0 || gso != 0 ? 1 : 0) ? verdict : "fail";
    }

    private static void headers(Map<String, String> out) {
        out.put("n0003_tx_header_bad_gso", header(0, 0x7f, 54, 512, 0, 0, 0));
        out.put("n0004_tx_csum_bad_offset", header(1, 0, 54, 0, 34, 0xffff, 0));
        out.put("n0007_gso_without_csum", header(0, 1, 54, 512, 0, 0, 0));
        out.put("n0008_missing_needs_csum", header(0, 1, 54, 512, 34, 16, 0));
        out.put("n0018_tx_data_valid_flag", header(2, 0, 0, 0, 0, 0, 0));
        out.put("n0021_tx_num_buffers_nonzero", header(0, 0, 0, 0, 0, 0, 7));
        out.put("n0037_tx_mergeable_no_feature", header(0, 0, 0, 0, 0, 0, 1));
        out.put("n0027_tx_invalid_gso_type", header(0, 0x55, 54, 512, 0, 0, 0));
        out.put("n0029_tx_csum_start_oob", header(1, 0, 0, 0, 0xffff, 6, 0));
        out.put("n0117_csum_start_past_payload", header(1, 0, 0, 0, 500, 6, 0));
        out.put("n0030_tx_hdr_len_zero", header(1, 1, 0, 512, 34, 16, 0));
        out.put("n0042_tx_gso_short_hdr", header(1, 1, 4, 512, 34, 16, 0));
        out.put("n0055_tx_ecn_no_feature", header(1, 0x81, 54, 512, 34, 16, 0));
        out.put("n0056_tx_uso_no_feature", header(1, 5, 42, 64, 34, 6, 0));
        out.put("n0086_tx_gso_udp_bad_csum_offset", header(1, 3, 42, 64, 34, 0x7fff, 0));
        out.put("n0088_tx_uso4_no_feature", header(1, 5, 42, 64, 34, 6, 0));
        out.put("n0096_tx_uso6_no_feature", header(1, 5, 62, 64, 54, 6, 0));
        out.put("n0097_tx_uso_csum_start_oob", header(1, 5, 42, 64, 0xfff0, 6, 0));
        out.put("n0098_tx_uso_gso_size_zero", header(1, 5, 42, 0, 34, 6, 0));
        out.put("n0099_tx_uso_hdr_len_exceeds", header(1, 5, 4000, 64, 34, 6, 0));
        out.put("n0100_tx_uso_valid", header(1, 5, 42, 64, 34, 6, 0));
        out.put("n0119_tx_tcpv4_gso_zero", header(1, 1, 54, 0, 34, 16, 0));
        out.put("n0132_tx_all_flags", header(0xff, 0xff, 0, 0, 0, 0, 0));
    }

    /** Gives buffers, then a frame comes; so many of its bytes, with the header, must arrive in the first buffer. */
    private static String rx(long features, int frameBytes, long arrived, Consumer<VillainRig> prepare, int... heads) {
        NetCases cases = new NetCases(features);
        prepare.accept(cases.rig);
        cases.rig.kick(RX, heads);
        cases.card.receive(new byte[frameBytes]);
        String verdict = cases.rig.verdict(RX);
        if (verdict.equals("wedged")) {
            return verdict;
        }
        boolean right = verdict.equals("reject") ? arrived == 0 : cases.rig.usedLength(RX, 0) == arrived;
        // whatever came in, its header asks for nothing that was not agreed on (NET9)
        boolean plain = !verdict.equals("pass") || cases.rig.memory.load16(RECEIVED) == 0;
        return right && plain ? cases.works(verdict) : "fail";
    }

    private static String rx(long address, long length, int flags, int next) {
        return rx(0, 60, HEADER + 60, r -> r.desc(RX, 0, address, length, flags, next), 0);
    }

    private static void framesIn(Map<String, String> out) {
        out.put("n0005_rx_writable_check", rx(RECEIVED, 1526, WRITE, 0));
        out.put("n0104_hash_report_rx", rx(RECEIVED, 1534, WRITE, 0));
        out.put("n0177_udp_tunnel_gso_rx_absent", rx(RECEIVED, 1526, WRITE, 0));
        out.put("n0178_ipsec_security_rx_absent", rx(RECEIVED, 1526, WRITE, 0));
        out.put("n0009_rx_readable_desc", rx(RECEIVED, 1526, 0, 0));
        out.put("n0023_rx_zero_length_buffer", rx(RECEIVED, 0, WRITE, 0));
        out.put("n0025_rx_buffer_too_short", rx(RECEIVED, 8, WRITE, 0));
        out.put("n0031_rx_one_byte_buffer", rx(RECEIVED, 1, WRITE, 0));
        out.put("n0112_rx_huge_len_past_ram", rx(RAM - 64, 4096, WRITE, 0));
        out.put("n0115_rx_max_len", rx(RECEIVED, 0xffff_ffffL, WRITE, 0));
        out.put("n0192_rx_bad_addr", rx(-65536L, 1526, WRITE, 0));
        out.put("n0190_rx_self_loop", rx(RECEIVED, 1526, WRITE | NEXT, 0));
        out.put("n0191_rx_oob_next", rx(RECEIVED, 1526, WRITE | NEXT, 0xffff));
        out.put("n0193_rx_all_flags", rx(RECEIVED, 1526, WRITE | NEXT | INDIRECT, 1));
        out.put("n0189_rx_indirect_no_feature", rx(TABLE, 16, INDIRECT, 0));
        out.put("n0036_rx_kick_no_traffic", noTraffic());
        out.put(
                "n0039_rx_mixed_rw_desc",
                rx(0, 60, HEADER + 60, r -> r.desc(RX, 0, DATA, 16, NEXT, 1).desc(RX, 1, RECEIVED, 1526, WRITE, 0), 0));
        out.put(
                "n0057_rx_indirect_write",
                rx(
                        VirtioFeatures.INDIRECT_DESC,
                        60,
                        HEADER + 60,
                        r -> r.table(TABLE, 0, RECEIVED, 1526, WRITE, 0).desc(RX, 0, TABLE, 16, INDIRECT | WRITE, 0),
                        0));
        out.put("n0069_rx_chain_multi_desc", rx(0, 100, HEADER + 100, r -> receiveChain(r, 4, 400), 0));
        out.put("n0194_rx_max_chain", rx(0, 100, HEADER + 100, r -> receiveChain(r, VillainRig.SIZE, 200), 0));
        out.put("n0006_mergeable_num_buffers", merged(3, 60, 3));
        out.put("n0048_mrg_rxbuf_overflow", merged(3, 40, 0));
    }

    private static void receiveChain(VillainRig rig, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            rig.desc(RX, i, RECEIVED + 512L * i, bytes, WRITE | (i + 1 < count ? NEXT : 0), i + 1);
        }
    }

    /** A frame of 150 bytes over buffers: so many take it, or none and all stay. */
    private static String merged(int buffers, int bytes, int taken) {
        NetCases cases = new NetCases(NetDevice.F_MRG_RXBUF);
        for (int i = 0; i < buffers; i++) {
            cases.rig.desc(RX, i, RECEIVED + 512L * i, bytes, WRITE, 0);
        }
        cases.rig.kick(RX, heads(buffers));
        boolean came = cases.card.receive(new byte[150]);
        String verdict = cases.rig.verdict(RX);
        boolean right = cases.rig.usedIdx(RX) == taken && came == taken > 0;
        right &= taken == 0 || cases.rig.memory.load16(RECEIVED + 10) == taken;
        return right ? cases.works(verdict) : "fail";
    }

    private static String noTraffic() {
        NetCases cases = new NetCases(0);
        cases.rig.desc(RX, 0, RECEIVED, 1526, WRITE, 0);
        cases.rig.kick(RX, 0);
        return cases.works(cases.rig.verdict(RX));
    }

    private static String absentQueue(int queue) {
        NetCases cases = new NetCases(0);
        cases.rig.transport.notifyQueue(queue);
        cases.rig.device.serviceKicks();
        return cases.works("reject");
    }

    private static void registers(Map<String, String> out) {
        out.put("n0013_tx_invalid_queue_idx", absentQueue(9));
        out.put("n0049_mq_tx_pair1", absentQueue(3));
        out.put("n0067_tx_beyond_pairs", absentQueue(5));
        out.put("n0047_speed_no_feature", config(12, 4, 0));
        out.put("n0068_mq_no_ctrl_config", config(8, 2, 0));
        out.put("n0134_config_status", config(6, 2, 1));
        out.put("n0133_config_mac", config(0, 4, 0x22110002));
        out.put("n0081_link_status_stable", config(6, 2, 1));
        out.put("n0071_link_status_transition", link());
        for (String name : List.of(
                "n0122_host_tso6_with_tso4",
                "n0123_host_ecn_with_tso",
                "n0124_host_ufo_with_csum",
                "n0126_guest_hdrlen_config",
                "n0129_host_uso_with_csum")) {
            out.put(name, prerequisites());
        }
    }

    private static String config(int offset, int width, long value) {
        NetCases cases = new NetCases(NetDevice.F_MAC | NetDevice.F_STATUS);
        boolean same = cases.rig.transport.configRead(offset, width) == value;
        return same && cases.rig.transport.configRead(offset, width) == value ? cases.works("pass") : "fail";
    }

    private static String link() {
        NetCases cases = new NetCases(NetDevice.F_STATUS);
        cases.rig.transport.notifyQueue(TX);
        cases.rig.device.serviceKicks();
        cases.card.link(false);
        boolean down = cases.rig.transport.configRead(6, 2) == 0 && !cases.card.receive(new byte[60]);
        cases.card.link(true);
        return down && cases.rig.transport.configRead(6, 2) == 1 ? cases.works("pass") : "fail";
    }

    /** Nothing is offered without what it needs: the whole offer is acceptable to the card itself. */
    private static String prerequisites() {
        NetCases cases = new NetCases(0);
        long offered = cases.rig.device.offeredFeatures();
        return cases.card.acceptable(offered) ? cases.works("pass") : "fail";
    }
}
