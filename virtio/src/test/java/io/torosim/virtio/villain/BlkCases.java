package io.torosim.virtio.villain;

import static io.torosim.virtio.villain.VillainRig.DATA;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The hostile requests of virtio-villain's disk tests, by their names; where a request is answered its status must be one of those
 * named, and after each that does not wedge the disk an ordinary read must work.
 */
final class BlkCases {
    private static final int CAPACITY = 1024; // sectors
    private static final int IN = BlkDevice.T_IN;
    private static final int OUT = BlkDevice.T_OUT;
    private static final int FLUSH = BlkDevice.T_FLUSH;
    private static final int GET_ID = BlkDevice.T_GET_ID;
    private static final int GET_LIFETIME = 10;
    private static final int DISCARD = BlkDevice.T_DISCARD;
    private static final int ZEROES = BlkDevice.T_WRITE_ZEROES;
    private static final int SECURE_ERASE = 14;
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final long HEADER = DATA;
    private static final long STATUS = DATA + 0x100;
    private static final long TABLE = DATA + 0x200;
    private static final long BYTES = DATA + 0x1000;
    private static final int NONE = 0xff;
    private static final long ALL = BlkDevice.F_FLUSH | BlkDevice.F_DISCARD | BlkDevice.F_WRITE_ZEROES;

    private final VillainRig rig;
    private int elements;

    private BlkCases(long features, boolean readOnly) {
        MemoryBlockDevice disk = new MemoryBlockDevice(CAPACITY);
        rig = new VillainRig(new BlkDevice(readOnly ? readOnly(disk) : disk, "villain"), features);
        rig.memory.store8(STATUS, NONE);
    }

