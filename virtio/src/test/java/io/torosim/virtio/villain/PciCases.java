package io.torosim.virtio.villain;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** What virtio-villain's tests of PCI registers do, by their names, done to a disk of ours. */
final class PciCases {
    private static final int DEVICE_FEATURE_SELECT = 0;
    private static final int DEVICE_FEATURE = 4;
    private static final int DRIVER_FEATURE_SELECT = 8;
    private static final int DRIVER_FEATURE = 12;
    private static final int CONFIG_VECTOR = 16;
    private static final int NUM_QUEUES = 18;
    private static final int STATUS = 20;
    private static final int GENERATION = 21;
    private static final int QUEUE_SELECT = 22;
    private static final int QUEUE_SIZE = 24;
    private static final int QUEUE_VECTOR = 26;
    private static final int QUEUE_ENABLE = 28;
    private static final int NOTIFY_OFF = 30;
    private static final int ISR = 0x1000;
    private static final int CONFIG = 0x2000;
    private static final int NOTIFY = ModernPciDevice.NOTIFY;
    private static final int WINDOW = 0x88;
    private static final int MSIX_CONTROL = 0x9e;
    private static final int ALIVE = 0xf; // ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK

    private final Map<String, String> out = new TreeMap<>();

    private PciCases() {}

    static Map<String, String> verdicts() {
        PciCases cases = new PciCases();
        cases.queues();
        cases.statusAndReset();
        cases.features();
        cases.interrupts();
        cases.messages();
        cases.readOnly();
        cases.widths();
        cases.identity();
        cases.window();
        return cases.out;
    }

    private static RegisterRig up() {
        return RegisterRig.pci().up();
    }

    private static String pass(Predicate<RegisterRig> right) {
        RegisterRig rig = up();
        return rig.pass(right.test(rig));
    }

    private static String reject(Predicate<RegisterRig> refused) {
        RegisterRig rig = up();
        return rig.reject(refused.test(rig));
    }

    private static String size(int size) {
        RegisterRig rig = RegisterRig.pci();
        VirtioHandshake handshake = rig.begun(0);
        long before = rig.get(QUEUE_SIZE, 2);
        rig.put(QUEUE_SIZE, 2, size);
        boolean refused = rig.get(QUEUE_SIZE, 2) == before;
        rig.transport.enableQueue(0, rig.layout);
        handshake.ready();
        return rig.reject(refused);
    }

    private static String placed(QueueLayout layout) {
        RegisterRig rig = RegisterRig.pci();
        VirtioHandshake handshake = rig.begun(0);
        rig.transport.enableQueue(0, layout);
        handshake.ready();
        rig.transport.notifyQueue(0);
        rig.device.serviceKicks();
        return rig.wedged();
    }

    private static boolean absent(RegisterRig rig, int queue) {
        rig.put(QUEUE_SELECT, 2, queue);
        boolean nothing = rig.get(QUEUE_SIZE, 2) == 0 && rig.get(QUEUE_ENABLE, 2) == 0;
        rig.put(QUEUE_ENABLE, 2, 1);
        nothing &= rig.get(QUEUE_ENABLE, 2) == 0;
        rig.put(QUEUE_SELECT, 2, 0);
        return nothing;
    }

    /** A notification at an offset, with a request waiting that it does not name. */
    private static String notified(int offset, int value) {
        return reject(rig -> {
            rig.expose();
            rig.put(NOTIFY + offset, 2, value);
            rig.device.serviceKicks();
            boolean quiet = rig.usedIdx() == 0;
            rig.transport.notifyQueue(0);
            rig.device.serviceKicks();
            return quiet && rig.usedIdx() == 1;
        });
    }

    private static String notified(ToIntFunction<RegisterRig> times) {
        RegisterRig rig = up();
        rig.expose();
        int kicks = times.applyAsInt(rig);
        for (int i = 0; i < kicks; i++) {
            rig.transport.notifyQueue(0);
        }
        rig.device.serviceKicks();
        return rig.pass(rig.usedIdx() == 1);
    }

