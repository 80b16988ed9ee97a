package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.device.IdeChannel;

/**
 * What Toro's IDE driver does at start-up ({@code ATADetectController}, {@code ATADetectPartition}), which {@link IdeChannel} is held to: IDENTIFY
 * to both drives of a channel and, for each that answers, the first sector with its partition table, all by polling. No shipped guest runs it.
 */
final class IdeDetection {
    /** Minor numbers of a channel: 0 and 5 are the drives, 1 to 4 and 6 to 9 their partitions. */
    static final int MINORS = 10;
    /** The type of a minor that is a whole drive ({@code NOT_FILESYSTEM}). */
    static final int WHOLE_DRIVE = 0xff;

    private static final int SECTOR_BYTES = 512;
    private static final int WORDS_A_SECTOR = 256;
    private static final int BUSY = 0x80;
    private static final int DATA_REQUEST = 8;
    private static final int ERROR = 1;
    private static final int SLAVE_MINOR = 5;
    private static final int TABLE = 446;
    private static final int COUNT = 0;
    private static final int LBA = 1;

    private final int port;
    private final long buffer;
    private final long[] firstSectors = new long[MINORS];
    private final long[] sizes = new long[MINORS];
    private final int[] types = new int[MINORS];
    private final GuestCode detect;

    /**
     * Creates the detection for a channel.
     *
     * @param buffer 512 bytes of guest memory
     */
    IdeDetection(IdeChannel.Place place, long buffer) {
        this.port = place.port();
        this.buffer = buffer;
        Mark absent = new Mark();
        Steps steps = Steps.of("ATADetectController", 2).step("ATAWork", (cpu, f) -> {
            if (cpu.in(port + 7, 1) == 0xff) {
                f.entry = absent.entry();
            }
            return 0;
        });
        drive(steps, 0, 0xa0);
        drive(steps, SLAVE_MINOR, 0xb0);
        this.detect = steps.mark(absent).end("all drives asked").build();
    }

    /** Returns the routine; it takes no arguments. */
    GuestCode detect() {
        return detect;
    }

    /** Returns the type of a minor: 0 if there is none, {@link #WHOLE_DRIVE}, or that of the partition table. */
    int type(int minor) {
        return types[minor];
    }

    /** Returns where a minor begins. */
    long firstSector(int minor) {
        return firstSectors[minor];
    }

    /** Returns the sectors of a minor. */
    long sectors(int minor) {
        return sizes[minor];
    }

    private void drive(Steps steps, int minor, int select) {
        Mark none = new Mark();
        steps.step("ATASelectDisk", PortSteps.write(port + 6, select))
                .step("write ATA_CMD_STATUS: identify", PortSteps.write(port + 7, 0xec));
        data(steps, none).step("the drive", (cpu, f) -> {
            types[minor] = WHOLE_DRIVE;
            sizes[minor] = cpu.own().load32(buffer + 120) & 0xffff_ffffL; // LBA_Capacity
            f.w[COUNT] = 1;
            f.w[LBA] = 0;
            return StepResult.NEXT;
        });
        IdeDriver.prepare(steps, port, select, COUNT, LBA)
                .step("write ATA_CMD_STATUS: read", PortSteps.write(port + 7, 0x20));
        data(steps, none).step("the partition table", (cpu, f) -> {
            table(cpu.own(), minor);
            return StepResult.NEXT;
        });
        steps.mark(none).step("next", (cpu, f) -> StepResult.NEXT);
    }

    /** Polls until the drive is ready, and takes its sector; nothing of it if there is none. */
    private Steps data(Steps steps, Mark none) {
        Mark poll = new Mark();
        return steps.mark(poll)
                .step("ATABusy", polling(BUSY, poll, true))
                .step("ATADataReady", polling(DATA_REQUEST, none, false))
                .step("ATAError", polling(ERROR, none, true))
                .step("ATAIn", (cpu, f) -> {
                    cpu.inWords(port, WORDS_A_SECTOR, buffer);
                    return 0;
                });
    }

    private StepBody polling(int bit, Mark to, boolean ifSet) {
        return (cpu, f) -> {
            if ((cpu.in(port + 7, 1) & bit) != 0 == ifSet) {
                go(f, to);
            }
            return 0;
        };
    }

    private static void go(Frame f, Mark to) {
        f.entry = to.entry();
    }

    private void table(GuestMemory own, int minor) {
        if (own.load16(buffer + SECTOR_BYTES - 2) != 0xaa55) {
            return;
        }
        for (int i = 1; i <= 4; i++) {
            long entry = buffer + TABLE + 16L * (i - 1);
            int type = own.load8(entry + 4);
            if (type != 0) {
                types[minor + i] = type;
                firstSectors[minor + i] = own.load32(entry + 8) & 0xffff_ffffL;
                sizes[minor + i] = own.load32(entry + 12) & 0xffff_ffffL;
            }
        }
    }
}
