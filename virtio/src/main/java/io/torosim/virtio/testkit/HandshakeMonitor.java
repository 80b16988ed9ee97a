package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.QueueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows a driver from its register accesses, by what registers mean and not where they lie.
 *
 * <p>A life begins with a write of 0 to the status. In each life a rule is reported once for a register, since a driver
 * that has left the path breaks the same rule with every further step.
 *
 * <p>{@link HandshakeChecker} gives it the accesses; {@link RegisterMap} says what lies at an address, and broken rules are {@link Rule}s.
 */
final class HandshakeMonitor {
    /** Where violations go. */
    @FunctionalInterface
    interface Reporter {
        void report(Rule rule, String place, long value, String detail);
    }

    private enum Agreement {
        /** FEATURES_OK was not written. */
        NONE,
        /** FEATURES_OK was written and not read back. */
        ASKED,
        KEPT,
        REFUSED
    }

    private static final int DRIVER_BITS = 0xff & ~VirtioStatus.DEVICE_NEEDS_RESET;
    private static final String NAMED = "must be the queue_notify_data of an enabled queue, as it was read";
    private static final int INTERRUPT_BITS = 3;
    private static final int WRITEBACK = 32; // offset in the configuration of a disk
    private static final int MOST_QUEUES = 0x1_0000;

    private final int deviceId;
    private final boolean legacy;
    private final boolean pci;
    private final Reporter reporter;
    private final RegisterAccess single;
    private final VectorMapping vectors = new VectorMapping(this::report);
    private final Set<String> reported = new HashSet<>();
    private final TreeMap<Integer, QueueSetup> queues = new TreeMap<>();
    private final List<WideFieldReads> wideFields = new ArrayList<>();
    private @Nullable GuestMemory memory;

    private boolean everReset;
    private boolean resetPending; // written 0, not yet read 0
    private int bits; // of the status, as the driver wrote them
    private Agreement agreement = Agreement.NONE;
    private boolean refused; // the device has taken FEATURES_OK back
    private long offered; // of the banks that the driver has read, over all lives
    private long accepted;
    private boolean featuresJudged;
    private int deviceBank;
    private int driverBank;
    private int selected;
    private boolean queueUsed;
    private long pageBytes; // legacy MMIO, 0: not written
    private int generation = -1; // last one read
    private int statusShown = -1; // interrupt bits that were read and not acknowledged; -1: none was read
    private boolean lookedBehindStatus;
    private boolean lookedBehindAck = true;
    private String ackPlace = "";

    HandshakeMonitor(int deviceId, boolean legacy, boolean pci, Reporter reporter) {
        this.deviceId = deviceId;
        this.legacy = legacy;
        this.pci = pci;
        this.reporter = reporter;
        this.single = new RegisterAccess(deviceId, legacy, !pci, this::report);
        switch (deviceId) {
            case FeatureBits.NET -> wide("mac", 0, 6);
            case FeatureBits.BLK -> wide("capacity", 0, 8);
            case 19 -> wide("guest_cid", 0, 8); // socket
            case 27 -> { // persistent memory
                wide("start", 0, 8);
                wide("size", 8, 8);
            }
            default -> {} // none, or a type that is not known here
        }
    }

    private void wide(String name, int offset, int bytes) {
        wideFields.add(new WideFieldReads(name, offset, bytes, legacy));
    }

    void vectors(int size) {
        vectors.table(size);
    }

    void memory(GuestMemory guestMemory) {
        memory = guestMemory;
    }

    private void report(Rule rule, String place, long value, String detail) {
        if (reported.add(rule + " " + place)) {
            reporter.report(rule, place, value, detail);
        }
    }

    private boolean wrote(int bit) {
        return (bits & bit) != 0;
    }

    private QueueSetup queue(int index) {
        return queues.computeIfAbsent(index, i -> new QueueSetup());
    }

