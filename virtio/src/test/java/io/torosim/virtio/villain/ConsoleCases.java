package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.ConsoleDevice;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The hostile buffers of virtio-villain's console tests, by their names; after each that does not wedge the console it must print. */
final class ConsoleCases {
    private static final int RX = ConsoleDevice.RX;
    private static final int TX = ConsoleDevice.TX;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final long TABLE = DATA + 0x10000;
    private static final long RAM = VillainRig.MEMORY_BYTES;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ConsoleDevice console = new ConsoleDevice(80, 25, printed::writeBytes);
    private final VillainRig rig;

    private ConsoleCases(long features) {
        rig = new VillainRig(console, features | VirtioFeatures.RING_RESET);
        for (int i = 0; i < 0x2000; i++) {
            rig.memory.store8(DATA + i, 'a' + i % 26);
        }
    }

    private static String tx(int bytes, Consumer<VillainRig> prepare, int... heads) {
        ConsoleCases cases = new ConsoleCases(0);
        prepare.accept(cases.rig);
        return cases.sent(bytes, heads);
    }

    private static String tx(int bytes, long address, long length, int flags, int next) {
        return tx(bytes, r -> r.desc(TX, 0, address, length, flags, next), 0);
    }

    private static String indirect(int bytes, long at, long tableBytes, Consumer<VillainRig> table) {
        ConsoleCases cases = new ConsoleCases(VirtioFeatures.INDIRECT_DESC);
        table.accept(cases.rig);
        cases.rig.desc(TX, 0, at, tableBytes, INDIRECT, 0);
        return cases.sent(bytes, 0);
    }

    /** Sends; "fail" if other bytes are printed than so many, or if nothing can be printed afterwards. */
    private String sent(int bytes, int... heads) {
        rig.kick(TX, heads);
        String verdict = rig.verdict(TX);
        if (verdict.equals("wedged")) {
            return printed.size() == 0 ? verdict : "fail";
        }
        return printed.size() == bytes && works() ? verdict : "fail";
    }

    private boolean works() {
        int before = printed.size();
        rig.desc(TX, 7, DATA, 3, 0, 0).kick(TX, 7);
        return printed.size() == before + 3 && rig.verdict(TX).equals("pass");
    }

    /** Gives buffers, then something is typed; what must have come in is {@code bytes} long. */
    private static String rx(long bytes, Consumer<VillainRig> prepare, int... heads) {
        ConsoleCases cases = new ConsoleCases(0);
        prepare.accept(cases.rig);
        cases.rig.kick(RX, heads);
        cases.console.type(new byte[] {'x', 'y', 'z'});
        String verdict = cases.rig.verdict(RX);
        if (verdict.equals("wedged")) {
            return verdict;
        }
        boolean right = verdict.equals("reject") || cases.rig.usedLength(RX, 0) == bytes;
        return right && cases.works() ? verdict : "fail";
    }

    private static String rx(long bytes, long address, long length, int flags, int next) {
        return rx(bytes, r -> r.desc(RX, 0, address, length, flags, next), 0);
    }

