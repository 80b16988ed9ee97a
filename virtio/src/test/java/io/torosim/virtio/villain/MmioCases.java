package io.torosim.virtio.villain;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.queue.QueueLayout;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What virtio-villain's tests of MMIO registers do, by their names, done to a disk of ours. */
final class MmioCases {
    private static final int MAGIC = 0;
    private static final int VERSION = 4;
    private static final int DEVICE_ID = 8;
    private static final int DEVICE_FEATURES = 0x10;
    private static final int DEVICE_FEATURES_SEL = 0x14;
    private static final int DRIVER_FEATURES = 0x20;
    private static final int DRIVER_FEATURES_SEL = 0x24;
    private static final int QUEUE_SEL = 0x30;
    private static final int QUEUE_NUM_MAX = 0x34;
    private static final int QUEUE_NUM = 0x38;
    private static final int QUEUE_READY = 0x44;
    private static final int QUEUE_NOTIFY = 0x50;
    private static final int INTERRUPT_STATUS = 0x60;
    private static final int INTERRUPT_ACK = 0x64;
    private static final int STATUS = 0x70;
    private static final int QUEUE_DESC = 0x80;
    private static final int SHM_SEL = 0xac;
    private static final int SHM_LEN = 0xb0;
    private static final int QUEUE_RESET = 0xc0;
    private static final int GENERATION = 0xfc;
    private static final int CONFIG = 0x100;
    private static final int ALIVE = 0xf;
    private static final long ONES = 0xffff_ffffL;

    private MmioCases() {}

    private static RegisterRig up() {
        return RegisterRig.mmio().up();
    }

    private static String pass(Predicate<RegisterRig> right) {
        RegisterRig rig = up();
        return rig.pass(right.test(rig));
    }

    private static String reject(Predicate<RegisterRig> refused) {
        RegisterRig rig = up();
        return rig.reject(refused.test(rig));
    }

    private static String placed(QueueLayout layout) {
        RegisterRig rig = RegisterRig.mmio();
        VirtioHandshake handshake = rig.begun(0);
        rig.transport.enableQueue(0, layout);
        handshake.ready();
        rig.transport.notifyQueue(0);
        rig.device.serviceKicks();
        return rig.wedged();
    }

    private static String sizeBeyondOffer() {
        RegisterRig rig = RegisterRig.mmio();
        VirtioHandshake handshake = rig.begun(0);
        rig.put(QUEUE_NUM, 4, 2 * rig.get(QUEUE_NUM_MAX, 4));
        boolean kept = rig.device.queueSize(0) == rig.get(QUEUE_NUM_MAX, 4);
        rig.transport.enableQueue(0, rig.layout);
        handshake.ready();
        return rig.reject(kept);
    }

    /** Set up with register writes alone, but for QueueSel: after a reset it is 0. */
    private static String withoutQueueSel() {
        RegisterRig rig = RegisterRig.mmio();
        VirtioHandshake handshake = rig.begun(0);
        rig.put(QUEUE_NUM, 4, RegisterRig.SIZE);
        rig.put(QUEUE_DESC, 4, rig.layout.descAddr());
        rig.put(QUEUE_DESC + 0x10, 4, rig.layout.driverAddr());
        rig.put(QUEUE_DESC + 0x20, 4, rig.layout.deviceAddr());
        rig.put(QUEUE_READY, 4, 1);
        handshake.ready();
        return rig.pass(rig.get(QUEUE_READY, 4) == 1);
    }

    private static String reset(Predicate<RegisterRig> right) {
        RegisterRig rig = up();
        rig.put(STATUS, 4, 0);
        return right.test(rig) && rig.up().works() ? "pass" : "fail";
    }

    private static String queueReset(boolean readBackOnly) {
        RegisterRig rig = RegisterRig.mmio().up(VirtioFeatures.RING_RESET);
        boolean worked = rig.works();
        rig.put(QUEUE_SEL, 4, 0);
        rig.put(QUEUE_RESET, 4, 1);
        boolean done = rig.get(QUEUE_RESET, 4) == 0;
        boolean out = readBackOnly || rig.get(QUEUE_READY, 4) == 0;
        return worked && done && out && rig.up().works() ? "pass" : "fail";
    }