    private static BlockDevice readOnly(MemoryBlockDevice disk) {
        return new BlockDevice() {
            @Override
            public long sectorCount() {
                return disk.sectorCount();
            }

            @Override
            public boolean readOnly() {
                return true;
            }

            @Override
            public void read(long sector, java.nio.ByteBuffer target) {
                disk.read(sector, target);
            }

            @Override
            public void write(long sector, java.nio.ByteBuffer source) {
                throw new IllegalStateException("a read-only disk is written");
            }

            @Override
            public void flush() {
                // nothing is kept back
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    private static BlkCases disk() {
        return new BlkCases(ALL | VirtioFeatures.INDIRECT_DESC | VirtioFeatures.RING_RESET, false);
    }

    private BlkCases header(long type, long ioprio, long sector) {
        rig.memory.store32(HEADER, (int) type);
        rig.memory.store32(HEADER + 4, (int) ioprio);
        rig.memory.store64(HEADER + 8, sector);
        return this;
    }

    /** One more element of the chain that begins with descriptor 0. */
    private BlkCases element(long address, long length, int flags) {
        if (elements > 0) {
            int before = elements - 1;
            long at = rig.layouts[0].descAddr() + 16L * before;
            rig.memory.store16(at + 12, rig.memory.load16(at + 12) | NEXT);
            rig.memory.store16(at + 14, elements);
        }
        rig.desc(0, elements++, address, length, flags, 0);
        return this;
    }

    /** Header, perhaps data, status. */
    private BlkCases usual(long dataBytes, int flags) {
        element(HEADER, 16, 0);
        if (dataBytes >= 0) {
            element(BYTES, dataBytes, flags);
        }
        return element(STATUS, 1, WRITE);
    }

    private BlkCases ranges(long... words) {
        for (int i = 0; i < words.length; i++) {
            rig.memory.store64(BYTES + 8L * i, words[i]);
        }
        return this;
    }

    /** Sends it; the verdict, or "fail" where the answer or what follows is wrong. */
    private String verdict(String statuses) {
        rig.kick(0, 0);
        String verdict = rig.verdict(0);
        int status = rig.memory.load8(STATUS);
        if (verdict.equals("pass") && !statuses.contains(status == NONE ? "-" : String.valueOf(status))) {
            return "fail";
        }
        return verdict.equals("wedged") || works() ? verdict : "fail";
    }

    private boolean works() {
        elements = 0;
        rig.memory.store8(STATUS, NONE);
        header(IN, 0, 0).usual(512, WRITE);
        rig.kick(0, 0);
        return rig.verdict(0).equals("pass") && rig.memory.load8(STATUS) == 0;
    }

    private static String data(long type, long sector, long bytes, String statuses) {
        boolean out = type == OUT;
        return disk().header(type, 0, sector).usual(bytes, out ? 0 : WRITE).verdict(statuses);
    }

    private static String range(int type, String statuses, long... words) {
        return disk().header(type, 0, 0)
                .ranges(words)
                .usual(8L * words.length, 0)
                .verdict(statuses);
    }

    private static long count(long sectors, long flags) {
        return sectors | flags << 32;
    }

    private static String chain(long type, long sector, Consumer<BlkCases> elements, String statuses) {
        BlkCases disk = disk().header(type, 0, sector);
        elements.accept(disk);
        return disk.verdict(statuses);
    }

    private static String without(long type, String statuses) {
        return new BlkCases(0, false)
                .header(type, 0, 0)
                .ranges(0, count(1, 0))
                .usual(16, 0)
                .verdict(statuses);
    }

    /** Several requests of one shape with one notification. */
    private static String batch(int count, long type, long sector) {
        BlkCases disk = disk().header(type, 0, sector);
        int[] heads = new int[count];
        for (int i = 0; i < count; i++) {
            heads[i] = 3 * i;
            disk.rig.desc(0, 3 * i, HEADER, 16, NEXT, 3 * i + 1);
            disk.rig.desc(0, 3 * i + 1, BYTES + 1024L * i, 512, (type == OUT ? 0 : WRITE) | NEXT, 3 * i + 2);
            disk.rig.desc(0, 3 * i + 2, STATUS, 1, WRITE, 0);
        }
        disk.rig.kick(0, heads);
        return disk.rig.usedIdx(0) == count ? disk.rig.verdict(0) : "fail";
    }

    private static String indirect(long type) {
        BlkCases disk = disk().header(type, 0, 0);
        disk.rig
                .table(TABLE, 0, HEADER, 16, NEXT, 1)
                .table(TABLE, 1, BYTES, 200, WRITE | NEXT, 2)
                .table(TABLE, 2, BYTES + 700, 312, WRITE | NEXT, 3)
                .table(TABLE, 3, STATUS, 1, WRITE, 0)
                .desc(0, 0, TABLE, 64, INDIRECT, 0);
        return disk.verdict("0");
    }

    private static String readOnlyWrite() {
        return new BlkCases(BlkDevice.F_RO, true)
                .header(OUT, 0, 0)
                .usual(512, 0)
                .verdict("1");
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        requests(out);
        lengths(out);
        ranges(out);
        shapes(out);
        return out;
    }

    private static void requests(Map<String, String> out) {
        out.put("b0001_sector_beyond_capacity", data(IN, CAPACITY, 512, "1"));
        out.put("b0002_sector_plus_len_overflow", data(IN, -1, 512, "1"));
        out.put("b0003_type_unknown", data(0x55, 0, 512, "2"));
        out.put("b0004_type_scsi", data(2, 0, 512, "2"));
        out.put("b0005_type_barrier", data(0x8000_0000L, 0, 512, "2"));
        out.put("b0008_flush_nonzero_sector", chain(FLUSH, 7, d -> d.usual(-1, 0), "012"));
        out.put("b0010_write_to_device", data(OUT, 5, 512, "0"));
        out.put("b0021_secure_erase_without_feature", range(SECURE_ERASE, "2", 0, count(1, 0)));
        out.put("b0026_write_no_flush", data(OUT, 9, 512, "0"));
        out.put("b0033_read_last_sector", data(IN, CAPACITY - 1, 512, "0"));
        out.put("b0042_write_sector_zero", data(OUT, 0, 512, "0"));
        out.put("b0055_read_capacity_boundary", data(IN, CAPACITY, 512, "1"));
        out.put("b0057_write_readonly_device", readOnlyWrite());
        out.put("b0062_get_lifetime", data(GET_LIFETIME, 0, 24, "2"));
        out.put(
                "b0077_flush_nonzero_ioprio",
                disk().header(FLUSH, 5, 0).usual(-1, 0).verdict("0"));
        out.put("b0079_write_at_capacity", data(OUT, CAPACITY, 512, "1"));
        out.put("b0081_write_max_sector", data(OUT, -1, 512, "1"));
        out.put("b0085_read_last_valid", data(IN, CAPACITY - 1, 512, "0"));
        out.put("b0089_type_high_bit", data(0x8000_0001L, 0, 512, "2"));
        out.put("b0091_read_sector_max", data(IN, -1, 512, "1"));
        out.put(
                "b0092_write_ioprio_max",
                disk().header(OUT, -1, 0).usual(512, 0).verdict("0"));
        out.put("b0117_blk_flush", chain(FLUSH, 0, d -> d.usual(-1, 0), "0"));
        out.put("b0107_blk_all_zero_header", data(0, 0, 512, "0"));
        out.put("b0023_simultaneous_kicks", batch(2, IN, 0));
        out.put("b0036_two_flush_inflight", batch(2, FLUSH, 0));
        out.put("b0086_double_flush", batch(2, FLUSH, 0));
        out.put("b0103_blk_batch_two_reads", batch(2, IN, 0));
        out.put("b0054_concurrent_write_conflict", batch(2, OUT, 3));
        out.put("b0129_blk_get_id_batch", batch(2, GET_ID, 0));
        out.put("b0123_blk_empty_avail_kick", empty());
        out.put("b0050_flush_after_reset", afterReset(FLUSH));
    }

    private static String empty() {
        BlkCases disk = disk();
        disk.rig.kick(0);
        return disk.works() ? "pass" : "fail";
    }

    private static String afterReset(int type) {
        BlkCases disk = disk().header(IN, 0, 0).usual(512, WRITE);
        disk.rig.kick(0, 0);
        disk.rig.queueStartsAgain(0);
        disk.elements = 0;
        return disk.header(type, 0, 0).usual(-1, 0).verdict("0");
    }

    private static void lengths(Map<String, String> out) {
        out.put("b0006_data_not_512_multiple", data(IN, 0, 100, "12"));
        out.put("b0009_get_id_short", data(GET_ID, 0, 5, "012"));
        out.put("b0024_get_id_wrong_size", data(GET_ID, 0, 512, "012"));
        out.put("b0027_read_zero_length_data", data(IN, 0, 0, "012"));
        out.put("b0034_write_zero_length_data", data(OUT, 0, 0, "012"));
        out.put("b0028_write_partial_oob", data(OUT, CAPACITY - 1, 1024, "1"));
        out.put("b0046_read_partial_oob", data(IN, CAPACITY - 1, 1024, "1"));
        out.put("b0106_blk_read_straddle_end", data(IN, CAPACITY - 1, 1024, "1"));
        out.put("b0078_read_one_byte", data(IN, 0, 1, "12"));
        out.put("b0082_read_large", data(IN, 0, 1 << 18, "0"));
        out.put("b0087_write_exceeds_size_max", data(OUT, 0, 1 << 18, "0"));
        out.put("b0099_write_513_bytes", data(OUT, 0, 513, "12"));
        out.put(
                "b0011_header_too_short",
                chain(IN, 0, d -> d.element(HEADER, 8, 0).element(BYTES, 512, WRITE), "-12"));
        out.put(
                "b0096_header_oversized",
                chain(IN, 0, d -> d.element(HEADER, 64, 0).element(BYTES, 513, WRITE), "-012"));
        out.put(
                "b0012_status_too_short",
                chain(IN, 0, d -> d.element(HEADER, 16, 0).element(STATUS, 0, WRITE), "-"));
        out.put(
                "b0097_status_len_zero",
                chain(IN, 0, d -> d.element(HEADER, 16, 0).element(STATUS, 0, WRITE), "-"));
        out.put(
                "b0037_oversized_status_desc",
                chain(
                        IN,
                        0,
                        d -> d.element(HEADER, 16, 0).element(BYTES, 512, WRITE).element(STATUS, 64, WRITE),
                        "-012"));
        out.put("b0144_blk_get_id_content", data(GET_ID, 0, 20, "0"));
    }

    private static void ranges(Map<String, String> out) {
        out.put("b0013_discard_too_many_segments", range(DISCARD, "12", new long[2 * 17]));
        out.put("b0014_discard_unmap_set", range(DISCARD, "2", 0, count(1, 1)));
        out.put("b0075_discard_unmap_only", range(DISCARD, "2", 0, count(0, 1)));
        out.put("b0015_discard_bad_data_len", range(DISCARD, "12", 0, count(1, 0), 0));
        out.put("b0063_discard_data_not_16", range(DISCARD, "12", 0, count(1, 0), 0));
        out.put("b0064_wz_data_not_16", range(ZEROES, "12", 0, count(1, 0), 0));
        out.put("b0065_secure_erase_data_not_16", range(SECURE_ERASE, "2", 0, count(1, 0), 0));
        out.put("b0016_wz_too_many_segments", range(ZEROES, "12", new long[2 * 17]));
        out.put("b0017_wz_unknown_flags", range(ZEROES, "2", 0, count(1, 2)));
        out.put("b0067_wz_all_flags", range(ZEROES, "2", 0, count(1, 0xffff_ffffL)));
        out.put("b0074_secure_erase_unknown_flags", range(SECURE_ERASE, "2", 0, count(1, 2)));
        out.put("b0090_secure_erase_too_many", range(SECURE_ERASE, "2", new long[2 * 17]));
        out.put("b0018_discard_sector_overflow", range(DISCARD, "1", -1, count(2, 0)));
        out.put("b0018_write_zeroes_sector_overflow", range(ZEROES, "1", -1, count(2, 0)));
        out.put("b0066_discard_sector_wrap", range(DISCARD, "1", -2, count(4, 0)));
        out.put("b0019_wz_without_feature", without(ZEROES, "2"));
        out.put("b0020_discard_without_feature", without(DISCARD, "2"));
        out.put("b0038_discard_full_capacity", range(DISCARD, "0", 0, count(CAPACITY, 0)));
        out.put("b0039_wz_unaligned_sector", range(ZEROES, "0", 3, count(5, 0)));
        out.put("b0043_discard_multi_segments", range(DISCARD, "0", 0, count(1, 0), 8, count(2, 0)));
        out.put("b0056_discard_max_segments", range(DISCARD, "0", new long[2 * 16]));
        out.put("b0083_discard_overlap_segments", range(DISCARD, "0", 0, count(8, 0), 4, count(8, 0)));
        out.put("b0047_wz_zero_sectors", range(ZEROES, "012", 0, count(0, 0)));
        out.put("b0084_wz_num_sectors_zero", range(ZEROES, "012", 0, count(0, 0)));
        out.put("b0068_discard_empty", chain(DISCARD, 0, d -> d.usual(-1, 0), "012"));
        out.put("b0069_wz_exceeds_capacity", range(ZEROES, "1", CAPACITY - 1, count(2, 0)));
        out.put("b0138_blk_write_zeroes_capacity_boundary", range(ZEROES, "1", CAPACITY - 1, count(2, 0)));
        out.put("b0088_discard_at_capacity", range(DISCARD, "1", CAPACITY, count(1, 0)));
        out.put("b0122_blk_discard_beyond_capacity", range(DISCARD, "1", CAPACITY - 1, count(9, 0)));
        out.put(
                "b0095_wz_unmap_no_discard",
                new BlkCases(BlkDevice.F_WRITE_ZEROES, false)
                        .header(ZEROES, 0, 0)
                        .ranges(0, count(1, 1))
                        .usual(16, 0)
                        .verdict("0"));
    }

    private static void shapes(Map<String, String> out) {
        out.put("b0007_flush_with_data", chain(FLUSH, 0, d -> d.usual(512, 0), "012"));
        out.put("b0094_flush_with_data_desc", chain(FLUSH, 0, d -> d.usual(512, WRITE), "012"));
        out.put("b0030_get_id_no_status", chain(GET_ID, 0, d -> d.element(HEADER, 16, 0), "-"));
        out.put("b0035_write_data_wrong_direction", chain(OUT, 0, d -> d.usual(512, WRITE), "012"));
        out.put("b0071_write_data_writable", chain(OUT, 0, d -> d.usual(512, WRITE), "012"));
        out.put("b0073_read_data_not_writable", chain(IN, 0, d -> d.usual(512, 0), "012"));
        out.put("b0093_get_id_data_readable", chain(GET_ID, 0, d -> d.usual(20, 0), "012"));
        out.put(
                "b0070_header_writable",
                chain(IN, 0, d -> d.element(HEADER, 16, WRITE).element(BYTES, 512, WRITE), "-"));
        out.put(
                "b0072_status_readable",
                chain(
                        OUT,
                        0,
                        d -> d.element(HEADER, 16, 0).element(BYTES, 512, 0).element(STATUS, 1, 0),
                        "-"));
        out.put(
                "b0029_header_split_descriptors",
                chain(
                        IN,
                        0,
                        d -> d.element(HEADER, 8, 0)
                                .element(HEADER + 8, 8, 0)
                                .element(BYTES, 512, WRITE)
                                .element(STATUS, 1, WRITE),
                        "0"));
        out.put(
                "b0098_read_scattered_data",
                chain(
                        IN,
                        0,
                        d -> d.element(HEADER, 16, 0)
                                .element(BYTES, 100, WRITE)
                                .element(BYTES + 1000, 412, WRITE)
                                .element(STATUS, 1, WRITE),
                        "0"));
        out.put(
                "b0049_get_id_scattered",
                chain(
                        GET_ID,
                        0,
                        d -> d.element(HEADER, 16, 0)
                                .element(BYTES, 7, WRITE)
                                .element(BYTES + 1000, 13, WRITE)
                                .element(STATUS, 1, WRITE),
                        "0"));
        out.put(
                "b0146_blk_zero_data_seg",
                chain(
                        IN,
                        0,
                        d -> d.element(HEADER, 16, 0)
                                .element(BYTES, 0, WRITE)
                                .element(BYTES, 512, WRITE)
                                .element(STATUS, 1, WRITE),
                        "0"));
        out.put(
                "b0051_max_chain",
                chain(
                        IN,
                        0,
                        d -> {
                            d.element(HEADER, 16, 0);
                            for (int i = 0; i < VillainRig.SIZE - 2; i++) {
                                d.element(BYTES + 1024L * i, 512, WRITE);
                            }
                            d.element(STATUS, 1, WRITE);
                        },
                        "0"));
        out.put("b0031_status_byte_written", data(IN, 0, 512, "0"));
        out.put("b0045_read_indirect_scatter", indirect(IN));
        out.put("b0124_blk_indirect_read", indirect(IN));
    }
}
