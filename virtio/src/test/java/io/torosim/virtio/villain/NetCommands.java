package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;

import io.torosim.virtio.device.NetDevice;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The commands of virtio-villain's tests of the network card: done, or refused in their answer, and the card works on. */
final class NetCommands {
    private static final int CONTROL = NetDevice.CONTROL;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final long COMMAND = DATA + 0x20000;
    private static final long ACK = DATA + 0x28000;
    private static final int OK = 0;
    private static final int ERROR = 1;
    private static final int UNANSWERED = 0xff;
    private static final long ALL = NetDevice.F_MAC
            | NetDevice.F_STATUS
            | NetDevice.F_CTRL_VQ
            | NetDevice.F_CTRL_RX
            | NetDevice.F_CTRL_RX_EXTRA
            | NetDevice.F_CTRL_VLAN
            | NetDevice.F_GUEST_ANNOUNCE
            | NetDevice.F_CTRL_MAC_ADDR;

    private NetCommands() {}

    private static int[] command(int type, int command, int... data) {
        int[] bytes = new int[2 + data.length];
        bytes[0] = type;
        bytes[1] = command;
        System.arraycopy(data, 0, bytes, 2, data.length);
        return bytes;
    }

    /** Gives a command as one readable element and an answer of so many bytes with these flags. */
    private static void expose(VillainRig rig, int slot, int[] bytes, int ackBytes, int ackFlags) {
        long at = COMMAND + 0x1000L * slot;
        for (int i = 0; i < bytes.length; i++) {
            rig.memory.store8(at + i, bytes[i]);
        }
        rig.memory.store8(ACK + slot, UNANSWERED);
        rig.desc(CONTROL, 2 * slot, at, bytes.length, NEXT, 2 * slot + 1)
                .desc(CONTROL, 2 * slot + 1, ACK + slot, ackBytes, ackFlags, 0);
    }

    private static String send(long features, int answer, int[] bytes) {
        NetCases cases = NetCases.card(features);
        VillainRig rig = cases.rig();
        expose(rig, 0, bytes, 1, WRITE);
        rig.kick(CONTROL, 0);
        return rig.memory.load8(ACK) == answer ? cases.works(rig.verdict(CONTROL)) : "fail";
    }

    private static String done(int type, int command, int... data) {
        return send(ALL, OK, command(type, command, data));
    }

    private static String refused(int type, int command, int... data) {
        return send(ALL, ERROR, command(type, command, data));
    }

    /** Its feature was not agreed on. */
    private static String without(int type, int command, int... data) {
        return send(NetDevice.F_CTRL_VQ, ERROR, command(type, command, data));
    }

    private static String unanswerable(int ackBytes, int ackFlags) {
        NetCases cases = NetCases.card(ALL);
        expose(cases.rig(), 0, command(0, 0, 1), ackBytes, ackFlags);
        cases.rig().kick(CONTROL, 0);
        return cases.rig().verdict(CONTROL);
    }

    private static String with(Consumer<NetCases> before, Consumer<NetCases> after, int answer, int[] bytes) {
        NetCases cases = NetCases.card(ALL);
        before.accept(cases);
        VillainRig rig = cases.rig();
        expose(rig, 0, bytes, 1, WRITE);
        rig.kick(CONTROL, 0);
        boolean answered = rig.memory.load8(ACK) == answer;
        after.accept(cases);
        return answered ? cases.works(rig.verdict(CONTROL)) : "fail";
    }

    private static String inFlight(int count) {
        NetCases cases = NetCases.card(ALL);
        VillainRig rig = cases.rig();
        int[] heads = new int[count];
        for (int i = 0; i < count; i++) {
            heads[i] = 2 * i;
            expose(rig, i, command(0, i % 2, 1), 1, WRITE);
        }
        rig.kick(CONTROL, heads);
        for (int i = 0; i < count; i++) {
            if (rig.memory.load8(ACK + i) != OK) {
                return "fail";
            }
        }
        return rig.usedIdx(CONTROL) == count ? cases.works("pass") : "fail";
    }

    static void verdicts(Map<String, String> out) {
        notNegotiated(out);
        receiveModes(out);
        addresses(out);
        vlansAndAnnouncing(out);
        malformed(out);
    }