    private static String notReady() {
        RegisterRig rig = up();
        rig.put(QUEUE_READY, 4, 2);
        return rig.reject(rig.get(QUEUE_READY, 4) == 1);
    }

    private static String withData() {
        RegisterRig rig = RegisterRig.mmio().up(VirtioFeatures.NOTIFICATION_DATA);
        rig.expose();
        rig.transport.notifyQueue(0, 1);
        rig.device.serviceKicks();
        return rig.pass(rig.usedIdx() == 1);
    }

    private static boolean identity(RegisterRig rig) {
        return rig.get(MAGIC, 4) == 0x74726976 && rig.get(VERSION, 4) == 2 && rig.get(DEVICE_ID, 4) == 2;
    }

    private static boolean noRegion(RegisterRig rig, long select) {
        rig.put(SHM_SEL, 4, select);
        return rig.get(SHM_LEN, 4) == ONES
                && rig.get(SHM_LEN + 4, 4) == ONES
                && rig.get(SHM_LEN + 8, 4) == ONES
                && rig.get(SHM_LEN + 12, 4) == ONES;
    }

    private static boolean otherWidths(RegisterRig rig) {
        for (int offset = 0; offset < CONFIG; offset++) {
            if (rig.get(offset, 1) != 0 || rig.get(offset, 2) != 0) {
                return false;
            }
        }
        rig.put(QUEUE_SEL, 1, 5);
        rig.put(QUEUE_NUM, 2, 2);
        rig.put(STATUS, 1, 0);
        rig.put(QUEUE_NOTIFY, 1, 0);
        return rig.get(STATUS, 4) == ALIVE;
    }

    static Map<String, String> verdicts() {
        Map<String, String> out = new TreeMap<>();
        registers(out);
        queues(out);
        interrupts(out);
        return out;
    }

    private static void registers(Map<String, String> out) {
        out.put("m0001_non_32bit_access", pass(MmioCases::otherWidths));
        out.put("m0002_wrong_width_config", pass(rig -> rig.get(CONFIG, 1) == 64 && rig.get(CONFIG + 1, 2) == 0));
        out.put("m0003_undefined_offset", reject(rig -> {
            rig.put(0x200 - 0x100 - 0x20, 4, ONES);
            rig.put(0x0c8, 4, ONES);
            return rig.get(0x0e0, 4) == 0 && rig.get(0x0c8, 4) == 0;
        }));
        out.put("m0005_undefined_status_bits", pass(rig -> {
            rig.put(STATUS, 4, rig.get(STATUS, 4) | 0xffff_ff30L);
            return !rig.needsReset();
        }));
        out.put("m0006_skip_magic_check", pass(rig -> true));
        out.put("m0008_write_readonly_regs", reject(rig -> {
            for (int offset : new int[] {MAGIC, VERSION, DEVICE_ID, 0xc, DEVICE_FEATURES, QUEUE_NUM_MAX, GENERATION}) {
                rig.put(offset, 4, 0x55aa);
            }
            rig.put(INTERRUPT_STATUS, 4, 3);
            return identity(rig) && rig.get(QUEUE_NUM_MAX, 4) != 0x55aa && rig.get(INTERRUPT_STATUS, 4) == 0;
        }));
        out.put(
                "m0009_read_writeonly_regs",
                pass(rig -> rig.get(DEVICE_FEATURES_SEL, 4) == 0
                        && rig.get(DRIVER_FEATURES, 4) == 0
                        && rig.get(QUEUE_NOTIFY, 4) == 0
                        && rig.get(INTERRUPT_ACK, 4) == 0
                        && rig.get(QUEUE_DESC, 4) == 0));
        out.put("m0010_reset_via_status_zero", reset(rig -> rig.get(STATUS, 4) == 0 && rig.get(QUEUE_READY, 4) == 0));
        out.put("m0022_magic_version_after_reset", reset(MmioCases::identity));
        out.put("m0017_version_check", pass(MmioCases::identity));
        out.put("m0034_device_id_nonzero", pass(rig -> rig.get(DEVICE_ID, 4) == 2));
        out.put("m0035_status_readback", pass(rig -> rig.get(STATUS, 4) == ALIVE));
        out.put("m0011_feature_sel_out_of_range", pass(rig -> {
            rig.put(DEVICE_FEATURES_SEL, 4, ONES);
            rig.put(DRIVER_FEATURES_SEL, 4, 7);
            rig.put(DRIVER_FEATURES, 4, ONES);
            return rig.get(DEVICE_FEATURES, 4) == 0;
        }));
        out.put("m0018_64bit_config", pass(rig -> rig.get(CONFIG, 4) == 64 && rig.get(CONFIG + 4, 4) == 0));
        out.put("m0025_shm_sel_out_of_range", pass(rig -> noRegion(rig, 0xff)));
        out.put("m0026_shm_read_no_sel", pass(rig -> rig.get(SHM_LEN, 4) == ONES));
        out.put("m0027_shm_region_stability", pass(rig -> noRegion(rig, 0) && noRegion(rig, 0)));
        out.put("m0028_shm_write_readonly", reject(rig -> {
            rig.put(SHM_LEN, 4, 5);
            rig.put(SHM_LEN + 8, 4, 5);
            return noRegion(rig, 0);
        }));
    }

