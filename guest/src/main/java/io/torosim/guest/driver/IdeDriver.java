package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.code.Steps.StepBody;
import java.util.Objects;

/**
 * Toro's IDE driver ({@code IdeDisk.pas}): programmed I/O, one interrupt a sector, the reading thread suspended in between. A thread that is
 * killed in the middle keeps the device, a lost interrupt keeps the thread; there are no timeouts.
 *
 * <p>It works with {@link IdeController}, which says who has the device, has its interrupt handler, and sets the thread's state.
 */
public final class IdeDriver {
    /** Argument of {@link #readBlock} and {@link #writeBlock}: first sector within the partition. */
    public static final int BLOCK = 0;
    /** Argument: how many sectors, in [1, 256]. */
    public static final int COUNT = 1;
    /** Argument: the memory address where they go, or come from. */
    public static final int BUFFER = 2;
    /** Argument: which word of the caller takes how many sectors were moved; -1 for none. */
    public static final int RESULT = 3;

    private static final int DONE = 4;
    private static final int LBA = 5;
    private static final int MASTER = 0xa0;
    private static final int SLAVE = 0xb0;
    private static final int LBA_MODE = 0x40;
    private static final int ATA_READ = 0x20;
    private static final int ATA_WRITE = 0x30;
    private static final int DATA_REQUEST = 8;
    private static final int ERROR = 1;
    private static final int WORDS_A_SECTOR = 256;
    private static final int FIRST_SLAVE_MINOR = 5;

    private final IdeController disk;
    private final int port;
    private final int select;
    private final long firstSector;
    private final long scanPs;
    private final GuestCode readBlock;
    private final GuestCode writeBlock;

    /**
     * Creates the driver of one partition.
     *
     * @param disk its channel
     * @param minor 0 to 4 for the master and its partitions, 5 to 9 for the slave
     * @param firstSector where the partition begins
     */
    public IdeDriver(IdeController disk, int minor, long firstSector) {
        this.disk = Objects.requireNonNull(disk, "disk");
        this.port = disk.port();
        this.select = minor < FIRST_SLAVE_MINOR ? MASTER : SLAVE;
        this.firstSector = firstSector;
        this.scanPs = disk.kernel().machine().costs().cpuPs("toro.scan");
        this.readBlock = ataReadBlock();
        this.writeBlock = ataWriteBlock();
    }

    /** {@code ATAPrepare}: the five registers of an address; {@code lba} is a word, {@code count} too. */
    static Steps prepare(Steps steps, int port, int select, int count, int lba) {
        return steps.step("write ATA_COUNT", PortSteps.writeByte(port + 2, count, 0))
                .step("write ATA_SECTOR", PortSteps.writeByte(port + 3, lba, 0))
                .step("write ATA_CYLLOW", PortSteps.writeByte(port + 4, lba, 8))
                .step("write ATA_CYLHIG", PortSteps.writeByte(port + 5, lba, 16))
                .step("write ATA_DRIVHD", (cpu, f) -> {
                    cpu.out(port + 6, 1, (int) (f.w[lba] >>> 24) & 0xf | select | LBA_MODE);
                    return 0;
                });
    }

    private Steps begin(String name, int command) {
        Mark ask = new Mark();
        Mark have = new Mark();
        Steps steps = Steps.of(name, 6)
                .mark(ask)
                .step("GetDevice", (cpu, f) -> {
                    if (disk.taken()) {
                        f.entry = have.entry();
                    }
                    return scanPs;
                })
                .step("tsIOPending", (cpu, f) -> {
                    f.entry = ask.entry();
                    return disk.dying(disk.running()) ? ThreadRoutine.EXIT : ThreadRoutine.PEND;
                })
                .mark(have)
                .step("WaitOn.State := tsSuspended", (cpu, f) -> {
                    f.w[LBA] = f.w[BLOCK] + firstSector;
                    disk.commands();
                    return StepResult.NEXT;
                });
        return prepare(steps, port, select, COUNT, LBA)
                .step("write ATA_CMD_STATUS", PortSteps.write(port + 7, command));
    }

    private GuestCode end(Steps steps, Mark exit) {
        return steps.mark(exit)
                .step("FreeDevice", (cpu, f) -> {
                    disk.freed();
                    if (f.w[RESULT] >= 0) {
                        cpu.caller().w[(int) f.w[RESULT]] = f.w[DONE];
                    }
                    return StepResult.NEXT;
                })
                .build();
    }

    /** Reads the status; the routine is over if the bits under the mask are not so. */
    private StepBody status(int mask, int bits, Mark exit) {
        return (cpu, f) -> {
            if ((cpu.in(port + 7, 1) & mask) != bits) {
                f.entry = exit.entry();
            }
            return 0;
        };
    }

    private GuestCode ataReadBlock() {
        Mark exit = new Mark();
        Steps steps = begin("ATAReadBlock", ATA_READ).whileLess("sectors left", DONE, COUNT, each -> each.step(
                        "SysThreadSwitch", (cpu, f) -> ThreadRoutine.AWAIT)
                .step("ATADataReady", status(DATA_REQUEST, DATA_REQUEST, exit))
                .step("ATAError", status(ERROR, 0, exit))
                .step("ATAIn", (cpu, f) -> { // interrupts are off: State := tsSuspended belongs to it
                    cpu.inWords(port, WORDS_A_SECTOR, f.w[BUFFER] + 2L * WORDS_A_SECTOR * f.w[DONE]);
                    f.w[DONE]++;
                    disk.moved(f.w[DONE] < f.w[COUNT]);
                    return 0;
                }));
        return end(steps, exit);
    }

    /** It does not look whether the drive asks for the data. */
    private GuestCode ataWriteBlock() {
        Mark exit = new Mark();
        Steps steps = begin("ATAWriteBlock", ATA_WRITE)
                .whileLess("sectors left", DONE, COUNT, each -> each.step("ATAOut", (cpu, f) -> {
                            disk.moved(true);
                            cpu.outWords(port, WORDS_A_SECTOR, f.w[BUFFER] + 2L * WORDS_A_SECTOR * f.w[DONE]);
                            return 0;
                        })
                        .step("SysThreadSwitch", (cpu, f) -> ThreadRoutine.AWAIT)
                        .step("ATAError", status(ERROR, 0, exit))
                        .step("next sector", (cpu, f) -> {
                            f.w[DONE]++;
                            return StepResult.NEXT;
                        }));
        return end(steps, exit);
    }

    /** Returns how many sectors a routine that is over has moved. */
    public static long moved(Frame over) {
        return over.w[DONE];
    }

    /** Returns {@code ATAReadBlock}; its arguments are {@link #BLOCK}, {@link #COUNT}, {@link #BUFFER} and {@link #RESULT}. */
    public GuestCode readBlock() {
        return readBlock;
    }

    /** Returns {@code ATAWriteBlock}, with the same arguments. */
    public GuestCode writeBlock() {
        return writeBlock;
    }
}