    /** MQ, RSS, hash, offloads, coalescing, statistics: not offered, so that a driver cannot have agreed on them. */
    private static void notNegotiated(Map<String, String> out) {
        out.put("n0011_ctrl_rx_no_feature", without(0, 0, 1));
        out.put("n0012_ctrl_mac_no_feature", without(1, 1, 2, 0, 0, 0, 0, 9));
        out.put("n0024_ctrl_vlan_no_feature", without(2, 0, 5, 0));
        out.put("n0046_announce_no_feature", without(3, 0));
        out.put("n0111_announce_no_feature", without(3, 0));
        out.put("n0014_mq_too_many_pairs", refused(4, 0, 0, 0x40));
        out.put("n0026_ctrl_mq_pairs_zero", refused(4, 0, 0, 0));
        out.put("n0066_mq_pairs_zero", refused(4, 0, 0, 0));
        out.put("n0038_ctrl_mq_pairs_max", refused(4, 0, 0, 0x80));
        out.put("n0077_ctrl_mq_pairs", refused(4, 0, 2, 0));
        out.put("n0062_ctrl_mq_steering", refused(4, 0, 1, 0));
        out.put("n0108_mq_during_reset", with(c -> c.rig().queueStartsAgain(0), c -> {}, ERROR, command(4, 0, 1, 0)));
        out.put(
                "n0107_rss_reset_queue",
                with(c -> c.rig().queueStartsAgain(0), c -> {}, ERROR, command(4, 1, new int[20])));
        for (String name : List.of(
                "n0015_rss_no_feature",
                "n0051_rss_hash_invalid",
                "n0063_rss_config_no_feature",
                "n0064_rss_indirection_nonpow2",
                "n0065_rss_unsupported_hash",
                "n0072_rss_indirection_overflow",
                "n0127_rss_config_no_feature")) {
            out.put(name, refused(4, 1, new int[64]));
        }
        for (String name : List.of("n0019_hash_tunnel_no_feature", "n0101_hash_tunnel", "n0102_hash_bad_key")) {
            out.put(name, refused(4, 2, new int[64]));
        }
        for (String name : List.of("n0016_offload_no_feature", "n0060_ctrl_guest_offloads", "n0135_ctrl_offloads")) {
            out.put(name, refused(5, 0, new int[8]));
        }
        out.put("n0020_notf_coal_no_feature", refused(6, 0, new int[8]));
        out.put("n0090_notf_coal_tx_set", refused(6, 0, new int[8]));
        out.put("n0091_notf_coal_rx_set", refused(6, 1, new int[8]));
        out.put("n0092_notf_coal_vq_set", refused(6, 2, new int[12]));
        out.put("n0093_notf_coal_vq_invalid", refused(6, 2, new int[12]));
        out.put("n0094_notf_coal_zero_params", refused(6, 0, new int[8]));
        out.put("n0095_notf_coal_vq_get", refused(6, 3, new int[12]));
        out.put("n0166_vq_notf_coal_no_feature", refused(6, 2, new int[12]));
        out.put("n0125_device_stats_get", refused(8, 1, new int[8]));
        out.put("n0165_device_stats_no_feature", refused(8, 0, new int[8]));
    }

    private static void receiveModes(Map<String, String> out) {
        out.put("n0073_ctrl_rx_promisc", done(0, 0, 1));
        out.put("n0139_ctrl_promisc", done(0, 0, 1));
        out.put("n0116_ctrl_rx_promisc_two", done(0, 0, 2));
        out.put("n0054_ctrl_rx_allmulti", done(0, 1, 1));
        out.put("n0074_ctrl_rx_allmulti", done(0, 1, 0));
        out.put("n0080_ctrl_rx_nobcast", done(0, 5, 1));
        out.put("n0089_ctrl_rx_nobcast_tx_bcast", done(0, 5, 1));
        out.put("n0105_ctrl_rx_extra", done(0, 5, 1));
        out.put("n0106_ctrl_rx_nomulti", done(0, 3, 1));
        out.put("n0032_ctrl_rx_undefined_cmd", refused(0, 77, 1));
        out.put("n0050_ctrl_promisc_during_tx", with(c -> c.works("pass"), c -> {}, OK, command(0, 0, 1)));
        out.put("n0070_ctrl_concurrent_rx_tx", with(c -> c.works("pass"), c -> c.works("pass"), OK, command(0, 1, 1)));
        out.put("n0084_ctrl_three_inflight", inFlight(3));
    }

    private static void addresses(Map<String, String> out) {
        out.put("n0058_ctrl_mac_addr_zero", done(1, 1, 0, 0, 0, 0, 0, 0));
        out.put("n0118_ctrl_mac_addr_broadcast", done(1, 1, 255, 255, 255, 255, 255, 255));
        out.put("n0078_ctrl_mac_addr_set", done(1, 1, 2, 0, 0, 0, 0, 9));
        out.put("n0145_ctrl_mac_set", done(1, 1, 2, 0, 0, 0, 0, 9));
        out.put(
                "n0083_mac_set_readback",
                with(
                        c -> {},
                        c -> {
                            if (c.rig().transport.configRead(4, 2) != 0x0900) {
                                throw new AssertionError("address not set");
                            }
                        },
                        OK,
                        command(1, 1, 2, 0, 0, 0, 0, 9)));
        out.put("n0075_ctrl_mac_table", done(1, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0));
        out.put("n0087_ctrl_mac_table_empty", done(1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        out.put("n0053_ctrl_mac_table_oversized", refused(1, 0, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3, 4, 5, 6));
        out.put("n0109_mac_table_oversized", refused(1, 0, 100, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0));
    }

    private static void vlansAndAnnouncing(Map<String, String> out) {
        out.put("n0044_ctrl_vlan_boundary", refused(2, 0, 0, 0x10));
        out.put("n0110_vlan_4095", done(2, 0, 0xff, 0x0f));
        out.put("n0076_ctrl_vlan_add", done(2, 0, 5, 0));
        out.put("n0141_ctrl_vlan_add", done(2, 0, 5, 0));
        out.put("n0128_vlan_del_never_added", done(2, 1, 5, 0));
        out.put("n0061_ctrl_announce_ack", refused(3, 0));
        Consumer<NetCases> asks = c -> {
            c.works("pass"); // the card has started
            c.card().announce();
        };
        out.put("n0143_ctrl_announce", with(asks, c -> {}, OK, command(3, 0)));
        out.put(
                "n0082_announce_ack_clears",
                with(
                        asks,
                        c -> {
                            if ((c.rig().transport.configRead(6, 2) & 2) != 0) {
                                throw new AssertionError("still announcing");
                            }
                        },
                        OK,
                        command(3, 0)));
    }

    private static void malformed(Map<String, String> out) {
        out.put("n0022_ctrl_undefined_class", refused(200, 0, 1));
        out.put("n0079_ctrl_invalid_class", refused(255, 255));
        out.put("n0028_ctrl_empty_data", refused(0, 0));
        out.put("n0041_ctrl_oversized_data", done(0, 0, new int[3000]));
        out.put("n0033_ctrl_ack_not_writable", unanswerable(1, 0));
        out.put("n0131_ctrl_ack_zero_len", unanswerable(0, WRITE));
    }
}