    private void queues() {
        out.put("pci0001_write_zero_queue_size", size(0));
        out.put("pci0002_non_pow2_queue_size", size(7));
        out.put("pci0053_qsize_npot", size(100));
        out.put("pci0003_enable_before_config", placed(new QueueLayout(false, 8, 0, 0, 0)));
        out.put("pci0055_qdesc_misaligned", placed(new QueueLayout(false, 8, 0x10001, 0x10100, 0x10200)));
        out.put("pci0056_qavail_oob", placed(new QueueLayout(false, 8, 0x10000, 1L << 40, 0x10200)));
        out.put("pci0004_skip_enable_readback", pass(rig -> true));
        out.put("pci0113_qen_readback", pass(rig -> rig.get(QUEUE_ENABLE, 2) == 1));
        out.put("pci0005_notify_disabled_queue", disabled());
        out.put("pci0008_write_queue_enable_zero", up().readOnly(QUEUE_ENABLE, 2, 0));
        out.put("pci0054_qenable_toggle", reject(rig -> {
            rig.put(QUEUE_ENABLE, 2, 0);
            rig.put(QUEUE_ENABLE, 2, 1);
            return rig.get(QUEUE_ENABLE, 2) == 1;
        }));
        out.put("pci0089_double_queue_enable", pass(rig -> {
            rig.put(QUEUE_ENABLE, 2, 1);
            return rig.get(QUEUE_ENABLE, 2) == 1;
        }));
        out.put("pci0091_qsize_after_enable", up().readOnly(QUEUE_SIZE, 2, 4));
        out.put("pci0099_queue_size_valid", pass(rig -> Long.bitCount(rig.get(QUEUE_SIZE, 2)) == 1));
        out.put("pci0108_num_queues", pass(rig -> rig.get(NUM_QUEUES, 2) == 1));
        out.put("pci0009_queue_select_oob", pass(rig -> absent(rig, 0xffff)));
        out.put("pci0052_qsel_oob", pass(rig -> absent(rig, 0x8000)));
        out.put("pci0071_qsel_past_num", pass(rig -> absent(rig, 1)));
        out.put("pci0087_queue_select_oob", pass(rig -> absent(rig, 100)));
        out.put("pci0012_notify_wrong_queue", notified(4, 1));
        out.put("pci0018_notify_beyond_queues", notified(0xffc, 0x3ff));
        out.put("pci0025_notify_bar_bounds", notified(0xffe, 0));
        out.put("pci0060_notify_oob", notified(0x800, 0xffff));
        out.put("pci0085_notify_bad_queue", notified(8, 2));
        out.put("pci0016_notify_after_select", notified(rig -> {
            rig.put(QUEUE_SELECT, 2, 9);
            return 1;
        }));
        out.put("pci0068_kick_after_writes", notified(rig -> 20));
        out.put("pci0119_notification_data", withData());
    }

    private static String disabled() {
        RegisterRig rig = RegisterRig.pci();
        VirtioHandshake handshake = rig.begun(0);
        rig.expose();
        rig.transport.notifyQueue(0);
        handshake.ready();
        rig.transport.notifyQueue(0);
        rig.device.serviceKicks();
        boolean quiet = rig.usedIdx() == 0 && !rig.needsReset();
        return quiet && rig.up().works() ? "reject" : "fail";
    }

    private static String withData() {
        RegisterRig rig = RegisterRig.pci().up(VirtioFeatures.NOTIFICATION_DATA);
        rig.expose();
        rig.transport.notifyQueue(0, 1);
        rig.device.serviceKicks();
        return rig.pass(rig.usedIdx() == 1
                && VirtioFeatures.has(rig.device.driverFeatures(), VirtioFeatures.NOTIFICATION_DATA));
    }

    private static String status(int bits) {
        return pass(rig -> {
            rig.put(STATUS, 1, rig.get(STATUS, 1) | bits);
            return !rig.needsReset();
        });
    }

