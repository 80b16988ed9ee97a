package io.torosim.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Toro's IDE driver ({@code IdeDisk.pas}, {@code ATAReadBlock}): PIO, one interrupt a sector, no DMA. A read of one
 * sector is 5 set-up writes, the command, 2 status reads and 2 accesses for the end of interrupt: 10 port accesses, one
 * string transfer, one interrupt, two thread switches. Further sectors of one call save the 6 set-up accesses.
 *
 * <p>A disk dedicated to a processor other than 0 gets its interrupt forwarded; each of the two handlers passes
 * {@code Delay(10)}, and the end of interrupt is one LAPIC write instead of two port writes.
 */
public final class IdePioDisk implements DiskDriver {
    private static final int SETUP_WRITES = 5; // sector count, LBA 0-7, 8-15, 16-23, drive and head

    private final BlockDevice device;
    private final DiskCosts costs;
    private final boolean forwarded;

    /**
     * Makes the driver of a disk.
     *
     * @param device the disk
     * @param costs what its steps cost
     * @param forwarded whether it is dedicated to a processor other than 0
     */
    public IdePioDisk(BlockDevice device, DiskCosts costs, boolean forwarded) {
        this.device = device;
        this.costs = costs;
        this.forwarded = forwarded;
    }

    @Override
    public DiskRequest read(long sector, byte[] target, DiskWork work) {
        return new Read(sector, target, work);
    }

    private enum State {
        SETUP,
        COMMAND,
        WAITING,
        STATUS_DRQ,
        STATUS_ERROR,
        TRANSFER,
        ENDED
    }

    private final class Read implements DiskRequest {
        private final long sector;
        private final byte[] target;
        private final DiskWork work;
        private State state = State.SETUP;
        private int setupWrites;
        private int sectorsDone;

        Read(long sector, byte[] target, DiskWork work) {
            this.sector = sector;
            this.target = target;
            this.work = work;
        }

        @Override
        public long step() throws IOException {
            switch (state) {
                case SETUP -> {
                    state = ++setupWrites == SETUP_WRITES ? State.COMMAND : State.SETUP;
                    return pio();
                }
                case COMMAND -> {
                    state = State.WAITING;
                    return pio();
                }
                case WAITING -> {
                    state = State.STATUS_DRQ;
                    return WAIT;
                }
                case STATUS_DRQ -> {
                    state = State.STATUS_ERROR;
                    return pio();
                }
                case STATUS_ERROR -> {
                    state = State.TRANSFER;
                    return pio();
                }
                case TRANSFER -> {
                    DiskRange.check(device, sector + sectorsDone, 1);
                    device.read(sector + sectorsDone, ByteBuffer.wrap(target, sectorsDone * 512, 512));
                    state = ++sectorsDone * 512 == target.length ? State.ENDED : State.WAITING;
                    work.stringTransfer();
                    return costs.stringTransferPs();
                }
                default -> {
                    return DONE;
                }
            }
        }

        private long pio() {
            work.pio(1);
            return costs.pioPs();
        }

        @Override
        public long onInterrupt() {
            work.interrupt();
            if (forwarded) {
                return costs.interruptPs() * 2 + costs.delayPs() * 2 + costs.memoryAccessPs();
            }
            work.pio(2);
            return costs.interruptPs() + 2 * costs.pioPs();
        }
    }
}