    /** The driver has read a register. */
    void read(RegisterMap.Entry entry, int within, int widthBytes, long value) {
        single.read(entry, within, widthBytes, value);
        switch (entry.register()) {
            case STATUS -> statusRead((int) value & 0xff);
            case DEVICE_FEATURES -> {
                if (deviceBank < 2) {
                    long mask = 0xffff_ffffL << 32 * deviceBank;
                    offered = offered & ~mask | (value & 0xffff_ffffL) << 32 * deviceBank;
                }
            }
            case QUEUE_SIZE -> {
                QueueSetup queue = queue(selected);
                if (!queue.sizeWritten) {
                    queue.size = (int) value;
                    queue.sizeMax = (int) value;
                }
            }
            case QUEUE_SIZE_MAX -> queue(selected).sizeMax = (int) value;
            case QUEUE_ENABLE, QUEUE_RESET -> queue(selected).stopping &= value != 0;
            case QUEUE_NOTIFY_DATA -> queue(selected).notifyData = (int) value & 0xffff;
            case CONFIG_VECTOR, QUEUE_VECTOR -> vectors.read(entry.register(), selected);
            case CONFIG_GENERATION -> {
                for (WideFieldReads field : wideFields) {
                    field.generation((int) value != generation);
                }
                generation = (int) value;
            }
            case CONFIG -> configRead(entry, within, widthBytes, value);
            case INTERRUPT_STATUS -> interruptStatusRead((int) value);
            default -> {} // nothing to learn
        }
    }

    private void statusRead(int value) {
        if (value == 0) {
            resetPending = false;
        }
        if (agreement == Agreement.ASKED) {
            agreement = (value & VirtioStatus.FEATURES_OK) != 0 ? Agreement.KEPT : Agreement.REFUSED;
            refused = agreement == Agreement.REFUSED;
        }
    }

    private void interruptStatusRead(int value) {
        settleInterrupt();
        statusShown = Math.max(statusShown, 0) | value & INTERRUPT_BITS;
        lookedBehindStatus = false;
        lookedBehindAck = true;
    }

    private void acknowledged(String place, long value) {
        if ((value & ~INTERRUPT_BITS) != 0) {
            report(Rule.F26, place, value, hex("bits 0x%x are not defined", value & ~INTERRUPT_BITS));
        } else if (statusShown >= 0 && (value & ~statusShown) != 0) {
            report(Rule.F26, place, value, hex("InterruptStatus has not shown bits 0x%x", value & ~statusShown));
        }
        if ((value & 1) != 0) {
            lookedBehindAck = !lookedBehindStatus;
            ackPlace = place;
        }
        if (statusShown > 0) {
            statusShown &= ~(int) value;
        }
    }

    /** The driver has read from guest memory. */
    void memoryLoaded(long address, long length) {
        for (QueueSetup queue : queues.values()) {
            if (queue.enabled && queue.layout != null && queue.usedRingAt(address, length)) {
                lookedBehindStatus = true;
                lookedBehindAck = true;
            }
        }
    }

    /** The driver turns to something else: whether a look at the ring came behind the last acknowledgement. */
    private void settleInterrupt() {
        if (!lookedBehindAck) {
            lookedBehindAck = true;
            report(
                    Rule.F27,
                    ackPlace,
                    1,
                    "written behind the last look at the used ring: what was used meanwhile gets no interrupt");
        }
    }

    private void configRead(RegisterMap.Entry entry, int within, int widthBytes, long value) {
        boolean agreed = legacy || wrote(VirtioStatus.FEATURES_OK);
        if (deviceId == FeatureBits.BLK && !agreed && within <= WRITEBACK && within + widthBytes > WRITEBACK) {
            report(Rule.B13, place(entry, within), value, "writeback must not be read before FEATURES_OK");
        }
        for (WideFieldReads field : wideFields) {
            if (field.touchedBy(within, widthBytes)) {
                if (!legacy && generation < 0) {
                    report(
                            Rule.F18,
                            field.name + " in " + place(entry, field.offset),
                            value,
                            "the generation must be read before and after a field of more than 32 bits");
                    continue;
                }
                field.read(within, widthBytes, value);
            }
        }
    }