    private static void queues(Map<String, String> out) {
        out.put("m0004_no_queue_sel", withoutQueueSel());
        out.put("m0012_queue_num_exceeds_max", sizeBeyondOffer());
        out.put("m0013_queue_ready_no_config", placed(new QueueLayout(false, 8, 0, 0, 0)));
        out.put("m0030_queue_desc_top_addr", placed(new QueueLayout(false, 8, -128, 0x10100, 0x10200)));
        out.put("m0014_double_queue_ready", pass(rig -> {
            rig.put(QUEUE_READY, 4, 1);
            return rig.get(QUEUE_READY, 4) == 1;
        }));
        out.put("m0015_queue_config_after_driver_ok", reject(rig -> {
            rig.put(QUEUE_NUM, 4, 4);
            rig.put(QUEUE_DESC, 4, 0x30000);
            return rig.device.queueSize(0) == RegisterRig.SIZE && rig.device.queueArea(0, 0) == rig.layout.descAddr();
        }));
        out.put("m0019_queue_num_max_read", pass(rig -> {
            rig.put(QUEUE_SEL, 4, 0x7fff_ffff);
            boolean none = rig.get(QUEUE_NUM_MAX, 4) == 0;
            rig.put(QUEUE_SEL, 4, 0);
            return none && rig.get(QUEUE_NUM_MAX, 4) > 0;
        }));
        out.put("m0021_qsel_while_qready", pass(rig -> {
            rig.put(QUEUE_SEL, 4, 3);
            boolean other = rig.get(QUEUE_READY, 4) == 0;
            rig.put(QUEUE_SEL, 4, 0);
            return other && rig.get(QUEUE_READY, 4) == 1;
        }));
        out.put("m0023_queue_reset_register", queueReset(false));
        out.put("m0024_queue_reset_readback", queueReset(true));
        out.put("m0029_queue_ready_nonbool", notReady());
        out.put("m0031_notification_data_feature", withData());
    }

    private static void interrupts(Map<String, String> out) {
        out.put(
                "m0007_missing_interrupt_ack",
                pass(rig -> rig.works() && rig.works() && rig.get(INTERRUPT_STATUS, 4) == 1));
        out.put("m0020_interrupt_ack_partial", pass(rig -> {
            boolean worked = rig.works();
            rig.put(INTERRUPT_ACK, 4, 2);
            boolean kept = rig.get(INTERRUPT_STATUS, 4) == 1;
            rig.put(INTERRUPT_ACK, 4, 1);
            return worked && kept && rig.get(INTERRUPT_STATUS, 4) == 0;
        }));
        out.put("m0016_config_generation_semantics", PciCases.configurationInterrupt(false));
        out.put("m0032_config_change_interrupt", PciCases.configurationInterrupt(false));
    }
}