    private static String afterStatus(int value) {
        RegisterRig rig = up();
        rig.put(STATUS, 1, value);
        boolean kept = (rig.get(STATUS, 1) & ALIVE) == ALIVE && !rig.needsReset();
        return kept && rig.up().works() ? "pass" : "fail";
    }

    private void statusAndReset() {
        out.put("pci0014_status_undefined_bits", status(0x30));
        out.put("pci0058_status_reserved", status(0x10));
        out.put("pci0086_status_undefined_bits", status(0x20));
        out.put("pci0030_status_all_bits", afterStatus(0xff));
        out.put("pci0057_status_failed", afterStatus(VirtioStatus.FAILED));
        out.put("pci0017_status_during_reset", resets(rig -> {}));
        out.put("pci0105_status_init", resets(rig -> {}));
        out.put("pci0028_reset_during_io", resets(rig -> rig.expose()));
    }

    private static String resets(java.util.function.Consumer<RegisterRig> before) {
        RegisterRig rig = up();
        before.accept(rig);
        rig.put(STATUS, 1, 0);
        boolean fresh = rig.get(STATUS, 1) == 0 && rig.get(QUEUE_ENABLE, 2) == 0 && rig.usedIdx() == 0;
        return fresh && rig.up().works() ? "pass" : "fail";
    }

    private static boolean noFeature(RegisterRig rig, int select) {
        rig.put(DEVICE_FEATURE_SELECT, 4, select);
        return rig.get(DEVICE_FEATURE, 4) == 0;
    }

    private static String unknownWord(int select) {
        RegisterRig rig = RegisterRig.pci();
        rig.begun(0);
        long before = rig.device.driverFeatures();
        rig.put(DRIVER_FEATURE_SELECT, 4, select);
        rig.put(DRIVER_FEATURE, 4, 0xffff_ffffL);
        boolean refused = rig.device.driverFeatures() == before && rig.get(DRIVER_FEATURE, 4) == 0;
        return refused && rig.up().works() ? "reject" : "fail";
    }

    private static long offered(RegisterRig rig, int half) {
        rig.put(DEVICE_FEATURE_SELECT, 4, half);
        return rig.get(DEVICE_FEATURE, 4);
    }

    private void features() {
        out.put("pci0050_dev_feat_select_oob", pass(rig -> noFeature(rig, 4)));
        out.put("pci0092_device_feature_select_oob", pass(rig -> noFeature(rig, -1)));
        out.put("pci0051_drv_feat_oob", unknownWord(2));
        out.put("pci0093_driver_feature_select_oob", unknownWord(-1));
        out.put("pci0101_version_1", pass(rig -> (offered(rig, 1) & 1) != 0));
        RegisterRig agreed = RegisterRig.pci();
        VirtioHandshake handshake = agreed.begun(0); // throws where FEATURES_OK does not stay
        agreed.transport.enableQueue(0, agreed.layout);
        handshake.ready();
        out.put("pci0106_features_ok_accepted", agreed.pass((agreed.get(STATUS, 1) & VirtioStatus.FEATURES_OK) != 0));
        out.put("pci0111_feat_nonzero", pass(rig -> offered(rig, 0) != 0));
        out.put("pci0110_fsel_readback", pass(rig -> {
            rig.put(DEVICE_FEATURE_SELECT, 4, 1);
            boolean one = rig.get(DEVICE_FEATURE_SELECT, 4) == 1;
            rig.put(DEVICE_FEATURE_SELECT, 4, 0);
            return one && rig.get(DEVICE_FEATURE_SELECT, 4) == 0;
        }));
        out.put("pci0109_qsel_readback", pass(rig -> {
            rig.put(QUEUE_SELECT, 2, 0);
            return rig.get(QUEUE_SELECT, 2) == 0;
        }));
    }

    private static String vector(int register, int vector) {
        return reject(rig -> {
            rig.put(register, 2, vector);
            return rig.get(register, 2) == 0xffff;
        });
    }