    static String place(RegisterMap.Entry entry, int within) {
        return String.format(java.util.Locale.ROOT, "%s (0x%x)", entry.name(), entry.offset() + within);
    }

    /** The driver is about to write a register. */
    void write(RegisterMap.Entry entry, int within, int widthBytes, long value) {
        String place = place(entry, within);
        Register register = entry.register();
        boolean notificationData = VirtioFeatures.has(accepted, VirtioFeatures.NOTIFICATION_DATA);
        single.write(entry, within, widthBytes, value, register == Register.NOTIFY && notificationData); // N17
        switch (register) {
            case STATUS -> statusWritten(place, (int) value & 0xff);
            case NOTIFY -> notified(place, within, widthBytes, value);
            case CONFIG -> configWritten(place, within, value);
            case INTERRUPT_ACK -> acknowledged(place, value & 0xffff_ffffL);
            case OTHER -> {}
            default -> {
                awaitReset(place, value);
                setUp(entry, place, within, widthBytes, value);
            }
        }
    }

    private void awaitReset(String place, long value) {
        if (resetPending) {
            resetPending = false;
            report(Rule.F6, place, value, "after a reset the status must first read 0");
        }
    }

    private void setUp(RegisterMap.Entry entry, String place, int within, int widthBytes, long value) {
        switch (entry.register()) {
            case DEVICE_FEATURES_SELECT -> deviceBank = bank(value);
            case DRIVER_FEATURES_SELECT -> driverBank = bank(value);
            case DRIVER_FEATURES -> featuresWritten(place, value & 0xffff_ffffL);
            case QUEUE_SELECT -> selected = (int) Math.min(value & 0xffff_ffffL, MOST_QUEUES);
            case QUEUE_SIZE -> sizeWritten(place, value & 0xffff_ffffL);
            case QUEUE_DESC -> areaWritten(place, 0, within, widthBytes, value);
            case QUEUE_DRIVER -> areaWritten(place, 1, within, widthBytes, value);
            case QUEUE_DEVICE -> areaWritten(place, 2, within, widthBytes, value);
            case CONFIG_VECTOR, QUEUE_VECTOR -> vectors.written(entry.register(), selected, place, value & 0xffff);
            case QUEUE_ENABLE -> enableWritten(place, pci ? value & 0xffff : value & 0xffff_ffffL);
            case QUEUE_RESET -> resetWritten(place, value & 0xffff);
            case GUEST_PAGE_SIZE -> pageBytes = value & 0xffff_ffffL;
            case QUEUE_ALIGN -> queue(selected).align = value & 0xffff_ffffL;
            case QUEUE_PFN -> pfnWritten(place, value & 0xffff_ffffL);
            default -> {} // read-only
        }
    }

    private static int bank(long value) {
        return (int) Math.min(value & 0xffff_ffffL, 2);
    }

    private void statusWritten(String place, int value) {
        if (value == 0) {
            settleReads();
            vectors.settle();
            beginLife();
            return;
        }
        awaitReset(place, value);
        if (!everReset) {
            everReset = true;
            report(Rule.F1, place, value, "a device is reset first, by a write of 0");
        }
        int dropped = bits & ~value & (refused ? DRIVER_BITS & ~VirtioStatus.FEATURES_OK : DRIVER_BITS);
        int added = value & ~bits & DRIVER_BITS;
        if (dropped != 0) {
            report(Rule.F2, place, value, hex("bits 0x%x must stay set until a reset", dropped));
        }
        if (wrote(VirtioStatus.FAILED) && (added != 0)) {
            report(Rule.F2, place, value, "FAILED must be followed by a reset before anything else");
        }
        bits |= value & DRIVER_BITS;
        if ((added & VirtioStatus.DRIVER) != 0 && !wrote(VirtioStatus.ACKNOWLEDGE)) {
            report(Rule.F1, place, value, "ACKNOWLEDGE comes before DRIVER");
        }
        if ((added & VirtioStatus.FEATURES_OK) != 0) {
            featuresOkWritten(place, value, added);
        }
        if ((added & VirtioStatus.DRIVER_OK) != 0) {
            driverOkWritten(place, value, added);
        }
    }

