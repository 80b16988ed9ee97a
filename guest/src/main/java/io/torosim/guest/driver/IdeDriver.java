package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.StepBody;
import io.torosim.core.code.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.guest.device.IdeChannel;
import io.torosim.sched.AtaDisk;
import io.torosim.sched.ToroKernel;

/**
 * Toro's IDE driver ({@code IdeDisk.pas}): programmed I/O, one interrupt a sector, the reading thread suspended in between. A thread that is
 * killed in the middle keeps the device, a lost interrupt keeps the thread; there are no timeouts.
 *
 * <p>Of the kernel it uses {@code GetDevice}, {@code SysThreadSwitch} and the thread's state, through {@link AtaDisk}, which also has its
 * interrupt handler.
 */
public final class IdeDriver {
    /** Argument of {@link #readBlock}: first sector within the partition. */
    public static final int BLOCK = 0;
    /** Argument: how many sectors, in [1, 256]. */
    public static final int COUNT = 1;
    /** Argument: the memory address where they go. */
    public static final int BUFFER = 2;
    /** Argument: which word of the caller takes how many sectors were read; -1 for none. */
    public static final int RESULT = 3;

    private static final int DONE = 4;
    private static final int LBA = 5;
    private static final int ATA_READ = 0x20;
    private static final int DATA_REQUEST = 8;
    private static final int ERROR = 1;
    private static final int WORDS_A_SECTOR = 256;
    private static final int FIRST_SLAVE_MINOR = 5;

    private final GuestCode readBlock;

    /**
     * Creates the driver of one partition.
     *
     * @param disk the kernel's side of it
     * @param place where its channel lies
     * @param minor 0 to 4 for the master and its partitions, 5 to 9 for the slave
     * @param firstSector where the partition begins
     */
    public IdeDriver(ToroKernel kernel, AtaDisk disk, IdeChannel.Place place, int minor, long firstSector) {
        int port = place.port();
        int select = minor < FIRST_SLAVE_MINOR ? 0xa0 : 0xb0;
        Mark exit = new Mark();
        readBlock = Steps.of("ATAReadBlock", 6)
                .step("GetDevice", (cpu, f) -> ThreadRoutine.GET_DEVICE)
                .step("WaitOn.State := tsSuspended", (cpu, f) -> {
                    f.w[LBA] = f.w[BLOCK] + firstSector;
                    kernel.running(cpu.vcpu().id()).suspendFor(disk);
                    return StepResult.NEXT;
                })
                .step("write ATA_COUNT", (cpu, f) -> {
                    cpu.out(port + 2, 1, (int) f.w[COUNT] & 0xff);
                    return 0;
                })
                .step("write ATA_SECTOR", lbaByte(port + 3, 0))
                .step("write ATA_CYLLOW", lbaByte(port + 4, 8))
                .step("write ATA_CYLHIG", lbaByte(port + 5, 16))
                .step("write ATA_DRIVHD", (cpu, f) -> {
                    cpu.out(port + 6, 1, (int) (f.w[LBA] >>> 24) & 0xf | select | 0x40);
                    return 0;
                })
                .step("write ATA_CMD_STATUS", (cpu, f) -> {
                    cpu.out(port + 7, 1, ATA_READ);
                    return 0;
                })
                .whileLess("sectors left", DONE, COUNT, each -> each.step(
                                "SysThreadSwitch", (cpu, f) -> ThreadRoutine.AWAIT_SECTOR)
                        .step("ATADataReady", (cpu, f) -> {
                            if ((cpu.in(port + 7, 1) & DATA_REQUEST) == 0) {
                                f.entry = exit.entry();
                            }
                            return 0;
                        })
                        .step("ATAError", (cpu, f) -> {
                            if ((cpu.in(port + 7, 1) & ERROR) != 0) {
                                f.entry = exit.entry();
                            }
                            return 0;
                        })
                        .step("ATAIn", (cpu, f) -> { // interrupts are off: State := tsSuspended belongs to it
                            cpu.inWords(port, WORDS_A_SECTOR, f.w[BUFFER] + 2L * WORDS_A_SECTOR * f.w[DONE]);
                            f.w[DONE]++;
                            kernel.running(cpu.vcpu().id()).sectorMoved(f.w[DONE] < f.w[COUNT]);
                            return 0;
                        }))
                .mark(exit)
                .step("FreeDevice", (cpu, f) -> {
                    kernel.running(cpu.vcpu().id()).freeDevice(disk.device());
                    if (f.w[RESULT] >= 0) {
                        cpu.caller().w[(int) f.w[RESULT]] = f.w[DONE];
                    }
                    return StepResult.NEXT;
                })
                .build();
    }

    private static StepBody lbaByte(int port, int shift) {
        return (cpu, f) -> {
            cpu.out(port, 1, (int) (f.w[LBA] >>> shift) & 0xff);
            return 0;
        };
    }

    /** Returns {@code ATAReadBlock}; its arguments are {@link #BLOCK}, {@link #COUNT}, {@link #BUFFER} and {@link #RESULT}. */
    public GuestCode readBlock() {
        return readBlock;
    }
}