    /** A disk up, its queue mapped to vector 1; what is done, then what a read is heard by. */
    private static String heard(Consumer<RegisterRig> before, Consumer<RegisterRig> after, Integer... vectors) {
        RegisterRig rig = RegisterRig.msix(4).up();
        rig.put(QUEUE_SELECT, 2, 0);
        rig.put(QUEUE_VECTOR, 2, 1);
        before.accept(rig);
        boolean works = rig.works();
        after.accept(rig);
        boolean right = works && rig.messages.equals(List.of(vectors));
        rig.put(QUEUE_VECTOR, 2, 1);
        return rig.pass(right);
    }

    private void messages() {
        Consumer<RegisterRig> nothing = rig -> {};
        int table = 16 + 12; // the mask of vector 1
        out.put("pci0020_msix_change_inflight", heard(rig -> rig.put(QUEUE_VECTOR, 2, 2), nothing, 2));
        out.put("pci0041_msix_multi_vector", heard(rig -> rig.put(CONFIG_VECTOR, 2, 0), nothing, 1));
        out.put("pci0038_msix_global_mask", heard(rig -> control(rig, 0xc000), rig -> control(rig, 0x8000), 1));
        out.put(
                "pci0070_msix_per_vec_mask",
                heard(
                        rig -> rig.pci.bar(1).write(table, 4, 1),
                        rig -> rig.pci.bar(1).write(table, 4, 0),
                        1));
        RegisterRig rig = RegisterRig.msix(4).up();
        out.put("pci0034_msix_pba_read", rig.pass(rig.pci.bar(1).read(0x800, 8) == 0));
        rig.pci.bar(1).write(8, 4, 0x1234);
        out.put("pci0037_msix_table_write", rig.pass(rig.pci.bar(1).read(8, 4) == 0x1234));
        rig.put(CONFIG_VECTOR, 2, 3);
        out.put("pci0066_msix_config_roundtrip", rig.pass(rig.get(CONFIG_VECTOR, 2) == 3));
        rig.put(QUEUE_VECTOR, 2, 2);
        out.put("pci0067_queue_msix_roundtrip", rig.pass(rig.get(QUEUE_VECTOR, 2) == 2));
    }

    private static void control(RegisterRig rig, int value) {
        rig.pci.configSpace().write(MSIX_CONTROL, 2, value);
    }

    private void interrupts() {
        out.put("pci0006_msix_vector_oob", vector(QUEUE_VECTOR, 0x7ff));
        out.put("pci0064_qmsix_oob", vector(QUEUE_VECTOR, 0xfffe));
        out.put("pci0075_msix_vector_at_table_size", vector(CONFIG_VECTOR, 0));
        out.put("pci0088_msix_vector_invalid", vector(CONFIG_VECTOR, 0x1234));
        out.put("pci0015_isr_no_interrupt", pass(rig -> rig.get(ISR, 1) == 0));
        out.put("pci0114_isr_zero", pass(rig -> rig.get(ISR, 1) == 0));
        out.put("pci0022_isr_read_clear", pass(rig -> rig.works() && rig.get(ISR, 1) == 1 && rig.get(ISR, 1) == 0));
        out.put("pci0059_isr_clear", pass(rig -> rig.works() && rig.get(ISR, 1) == 1 && rig.get(ISR, 1) == 0));
        out.put("pci0115_isr_after_io", pass(rig -> rig.works() && (rig.get(ISR, 1) & ~3) == 0));
        out.put("pci0023_isr_config_change", configurationInterrupt(true));
        out.put("pci0011_config_generation_no_retry", pass(rig -> rig.get(CONFIG, 4) == 64));
        out.put("pci0061_config_gen_stable", pass(PciCases::sameGeneration));
        out.put("pci0112_config_gen", pass(PciCases::sameGeneration));
        out.put("pci0019_config_during_io", pass(rig -> {
            rig.expose();
            boolean capacity = rig.get(CONFIG, 4) == 64;
            rig.transport.notifyQueue(0);
            rig.device.serviceKicks();
            return capacity && rig.get(CONFIG, 4) == 64 && rig.usedIdx() == 1;
        }));
    }

