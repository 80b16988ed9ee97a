package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;

/**
 * How a driver goes about single registers, whatever it wants of them: that over MMIO it finds out first what device it has
 * (rule F32), the widths and directions of accesses (F33), and that it selects a bank before it uses one (F36).
 */
final class RegisterAccess {
    private static final int MAGIC = 0x74726976; // "virt"
    private static final int[][] NO_FIELDS = {};
    // width, offset, number of fields so wide; from the structures of sections 5.1.4, 5.2.4, 5.3.4 and 5.10.4
    private static final int[][] NET = {{1, 0, 6}, {2, 6, 3}, {4, 12, 1}, {1, 16, 2}, {2, 18, 1}, {4, 20, 1}};
    private static final int[][] BLK = {
        {4, 0, 4},
        {2, 16, 1},
        {1, 18, 2},
        {4, 20, 1},
        {1, 24, 2},
        {2, 26, 1},
        {4, 28, 1},
        {1, 32, 2},
        {2, 34, 1},
        {4, 36, 5},
        {1, 56, 4},
        {4, 60, 3}
    };
    private static final int[][] CONSOLE = {{2, 0, 2}, {4, 4, 2}};
    private static final int[][] VSOCK = {{4, 0, 2}};

    private final boolean legacy;
    private final boolean mmio;
    private final int[][] fields;
    private final HandshakeMonitor.Reporter reporter;
    private int identified; // a bit for each of the three
    private boolean foreign; // one of them is not what this driver is for
    private boolean identityJudged;
    private boolean deviceBankWritten;
    private boolean driverBankWritten;

    RegisterAccess(int deviceId, boolean legacy, boolean mmio, HandshakeMonitor.Reporter reporter) {
        this.legacy = legacy;
        this.mmio = mmio;
        this.reporter = reporter;
        this.fields = legacy
                ? NO_FIELDS
                : switch (deviceId) {
                    case FeatureBits.NET -> NET;
                    case FeatureBits.BLK -> BLK;
                    case 3 -> CONSOLE;
                    case 19 -> VSOCK;
                    default -> NO_FIELDS;
                };
    }

    /** The device was reset: what the selectors hold is not known any more. */
    void reset() {
        deviceBankWritten = false;
        driverBankWritten = false;
    }

    /** The driver has read. */
    void read(RegisterMap.Entry entry, int within, int widthBytes, long value) {
        identity(entry, within, entry.register(), value, widthBytes == entry.width() && within == 0);
        shape(entry, within, widthBytes, value, RegisterMap.Direction.W, "read");
        if (mmio && entry.register() == Register.DEVICE_FEATURES && !deviceBankWritten) {
            report(Rule.F36, entry, within, value, "the bank must be selected first");
        }
    }

    /** The driver is about to write. */
    void write(RegisterMap.Entry entry, int within, int widthBytes, long value, boolean widthIsJudged) {
        identity(entry, within, Register.OTHER, value, false);
        if (!widthIsJudged) {
            shape(entry, within, widthBytes, value, RegisterMap.Direction.R, "written");
        }
        deviceBankWritten |= entry.register() == Register.DEVICE_FEATURES_SELECT;
        driverBankWritten |= entry.register() == Register.DRIVER_FEATURES_SELECT;
        if (mmio && entry.register() == Register.DRIVER_FEATURES && !driverBankWritten) {
            report(Rule.F36, entry, within, value, "the bank must be selected first");
        }
    }

    private void report(Rule rule, RegisterMap.Entry entry, int within, long value, String detail) {
        reporter.report(rule, HandshakeMonitor.place(entry, within), value, detail);
    }

    private void identity(RegisterMap.Entry entry, int within, Register register, long value, boolean whole) {
        if (!mmio || identityJudged) {
            return;
        }
        switch (register) {
            case MAGIC -> {
                identified |= 1;
                foreign |= whole && (int) value != MAGIC;
            }
            case VERSION -> {
                identified |= 2;
                foreign |= whole && (int) value != (legacy ? 1 : 2);
            }
            case DEVICE_ID -> {
                if (identified != 3) {
                    judgeIdentity(entry, within, value, "MagicValue and Version are read first");
                    return;
                }
                identified |= 4;
                foreign |= whole && (int) value == 0;
            }
            default -> {
                if (foreign) {
                    judgeIdentity(
                            entry,
                            within,
                            value,
                            "a device with another MagicValue or Version, or DeviceID 0, is left alone");
                } else if (identified != 7) {
                    judgeIdentity(entry, within, value, "MagicValue, Version and DeviceID are read first");
                }
                identityJudged = true;
            }
        }
    }

    private void judgeIdentity(RegisterMap.Entry entry, int within, long value, String detail) {
        identityJudged = true;
        report(Rule.F32, entry, within, value, detail);
    }

    private void shape(
            RegisterMap.Entry entry,
            int within,
            int widthBytes,
            long value,
            RegisterMap.Direction against,
            String done) {
        if (entry.register() == Register.CONFIG) {
            field(entry, within, widthBytes, value);
        } else if (mmio && entry.nothing()) {
            report(Rule.F33, entry, within, value, "there is no such register");
        } else if (entry.width() != 0 && (widthBytes != entry.width() || within % entry.width() != 0)) {
            report(
                    Rule.F33,
                    entry,
                    within,
                    value,
                    "must be accessed by " + 8 * entry.width() + " bits, aligned, not by " + 8 * widthBytes);
        } else if (entry.direction() == against) {
            report(Rule.F33, entry, within, value, "must not be " + done);
        }
    }

    private void field(RegisterMap.Entry entry, int within, int widthBytes, long value) {
        for (int[] field : fields) {
            int width = field[0];
            if (within >= field[1] && within < field[1] + width * field[2]) {
                if (widthBytes != width || (within - field[1]) % width != 0) {
                    report(
                            Rule.F33,
                            entry,
                            within,
                            value,
                            "this field is accessed by " + 8 * width + " bits, not by " + 8 * widthBytes
                                    + (widthBytes == width ? " that are not aligned" : ""));
                }
                return;
            }
        }
    }
}
