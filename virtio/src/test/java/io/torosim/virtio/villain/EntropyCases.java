package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The hostile requests of virtio-villain's entropy tests, by their names. */
final class EntropyCases {
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final long RAM = VillainRig.MEMORY_BYTES;

    private EntropyCases() {}

    private static VillainRig rig(long features) {
        int[] next = {0};
        return new VillainRig(new RngDevice(() -> ++next[0]), features | VirtioFeatures.RING_RESET);
    }

    private static String one(long features, Consumer<VillainRig> prepare, int... heads) {
        VillainRig rig = rig(features);
        prepare.accept(rig);
        rig.kick(0, heads);
        return rig.verdict(0);
    }

    private static String plain(long address, long length, int flags, int next) {
        return one(0, r -> r.desc(0, 0, address, length, flags, next), 0);
    }

    private static String batch(int count, int bytes) {
        VillainRig rig = rig(0);
        int[] heads = new int[count];
        for (int i = 0; i < count; i++) {
            rig.desc(0, i, DATA + 8192L * i, bytes, WRITE, 0);
            heads[i] = i;
        }
        rig.kick(0, heads);
        for (int i = 0; i < count; i++) {
            if (rig.usedLength(0, i) != bytes || rig.memory.load8(DATA + 8192L * i) == 0) {
                return "fail";
            }
        }
        return rig.usedIdx(0) == count ? rig.verdict(0) : "fail";
    }

    private static String indirect(Consumer<VillainRig> table, long at, long bytes) {
        return one(
                VirtioFeatures.INDIRECT_DESC,
                r -> {
                    table.accept(r);
                    r.desc(0, 0, at, bytes, INDIRECT, 0);
                },
                0);
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        out.put("rng0001_basic", plain(DATA, 16, WRITE, 0));
        out.put("rng0002_zero_len", plain(DATA, 0, WRITE, 0));
        out.put("rng0003_read_only", plain(DATA, 16, 0, 0));
        out.put("rng0004_huge_len", plain(DATA, 0xffff_ffffL, WRITE, 0));
        out.put("rng0005_bad_addr", plain(1L << 40, 16, WRITE, 0));
        out.put("rng0006_self_loop", plain(DATA, 16, WRITE | NEXT, 0));
        out.put("rng0007_oob_next", plain(DATA, 16, WRITE | NEXT, VillainRig.SIZE));
        out.put(
                "rng0008_chain_writable",
                one(0, r -> r.desc(0, 0, DATA, 16, WRITE | NEXT, 1).desc(0, 1, DATA + 64, 16, WRITE, 0), 0));
        out.put(
                "rng0009_indirect_no_feature",
                one(0, r -> r.table(DATA + 4096, 0, DATA, 16, WRITE, 0).desc(0, 0, DATA + 4096, 16, INDIRECT, 0), 0));
        out.put("rng0010_indirect_zero_len", indirect(r -> {}, DATA + 4096, 0));
        out.put(
                "rng0011_indirect_unaligned",
                indirect(r -> r.table(DATA + 4099, 0, DATA, 16, WRITE, 0), DATA + 4099, 16));
        out.put("rng0012_fill_ring", batch(VillainRig.SIZE, 64));
        out.put("rng0013_all_flags", plain(DATA, 16, 0xffff, 0));
        out.put("rng0014_max_chain", one(0, EntropyCases::longest, 0));
        out.put(
                "rng0015_aliased_buffers",
                one(0, r -> r.desc(0, 0, DATA, 16, WRITE, 0).desc(0, 1, DATA, 16, WRITE, 0), 0, 1));
        out.put(
                "rng0016_next_with_write_to_readable",
                one(0, r -> r.desc(0, 0, DATA, 16, WRITE | NEXT, 1).desc(0, 1, DATA + 64, 16, 0, 0), 0));
        out.put("rng0017_request_after_q_reset", afterReset());
        out.put("rng0018_concurrent_requests", batch(2, 64));
        out.put("rng0019_cross_page_buffer", plain(DATA + 4090, 64, WRITE, 0));
        out.put("rng0020_one_byte", batch(1, 1));
        out.put("rng0021_three_inflight", batch(3, 32));
        out.put("rng0023_verify_nonzero", batch(1, 16));
        out.put("rng0024_two_requests_verify", batch(2, 16));
        out.put("rng0025_request_4k", batch(1, 4096));
        out.put("rng0026_different_results", batch(2, 8));
        out.put("rng0027_request_8bytes", batch(1, 8));
        out.put("rng0028_batch_two", batch(2, 128));
        out.put("rng0029_base_past_ram", plain(RAM + 4096, 16, WRITE, 0));
        out.put("rng0030_addr_len_wrap", plain(-8L, 64, WRITE, 0));
        out.put(
                "rng0031_indirect_self_loop",
                indirect(r -> r.table(DATA + 4096, 0, DATA, 16, WRITE | NEXT, 0), DATA + 4096, 32));
        out.put(
                "rng0032_indirect_oob_next",
                indirect(r -> r.table(DATA + 4096, 0, DATA, 16, WRITE | NEXT, 9), DATA + 4096, 32));
        out.put("rng0033_indirect_max_entries", indirect(EntropyCases::fullTable, DATA + 4096, 16L * VillainRig.SIZE));
        return out;
    }

    private static void longest(VillainRig rig) {
        for (int i = 0; i < VillainRig.SIZE; i++) {
            rig.desc(0, i, DATA + 64L * i, 16, WRITE | (i + 1 < VillainRig.SIZE ? NEXT : 0), i + 1);
        }
    }

    private static void fullTable(VillainRig rig) {
        for (int i = 0; i < VillainRig.SIZE; i++) {
            rig.table(DATA + 4096, i, DATA + 64L * i, 16, WRITE | (i + 1 < VillainRig.SIZE ? NEXT : 0), i + 1);
        }
    }

    private static String afterReset() {
        VillainRig rig = rig(0);
        rig.desc(0, 0, DATA, 16, WRITE, 0).kick(0, 0);
        rig.queueStartsAgain(0);
        rig.desc(0, 0, DATA + 64, 16, WRITE, 0).kick(0, 0);
        return rig.usedLength(0, 0) == 16 ? rig.verdict(0) : "fail";
    }
}