    private static boolean sameGeneration(RegisterRig rig) {
        long before = rig.get(GENERATION, 1);
        rig.get(CONFIG, 8);
        return rig.get(GENERATION, 1) == before;
    }

    /** The cable of a card is pulled out. */
    static String configurationInterrupt(boolean overPci) {
        NetDevice card = new NetDevice(new byte[] {2, 0, 0, 0, 0, 1}, frame -> {});
        RegisterRig rig = RegisterRig.of(card, overPci);
        rig.up(NetDevice.F_STATUS);
        rig.transport.notifyQueue(0);
        rig.device.serviceKicks();
        int generation = rig.transport.configGeneration();
        card.link(false);
        boolean told = rig.transport.interruptStatus() == 2 && rig.transport.interruptStatus() == 0;
        boolean changed = rig.transport.configGeneration() != generation && rig.transport.configRead(6, 2) == 0;
        return told && changed ? "pass" : "fail";
    }

    private void readOnly() {
        out.put("pci0007_write_readonly_fields", reject(rig -> {
            long before = rig.get(DEVICE_FEATURE, 4);
            rig.put(DEVICE_FEATURE, 4, ~before);
            rig.put(NUM_QUEUES, 2, 9);
            rig.put(GENERATION, 1, 9);
            return rig.get(DEVICE_FEATURE, 4) == before && rig.get(NUM_QUEUES, 2) == 1 && rig.get(GENERATION, 1) == 0;
        }));
        out.put("pci0062_num_queues_ro", up().readOnly(NUM_QUEUES, 2, 9));
        out.put("pci0094_num_queues_readonly", up().readOnly(NUM_QUEUES, 2, 0));
        out.put("pci0063_cfg_gen_ro", up().readOnly(GENERATION, 1, 9));
        out.put("pci0090_write_queue_notify_off", up().readOnly(NOTIFY_OFF, 2, 9));
        out.put("pci0072_write_notify_off_multiplier", reject(rig -> {
            RegisterSpace config = rig.pci.configSpace();
            config.write(0x74 + 16, 4, 1);
            return config.read(0x74 + 16, 4) == 4;
        }));
    }

    private static boolean readAll(RegisterRig rig, int width) {
        for (int offset = 0; offset < 0x40; offset++) {
            long value = rig.get(offset, width);
            if (width < 8 && value >>> 8 * width != 0) {
                return false;
            }
        }
        return true;
    }

    private void widths() {
        out.put("pci0013_bar_unaligned", pass(rig -> {
            rig.put(QUEUE_SIZE + 1, 2, 3);
            return rig.get(1, 4) == 0 && readAll(rig, 2);
        }));
        out.put("pci0024_common_cfg_bounds", pass(rig -> {
            rig.put(0x100, 4, -1);
            return rig.get(0x100, 4) == 0 && rig.get(0xffc, 4) == 0;
        }));
        out.put("pci0040_common_cfg_read_all", pass(rig -> readAll(rig, 4) && readAll(rig, 8)));
        out.put("pci0065_byte_access", pass(rig -> readAll(rig, 1)));
        out.put("pci0073_common_cfg_3byte_access", pass(rig -> readAll(rig, 3)));
        out.put(
                "pci0097_device_cfg_field_alignment",
                pass(rig -> rig.get(CONFIG + 1, 2) == 0 && rig.get(CONFIG, 1) == 64));
    }

    private static int pciWord(RegisterRig rig, int offset) {
        return (int) rig.pci.configSpace().read(offset, 2);
    }

    /** Walks the capabilities; returns how many there are, or -1 if one is out of bounds or the list has no end. */
    private static int capabilities(RegisterRig rig) {
        RegisterSpace config = rig.pci.configSpace();
        int at = (int) config.read(0x34, 1);
        int count = 0;
        for (; at != 0; at = (int) config.read(at + 1, 1)) {
            int length = (int) config.read(at + 2, 1);
            int type = (int) config.read(at + 3, 1);
            boolean window = type == 5;
            boolean inBar = window
                    || config.read(at + 4, 1) == ModernPciDevice.BAR
                            && config.read(at + 8, 4) + config.read(at + 12, 4) <= 0x4000;
            if (at < 0x40 || at + length > 256 || length < 16 || type < 1 || type > 5 || !inBar || ++count > 48) {
                return -1;
            }
        }
        return count;
    }

