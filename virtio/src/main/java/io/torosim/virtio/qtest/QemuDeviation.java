package io.torosim.virtio.qtest;

import io.torosim.virtio.device.BlkDevice;
import java.util.List;

/** Where QEMU leaves the specification in what a driver sees of its disk; measured on QEMU 7.2.22. */
public enum QemuDeviation {
    /** A configuration interrupt sets the queue bit too: the interrupt status is 3 (hw/virtio/virtio.c, virtio_notify_config). */
    QUEUE_BIT_WITH_CONFIG("4.1.4.5.1", "a configuration interrupt sets the queue bit too"),
    /** A request that failed reports all its writable bytes as written (hw/block/virtio-blk.c, virtio_blk_req_complete). */
    FAILED_REQUEST_OVERREPORTED("2.7.8.2", "a failed request reports all its writable bytes as written"),
    /**
     * With EVENT_IDX the first used buffer after a reset, and after each wrap of a packed ring, interrupts whatever the
     * driver asked for (hw/virtio/virtio.c, signalled_used_valid).
     */
    FIRST_INTERRUPT_ALWAYS(
            "2.7.7.2, 2.8.10", "with EVENT_IDX the first used buffer after a reset or a wrap interrupts unasked"),
    /** Used descriptors of a packed ring never have WRITE, whatever was written (virtqueue_packed_fill_desc). */
    PACKED_WRITE_FLAG_MISSING("2.8.4", "used descriptors of a packed ring never have WRITE"),
    /** GET_ID writes the name and its zero but reports all 21 bytes. */
    GET_ID_OVERREPORTED("2.7.8.2", "GET_ID reports 21 bytes whatever it wrote");

    private final String section;
    private final String summary;

    QemuDeviation(String section, String summary) {
        this.section = section;
        this.summary = summary;
    }

    /** Returns what QEMU does, in a few words. */
    public String summary() {
        return summary;
    }

    /** Returns the section of virtio 1.2. */
    public String section() {
        return section;
    }

    /**
     * Returns what explains that a step looks so at the simulated device and so at QEMU; empty if nothing does.
     *
     * @param mayBeFirst whether EVENT_IDX is in use and QEMU has not interrupted since the last reset
     */
    static List<QemuDeviation> ofStep(String simulated, String real, boolean mayBeFirst) {
        String configured = simulated.contains("needs reset true")
                ? simulated.replace("interrupt status 2", "interrupt status 3")
                : simulated;
        if (configured.equals(real)) {
            return List.of(QUEUE_BIT_WITH_CONFIG);
        }
        if (!mayBeFirst) {
            return List.of();
        }
        if (simulated.replaceFirst("interrupt status 0", "interrupt status 1").equals(real)) {
            return List.of(FIRST_INTERRUPT_ALWAYS);
        }
        return configured
                        .replaceFirst("interrupt status 0", "interrupt status 1")
                        .equals(real)
                ? List.of(FIRST_INTERRUPT_ALWAYS, QUEUE_BIT_WITH_CONFIG)
                : List.of();
    }

    /** Returns what explains that a request ended so at the simulated device and so at QEMU, or null. */
    static QemuDeviation ofBuffer(BufferOutcome simulated, BufferOutcome real) {
        if (simulated == null || real == null || simulated.status() != real.status()) {
            return null;
        }
        boolean allReported = real.reportedLength() == real.writableBytes();
        if (real.status() != BlkDevice.S_OK) {
            return allReported && simulated.reportedLength() == 0 && simulated.sameData(real)
                    ? FAILED_REQUEST_OVERREPORTED
                    : null;
        }
        return real.type() == BlkDevice.T_GET_ID && allReported && sameUpToZero(simulated.data(), real.data())
                ? GET_ID_OVERREPORTED
                : null;
    }

    private static boolean sameUpToZero(byte[] simulated, byte[] real) {
        for (int i = 0; i < real.length; i++) {
            if (simulated[i] != real[i]) {
                return false;
            }
            if (real[i] == 0) {
                return true;
            }
        }
        return true;
    }
}