    private void beginLife() {
        everReset = true;
        resetPending = true;
        bits = 0;
        agreement = Agreement.NONE;
        refused = false;
        accepted = 0;
        featuresJudged = false;
        deviceBank = 0;
        driverBank = 0;
        single.reset();
        vectors.reset();
        selected = 0;
        queueUsed = false;
        generation = -1;
        statusShown = -1;
        lookedBehindAck = true;
        queues.values().forEach(queue -> {
            queue.clear();
            queue.released = false;
            queue.stopping = false;
            queue.align = 0;
        });
        wideFields.forEach(WideFieldReads::reset);
        reported.clear();
    }

    private void featuresOkWritten(String place, int value, int added) {
        if (legacy) {
            report(Rule.L5, place, value, "the legacy interface has no FEATURES_OK");
            return;
        }
        if (!wrote(VirtioStatus.DRIVER) || (added & VirtioStatus.DRIVER) != 0) {
            report(Rule.F1, place, value, "DRIVER, then the features, then FEATURES_OK, each by a write of its own");
        }
        agreement = Agreement.ASKED;
        judgeFeatures(place);
    }

    private void driverOkWritten(String place, int value, int added) {
        if (!wrote(VirtioStatus.DRIVER) || (added & VirtioStatus.DRIVER) != 0) {
            report(Rule.F1, place, value, "DRIVER comes before DRIVER_OK, by a write of its own");
        }
        if (legacy) {
            judgeFeatures(place);
        } else if (!wrote(VirtioStatus.FEATURES_OK) || (added & VirtioStatus.FEATURES_OK) != 0) {
            report(Rule.F1, place, value, "FEATURES_OK comes before DRIVER_OK, by a write of its own");
        } else {
            expectAgreement(place, value);
        }
        queues.forEach((index, queue) -> {
            if (queue.areasWritten != 0 && !queue.attempted && !queue.released) {
                report(
                        Rule.F35,
                        "queue " + index,
                        index,
                        "its addresses were written, and it is not enabled before DRIVER_OK");
            }
        });
        vectors.settle();
        settleReads();
    }

    /** The driver goes on with a modern device: FEATURES_OK must have been seen to stay. */
    private void expectAgreement(String place, long value) {
        if (agreement == Agreement.ASKED) {
            agreement = Agreement.KEPT; // said once
            report(Rule.F10, place, value, "FEATURES_OK must be read back first");
        } else if (agreement == Agreement.REFUSED && !wrote(VirtioStatus.FAILED)) {
            agreement = Agreement.KEPT;
            report(Rule.F10, place, value, "the device has refused the features: FAILED or a reset must follow");
        }
    }

    /** The driver goes on: not after FAILED. Returns whether it may. */
    private boolean alive(String place, long value) {
        if (wrote(VirtioStatus.FAILED)) {
            report(Rule.F2, place, value, "FAILED must be followed by a reset before anything else");
            return false;
        }
        return true;
    }