    private void identity() {
        out.put("pci0026_id_validation", pass(rig -> pciWord(rig, 0) == 0x1af4 && pciWord(rig, 2) == 0x1042));
        out.put("pci0100_device_id_matches", pass(rig -> pciWord(rig, 2) == 0x1042));
        out.put("pci0102_subsystem", pass(rig -> pciWord(rig, 0x2c) == 0x1af4 && pciWord(rig, 0x2e) >= 0x40));
        out.put("pci0103_vendor_id", pass(rig -> pciWord(rig, 0) == 0x1af4));
        out.put("pci0104_revision", pass(rig -> (pciWord(rig, 8) & 0xff) == 1));
        out.put("pci0107_class_code", pass(rig -> pciWord(rig, 10) == 0x0100));
        out.put("pci0029_cap_list_sanity", pass(rig -> capabilities(rig) == 5));
        out.put("pci0036_cap_walk", pass(rig -> capabilities(rig) == 5));
        out.put("pci0074_cap_walk_bounded", pass(rig -> capabilities(rig) == 5));
        out.put("pci0098_bar_region_sizes", pass(rig -> capabilities(rig) == 5));
        out.put("pci0027_notify_multiplier", pass(rig -> rig.pci.configSpace().read(0x74 + 16, 4) == 4));
        out.put("pci0069_notify_off_range", pass(rig -> rig.get(NOTIFY_OFF, 2) * 4 + 4 <= 0x1000));
        out.put("pci0116_notify_off", pass(rig -> rig.get(NOTIFY_OFF, 2) * 4 + 2 <= 0x1000));
    }

    /** Sets the window. */
    private static RegisterSpace window(RegisterRig rig, int bar, long offset, long length) {
        RegisterSpace config = rig.pci.configSpace();
        config.write(WINDOW + 4, 1, bar);
        config.write(WINDOW + 8, 4, offset);
        config.write(WINDOW + 12, 4, length);
        return config;
    }

    private static String badWindow(int bar, long offset, long length) {
        return reject(rig -> {
            RegisterSpace config = window(rig, bar, offset, length);
            config.write(WINDOW + 16, 4, 0);
            return config.read(WINDOW + 16, 4) == 0 && rig.get(STATUS, 1) == ALIVE;
        });
    }

    private void window() {
        out.put("pci0010_cfg_data_no_cap", badWindow(0, 0, 0));
        out.put("pci0080_cfg_data_bad_bar", badWindow(3, STATUS, 1));
        out.put("pci0081_cfg_data_oob_offset", badWindow(4, 0xffff_fff0L, 4));
        out.put("pci0082_cfg_data_bad_len", badWindow(4, STATUS, 3));
        out.put("pci0084_cfg_data_notify_boundary", badWindow(4, 0x4000, 2));
        out.put(
                "pci0021_cfg_access_cap_read",
                pass(rig -> window(rig, 4, DEVICE_FEATURE, 4).read(WINDOW + 16, 4) == rig.get(DEVICE_FEATURE, 4)));
        out.put(
                "pci0039_cfg_access_cap",
                pass(rig -> window(rig, 4, NUM_QUEUES, 2).read(WINDOW + 16, 2) == 1));
        out.put("pci0083_cfg_data_1byte", pass(rig -> window(rig, 4, STATUS, 1).read(WINDOW + 16, 1) == ALIVE));
        out.put("pci0032_cfg_access_write", pass(rig -> {
            window(rig, 4, QUEUE_SELECT, 2).write(WINDOW + 16, 2, 7);
            return rig.get(QUEUE_SELECT, 2) == 7;
        }));
    }
}
