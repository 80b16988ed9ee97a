package io.torosim.fat.toro;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A virtio disk as Toro drives one (legacy interface, one request at a time): three descriptors (header, data, status)
 * and the available index are written, the device is notified, and after the interrupt its status register is read once
 * and the used index and the status byte from memory. Any number of sectors costs the same accesses.
 *
 * <p>Only costs and data are modelled; the rings themselves are the business of the virtio module.
 */
final class VirtioBlkDisk implements DiskDriver {
    private static final int DESCRIPTORS = 3;

    private final BlockDevice device;
    private final DiskCosts costs;

    /**
     * Makes the driver of a disk.
     *
     * @param device the disk
     * @param costs what its steps cost
     */
    public VirtioBlkDisk(BlockDevice device, DiskCosts costs) {
        this.device = device;
        this.costs = costs;
    }

    @Override
    public DiskRequest read(long sector, byte[] target, DiskWork work) {
        return new Read(sector, target, work);
    }

    private enum State {
        DESCRIBE,
        PUBLISH,
        NOTIFY,
        WAITING,
        USED,
        ENDED
    }

    private final class Read implements DiskRequest {
        private final long sector;
        private final byte[] target;
        private final DiskWork work;
        private State state = State.DESCRIBE;
        private int described;

        Read(long sector, byte[] target, DiskWork work) {
            this.sector = sector;
            this.target = target;
            this.work = work;
        }

        @Override
        public long step() throws IOException {
            switch (state) {
                case DESCRIBE -> {
                    state = ++described == DESCRIPTORS ? State.PUBLISH : State.DESCRIBE;
                    return costs.memoryAccessPs();
                }
                case PUBLISH -> {
                    state = State.NOTIFY;
                    return 2 * costs.memoryAccessPs(); // ring entry, index
                }
                case NOTIFY -> {
                    state = State.WAITING;
                    work.notification();
                    return costs.notifyPs();
                }
                case WAITING -> {
                    state = State.USED;
                    return WAIT;
                }
                case USED -> {
                    DiskRange.check(device, sector, target.length / 512);
                    device.read(sector, ByteBuffer.wrap(target));
                    state = State.ENDED;
                    return 2 * costs.memoryAccessPs(); // used index, status byte
                }
                default -> {
                    return DONE;
                }
            }
        }

        @Override
        public long onInterrupt() {
            work.interrupt();
            work.pio(1); // reading the interrupt status acknowledges it
            return costs.interruptPs() + costs.pioPs();
        }
    }
}