    private static void chain(VillainRig rig, int queue, int count, int bytes, int flags) {
        for (int i = 0; i < count; i++) {
            rig.desc(queue, i, DATA + 64L * i, bytes, flags | (i + 1 < count ? NEXT : 0), i + 1);
        }
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        out.put("c0001_tx_basic", tx(16, DATA, 16, 0, 0));
        out.put("c0002_tx_zero_len", tx(0, DATA, 0, 0, 0));
        out.put("c0035_tx_zero_len", tx(0, DATA, 0, 0, 0));
        out.put("c0003_tx_write_flag", tx(0, DATA, 16, WRITE, 0));
        out.put("c0004_tx_huge_len", tx(0, DATA, 0xffff_ffffL, 0, 0));
        out.put("c0026_tx_huge_len", tx(0, DATA, 0xffff_ffffL, 0, 0));
        out.put("c0029_tx_huge_no_multiport", tx(0, DATA, 0x8000_0000L, 0, 0));
        out.put("c0005_tx_self_loop", tx(0, DATA, 16, NEXT, 0));
        out.put("c0006_tx_oob_next", tx(0, DATA, 16, NEXT, VillainRig.SIZE));
        out.put("c0007_tx_bad_addr", tx(0, 1L << 40, 16, 0, 0));
        out.put("c0055_tx_addr_len_wrap", tx(0, -8L, 64, 0, 0));
        out.put("c0023_tx_all_flags", tx(0, DATA, 16, 0xffff, 0));
        out.put("c0016_tx_chain_legit", tx(32, r -> chain(r, TX, 2, 16, 0), 0));
        out.put("c0022_tx_max_chain", tx(8 * VillainRig.SIZE, r -> chain(r, TX, VillainRig.SIZE, 8, 0), 0));
        out.put("c0027_tx_long_chain", tx(6 * 32, r -> chain(r, TX, 6, 32, 0), 0));
        out.put("c0021_tx_addr_self_vring", selfRing());
        out.put(
                "c0017_tx_indirect_no_feature",
                tx(0, r -> r.table(TABLE, 0, DATA, 16, 0, 0).desc(TX, 0, TABLE, 16, INDIRECT, 0), 0));
        out.put("c0018_tx_indirect_zero_len", indirect(0, TABLE, 0, r -> {}));
        out.put("c0019_tx_indirect_unaligned", indirect(16, TABLE + 3, 16, r -> r.table(TABLE + 3, 0, DATA, 16, 0, 0)));
        out.put("c0020_tx_indirect_self", indirect(0, TABLE, 16, r -> r.table(TABLE, 0, TABLE, 16, INDIRECT, 0)));
        out.put("c0056_tx_indirect_oob_next", indirect(0, TABLE, 32, r -> r.table(TABLE, 0, DATA, 16, NEXT, 9)));
        out.put("c0057_tx_indirect_max_entries", indirect(8 * VillainRig.SIZE, TABLE, 16L * VillainRig.SIZE, r -> {
            for (int i = 0; i < VillainRig.SIZE; i++) {
                r.table(TABLE, i, DATA + 64L * i, 8, i + 1 < VillainRig.SIZE ? NEXT : 0, i + 1);
            }
        }));
        out.put("c0025_tx_burst", tx(4 * 16, r -> several(r, 4, 16), 0, 1, 2, 3));
        out.put("c0050_tx_two_buffers", tx(2 * 16, r -> several(r, 2, 16), 0, 1));
        out.put("c0051_tx_1byte", tx(1, DATA, 1, 0, 0));
        out.put("c0052_tx_128", tx(128, DATA, 128, 0, 0));
        out.put("c0053_tx_4k", tx(4096, DATA, 4096, 0, 0));
        out.put("c0049_tx_after_reset", afterReset());
        out.put("c0008_rx_no_write", rx(0, DATA, 16, 0, 0));
        out.put("c0036_rx_readable_buf", rx(0, DATA, 16, 0, 0));
        out.put("c0009_rx_zero_len", rx(0, DATA, 0, WRITE, 0));
        out.put("c0010_rx_huge_len", rx(0, DATA, 0xffff_ffffL, WRITE, 0));
        out.put("c0037_rx_huge_len_past_ram", rx(0, RAM - 64, 4096, WRITE, 0));
        out.put("c0011_rx_bad_addr", rx(0, 1L << 40, 16, WRITE, 0));
        out.put("c0054_rx_addr_len_wrap", rx(0, -8L, 64, WRITE, 0));
        out.put("c0012_rx_self_loop", rx(0, DATA, 16, WRITE | NEXT, 0));
        out.put("c0013_rx_oob_next", rx(0, DATA, 16, WRITE | NEXT, VillainRig.SIZE));
        out.put("c0014_rx_chain_writable", rx(3, r -> chain(r, RX, 2, 16, WRITE), 0));
        out.put("c0015_rx_fill_ring", rx(3, ConsoleCases::fullReceiveRing, 0, 1, 2, 3, 4, 5, 6, 7));
        return out;
    }

    private static void several(VillainRig rig, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            rig.desc(TX, i, DATA + 64L * i, bytes, 0, 0);
        }
    }

    private static void fullReceiveRing(VillainRig rig) {
        for (int i = 0; i < VillainRig.SIZE; i++) {
            rig.desc(RX, i, DATA + 64L * i, 64, WRITE, 0);
        }
    }

    /** The ring's own bytes are RAM like any other, to be read. */
    private static String selfRing() {
        ConsoleCases cases = new ConsoleCases(0);
        cases.rig.desc(TX, 0, cases.rig.layouts[TX].descAddr(), 16, 0, 0);
        return cases.sent(16, 0);
    }

    private static String afterReset() {
        ConsoleCases cases = new ConsoleCases(0);
        cases.rig.desc(TX, 0, DATA, 16, 0, 0).kick(TX, 0);
        cases.rig.queueStartsAgain(TX);
        cases.rig.desc(TX, 0, DATA, 16, 0, 0);
        return cases.sent(32, 0);
    }
}