    private void judgeFeatures(String written) {
        if (featuresJudged) {
            return;
        }
        featuresJudged = true;
        String place = "features at " + written; // the value is the features, not the register's
        long known = FeatureBits.known(deviceId, legacy, pci);
        if (legacy && accepted >>> 32 != 0) {
            report(Rule.L5, place, accepted, "the legacy interface has 32 features");
        } else if ((accepted & ~known) != 0) {
            report(
                    Rule.F12,
                    place,
                    accepted,
                    hex("bits 0x%x are unknown, reserved or of another interface", accepted & ~known));
        }
        long notOffered = accepted & known & ~offered;
        if (notOffered != 0) {
            report(Rule.F7, place, accepted, hex("bits 0x%x were not seen to be offered", notOffered));
        }
        long incomplete = FeatureBits.withoutPrerequisite(deviceId, accepted);
        if (incomplete != 0) {
            report(Rule.NET12, place, accepted, hex("bits 0x%x need others that are missing", incomplete));
        }
        if (!legacy
                && VirtioFeatures.has(offered, VirtioFeatures.VERSION_1)
                && !VirtioFeatures.has(accepted, VirtioFeatures.VERSION_1)) {
            report(Rule.F13, place, accepted, "VERSION_1 must be accepted");
        }
    }

    private static String hex(String format, long bits) {
        return String.format(java.util.Locale.ROOT, format, bits);
    }

    private void featuresWritten(String place, long value) {
        if (!alive(place, value)) {
            return;
        }
        if (driverBank > 1) {
            if (value != 0) {
                report(Rule.F12, place, value, "bits from 64 on are reserved");
            }
            return;
        }
        long mask = 0xffff_ffffL << 32 * driverBank;
        long now = accepted & ~mask | value << 32 * driverBank;
        if (!wrote(VirtioStatus.DRIVER)) {
            report(Rule.F1, place, value, "features come after DRIVER");
        } else if (agreement == Agreement.REFUSED) {
            expectAgreement(place, value);
        } else if (wrote(VirtioStatus.FEATURES_OK) && now != accepted && !legacy) {
            report(Rule.F11, place, value, hex("features stay what they were at FEATURES_OK: 0x%x", accepted));
            return;
        } else if (legacy && now != accepted && (queueUsed || wrote(VirtioStatus.DRIVER_OK))) {
            report(Rule.F1, place, value, "features come before the queues and DRIVER_OK");
        }
        accepted = now;
    }

    /** The driver sets up a queue: is it time for that? */
    private void queueWork(String place, long value) {
        if (!alive(place, value)) {
            return;
        }
        queueUsed = true;
        String what = "queues"; // one report a life, whatever the register
        if (!wrote(VirtioStatus.DRIVER)) {
            onceALife(what, place, value, "queues come after DRIVER and the features");
        } else if (!legacy && !wrote(VirtioStatus.FEATURES_OK)) {
            onceALife(what, place, value, "queues come after FEATURES_OK");
        } else if (!legacy) {
            expectAgreement(place, value);
        }
    }

    private void onceALife(String what, String place, long value, String detail) {
        if (reported.add(what)) {
            report(Rule.F1, place, value, detail);
        }
    }

    private boolean packed() {
        return !legacy && VirtioFeatures.has(accepted, VirtioFeatures.RING_PACKED);
    }

    /** What QueueNumMax of the selected queue says to a driver that has not asked. */
    boolean wantsSizeMax(RegisterMap.Entry entry) {
        return !pci && entry.register() == Register.QUEUE_SIZE && queue(selected).sizeMax < 0;
    }

    void sizeMax(int value) {
        queue(selected).sizeMax = value;
    }

    /** A queue that was stopped is seen to have stopped before the driver does anything to it. */
    private void awaitStop(QueueSetup queue, String place, long value) {
        if (queue.stopping) {
            queue.stopping = false;
            report(Rule.F34, place, value, "that the queue has stopped must be read back first, as 0");
        }
    }

    private void resetWritten(String place, long value) {
        if (value == 0) {
            return;
        }
        QueueSetup queue = queue(selected);
        if (!VirtioFeatures.has(accepted, VirtioFeatures.RING_RESET)) {
            report(Rule.F34, place, value, "RING_RESET was not accepted: this register is not there");
            return;
        }
        queue.clear();
        queue.released = true;
        queue.stopping = true;
    }

    private void sizeWritten(String place, long value) {
        QueueSetup queue = queue(selected);
        if (legacy && pci) {
            report(Rule.L2, place, value, "the device decides on the size of a legacy queue");
            return;
        }
        queueWork(place, value);
        awaitStop(queue, place, value);
        if (queue.enabled) {
            report(Rule.F22, place, value, "the size is written before the queue is enabled");
            return;
        }
        boolean legal = value >= 1 && value <= 32768 && (packed() || Long.bitCount(value) == 1);
        queue.sizeBad = !legal || queue.sizeMax >= 0 && value > queue.sizeMax;
        if (queue.sizeBad) {
            String most = (packed() ? "must be in [1, " : "must be a power of two in [1, ")
                    + (queue.sizeMax >= 0 ? queue.sizeMax : 32768) + "]";
            report(
                    packed() ? Rule.P2 : Rule.S3,
                    place,
                    value,
                    queue.sizeMax == 0 ? "the device has no such queue" : most);
        }
        queue.size = (int) value;
        queue.sizeWritten = true;
    }

    private void areaWritten(String place, int which, int within, int widthBytes, long value) {
        queueWork(place, value);
        QueueSetup queue = queue(selected);
        awaitStop(queue, place, value);
        if (queue.enabled) {
            report(Rule.F22, place, value, "addresses are written before the queue is enabled");
            return;
        }
        queue.write(which, within, widthBytes, value);
    }

    private void enableWritten(String place, long value) {
        QueueSetup queue = queue(selected);
        if (value == 0) {
            if (pci) {
                report(Rule.F22, place, value, "0 is never written to queue_enable");
            } else {
                queue.stopping = queue.enabled;
                queue.enabled = false; // section 4.2.2.2 has this for MMIO
                queue.attempted = false;
                queue.released = true;
            }
            return;
        }
        queueWork(place, value);
        awaitStop(queue, place, value);
        queue.attempted = true;
        if (value != 1) {
            report(Rule.F22, place, value, pci ? "must be 1" : "must be 0 or 1");
            return;
        }
        if (wrote(VirtioStatus.DRIVER_OK) && !queue.released && !queue.enabled) {
            onceALife("late queue", place, value, "queues are enabled before DRIVER_OK");
        }
        if (queue.areasWritten != 7 || !pci && !queue.sizeWritten) {
            report(Rule.F22, place, value, "size and all three addresses are written before the queue is enabled");
        }
        queue.enabled = true;
        lay(queue, new QueueLayout(packed(), Math.max(queue.size, 0), queue.area[0], queue.area[1], queue.area[2]));
    }

    private void pfnWritten(String place, long pfn) {
        QueueSetup queue = queue(selected);
        if (pfn == 0) {
            queue.released |= queue.enabled;
            queue.enabled = false;
            queue.layout = null;
            return;
        }
        queueWork(place, pfn);
        queue.attempted = true;
        if (wrote(VirtioStatus.DRIVER_OK) && !queue.released && !queue.enabled) {
            onceALife("late queue", place, pfn, "queues are set up before DRIVER_OK");
        }
        if (!pci && !(queue.sizeWritten && queue.align != 0 && pageBytes != 0)) {
            report(Rule.F22, place, pfn, "GuestPageSize, QueueNum and QueueAlign are written before QueuePFN");
            return;
        }
        queue.enabled = true;
        queue.areasWritten = 7;
        if (queue.size > 0 && (pci || queue.align == QueueLayout.LEGACY_ALIGN)) {
            lay(queue, QueueLayout.legacy(pfn * (pci ? QueueLayout.LEGACY_ALIGN : pageBytes), queue.size));
        }
    }

    /** Looks at the geometry of a queue that is complete. */
    private void lay(QueueSetup queue, QueueLayout layout) {
        if (queue.areasWritten != 7 || queue.sizeBad || queue.size <= 0) {
            return;
        }
        RingError bad = layout.check(memory == null ? Long.MAX_VALUE : memory.sizeBytes());
        if (bad != null) {
            report(bad.rule(), bad.place() + " of queue " + selected, bad.value(), bad.detail());
        } else {
            queue.layout = layout;
        }
    }

    private void configWritten(String place, int within, long value) {
        if (deviceId == FeatureBits.NET && !(legacy && within < 6)) {
            report(Rule.NET13, place, value, "the driver writes no configuration field of a network device");
        } else if (!legacy && !wrote(VirtioStatus.FEATURES_OK)) {
            report(Rule.F20, place, value, "the configuration is not written before FEATURES_OK");
        }
    }

    private void notified(String place, int within, int widthBytes, long value) {
        if (!alive(place, value)) {
            return;
        }
        if (!wrote(VirtioStatus.DRIVER_OK)) {
            report(Rule.F4, place, value, "no notification before DRIVER_OK");
            return;
        }
        if (!VirtioFeatures.has(accepted, VirtioFeatures.NOTIFICATION_DATA)) {
            if (pci && !legacy && widthBytes > 2) {
                report(
                        Rule.N17,
                        place,
                        value,
                        "takes 16 bits, not " + 8 * widthBytes + ": NOTIFICATION_DATA was not accepted");
            } else if (widthBytes > 2 && value >>> 16 != 0) {
                report(Rule.N17, place, value, "must be the queue's number alone: NOTIFICATION_DATA was not accepted");
            } else if (VirtioFeatures.has(accepted, VirtioFeatures.NOTIF_CONFIG_DATA)) {
                if (pci && notifiedQueue((int) (value & 0xffff)) == null) {
                    report(Rule.F39, place, value, NAMED);
                }
            } else {
                QueueSetup queue = queues.get((int) (value & 0xffff));
                if (queue == null || !queue.enabled && !queue.attempted) {
                    report(Rule.F35, place, value, "must be the number of an enabled queue");
                }
            }
            return;
        }
        if (widthBytes != 4) {
            report(Rule.N17, place, value, "NOTIFICATION_DATA takes 32 bits, not " + 8 * widthBytes);
            return;
        }
        if (VirtioFeatures.has(accepted, VirtioFeatures.NOTIF_CONFIG_DATA) && !pci) {
            return; // MMIO has no register that would name queues
        }
        QueueSetup queue = notifiedQueue((int) (value & 0xffff));
        if (queue == null && VirtioFeatures.has(accepted, VirtioFeatures.NOTIF_CONFIG_DATA)) {
            report(Rule.F39, place, value, NAMED);
            return;
        }
        if (queue == null || !queue.enabled) {
            report(Rule.N17, place, value, "bits 0 to 15 must be the number of an enabled queue");
            return;
        }
        int next = (int) (value >>> 16 & 0xffff);
        if (memory != null && queue.layout != null && !queue.bears(memory, next)) {
            report(Rule.N17, place, value, hex("bits 16 to 31 must be 0x%x", queue.nextAvailable(memory)));
        }
    }

    /** Returns the queue that a notification is for, or null: by its number, or by what the device said of it and the driver has read. */
    private @Nullable QueueSetup notifiedQueue(int name) {
        if (!VirtioFeatures.has(accepted, VirtioFeatures.NOTIF_CONFIG_DATA)) {
            return queues.get(name);
        }
        return queues.values().stream()
                .filter(queue -> queue.enabled && queue.notifyData == name)
                .findFirst()
                .orElse(null);
    }

    /** The driver goes by what it has read of the configuration. */
    private void settleReads() {
        for (WideFieldReads field : wideFields) {
            String missing = field.missing();
            if (missing != null) {
                report(Rule.F18, field.name + " in config", field.value(), missing);
                field.reset();
            }
        }
    }

    /** The driver is done. */
    void end() {
        vectors.settle();
        settleReads();
        settleInterrupt();
        if (agreement == Agreement.REFUSED && !wrote(VirtioStatus.FAILED)) {
            report(Rule.F10, "status", bits, "the device has refused the features: FAILED must follow");
        }
    }
}
