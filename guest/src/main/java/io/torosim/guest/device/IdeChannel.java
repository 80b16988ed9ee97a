package io.torosim.guest.device;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One IDE channel with up to two disks in programmed I/O, as QEMU 7.2 behaves (ATA-6): IDENTIFY DEVICE, READ and WRITE SECTORS and
 * MULTIPLE, SET MULTIPLE, VERIFY, SEEK, FLUSH, diagnostics and the software reset. Sectors come from a {@link BlockDevice}; each block
 * takes {@code ide.sector} of the cost model for each of its sectors. An address behind the end, a command that is not known and a medium
 * that fails end with status 41h, error 04h (ABRT) and one interrupt.
 *
 * <p>Not modelled: DMA, 48-bit addresses (both answered with ABRT), ATAPI, a geometry out of the partition table.
 */
public final class IdeChannel {
    private static final int DATA = 0;
    private static final int STATUS = 7;
    private static final int NO_INTERRUPTS = 2;
    private static final int RESET = 4;
    private static final int OP_READ_DONE = 0;
    private static final int OP_WRITE_DONE = 1;
    private static final int OP_RESET_DONE = 2;

    /** Where a channel of a PC lies. */
    public enum Place {
        /** The first: 1F0h, 3F6h, line 14. */
        PRIMARY(0x1f0, 0x3f6, 14),
        /** The second: 170h, 376h, line 15. */
        SECONDARY(0x170, 0x376, 15);

        private final int command;
        private final int control;
        private final int line;

        Place(int command, int control, int line) {
            this.command = command;
            this.control = control;
            this.line = line;
        }

        /** Returns the first of the eight ports of the command block. */
        public int port() {
            return command;
        }

        /** Returns the interrupt line. */
        public int line() {
            return line;
        }
    }

    /** Is told of transfers to and from the media. */
    public interface Watcher {
        /** A transfer begins; its end will be an event. */
        void begins();

        /** That event is here. */
        void ends();
    }

    private final Place place;
    private final IdeDrive[] drives;
    private final EventHandler handler = this::onEvent;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Simulation clock;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Machine machine;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    private @Nullable Watcher watcher;
    private long sectorPs;
    private int selected;
    private int control;
    private long pending = Simulation.NO_HANDLE;
    private long sectorsRead;
    private long sectorsWritten;
    private long mediumErrors;

    /**
     * Creates a channel.
     *
     * @param master its first disk, or null
     * @param slave its second disk, or null
     */
    public IdeChannel(Place place, @Nullable BlockDevice master, @Nullable BlockDevice slave) {
        Objects.requireNonNull(place, "place");
        this.place = place;
        int first = 2 * place.ordinal() + 1;
        this.drives =
                new IdeDrive[] {new IdeDrive(master, "QM0000" + first), new IdeDrive(slave, "QM0000" + (first + 1))};
    }

    /**
     * Claims its ports.
     *
     * @return this
     */
    public IdeChannel plug(Machine onto) {
        Objects.requireNonNull(onto, "onto");
        machine = onto;
        clock = onto.simulation();
        bus = onto.bus();
        sectorPs = onto.spec().costs().ps("ide.sector");
        bus.allOrNothing(() -> {
            bus.claim("ide", place.command, 8, new CommandBlock());
            bus.claim("ide control", place.control, 1, new ControlBlock());
        });
        return this;
    }

    /** Sets who is told of transfers; null for nobody. */
    public void watch(@Nullable Watcher who) {
        watcher = who;
    }

    /** Returns how many sectors of the media the guest has taken out of the buffer. */
    public long sectorsRead() {
        return sectorsRead;
    }

    /** Returns how many sectors were written to the media. */
    public long sectorsWritten() {
        return sectorsWritten;
    }

    /** Returns how many transfers ended with an error because the medium failed. */
    public long mediumErrors() {
        return mediumErrors;
    }

    private IdeDrive drive() {
        return drives[selected];
    }

    private boolean empty() {
        return drives[0].medium == null && drives[1].medium == null;
    }

    private void interrupt() {
        if ((control & NO_INTERRUPTS) == 0) {
            bus.setLine(place.line, true);
        }
    }

    private int status() {
        boolean nobody = empty() || selected == 1 && drive().medium == null;
        return nobody ? 0 : drive().status;
    }

    private void after(long delayPs, int op) {
        if (watcher != null) {
            watcher.begins();
        }
        pending = clock.at(
                clock.nowPs() + delayPs + machine.deliveryDelayPs("disk.irq"),
                Machine.DEVICE_PRIORITY,
                handler,
                op,
                selected);
    }

    private void onEvent(int op, long number) {
        pending = Simulation.NO_HANDLE;
        if (watcher != null) {
            watcher.ends();
        }
        IdeDrive drive = drives[(int) number];
        switch (op) {
            case OP_READ_DONE -> readDone(drive);
            case OP_WRITE_DONE -> writeDone(drive);
            default -> {
                for (IdeDrive each : drives) {
                    each.reset();
                }
                selected = 0;
            }
        }
    }

    // ---- commands

    private void command(int code) {
        IdeDrive drive = drive();
        if (drive.medium == null || (drive.status & (IdeDrive.BUSY | IdeDrive.DATA_REQUEST)) != 0) {
            return;
        }
        drive.error = 0;
        drive.writing = false;
        drive.identifying = false;
        switch (code) {
            case 0x20, 0x21 -> beginRead(drive, 1);
            case 0x30, 0x31 -> beginWrite(drive, 1);
            case 0xc4 -> multiple(drive, false);
            case 0xc5 -> multiple(drive, true);
            case 0xc6 -> setMultiple(drive);
            case 0xec -> identify(drive);
            case 0x90 -> diagnose();
            case 0xe5, 0x98 -> {
                drive.count = 0xff; // active or idle
                done(drive);
            }
            case 0x10, 0x40, 0x41, 0x70, 0x91, 0xe7 -> done(drive);
            case 0xe0, 0xe1, 0xe2, 0xe3, 0xe6, 0x94, 0x95, 0x96, 0x97, 0x99 -> {
                drive.status = IdeDrive.READY; // power management does not seek
                interrupt();
            }
            default -> abort(drive);
        }
    }

    private void done(IdeDrive drive) {
        drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE;
        interrupt();
    }

    private void abort(IdeDrive drive) {
        drive.abort();
        interrupt();
    }

    private void identify(IdeDrive drive) {
        drive.identify();
        drive.identifying = true;
        drive.sectorsLeft = 1;
        drive.block = 1;
        offer(drive, 1);
        interrupt();
    }

    /** EXECUTE DEVICE DIAGNOSTIC concerns both drives. */
    private void diagnose() {
        for (IdeDrive each : drives) {
            each.signature();
            each.error = 1;
            each.status = IdeDrive.READY | IdeDrive.SEEK_DONE;
        }
        selected = 0;
        interrupt();
    }

    private void multiple(IdeDrive drive, boolean write) {
        if (drive.multiple == 0) {
            abort(drive);
        } else if (write) {
            beginWrite(drive, drive.multiple);
        } else {
            beginRead(drive, drive.multiple);
        }
    }

    private void setMultiple(IdeDrive drive) {
        int sectors = drive.count;
        boolean power = (sectors & sectors - 1) == 0;
        if (sectors > IdeDrive.MOST_SECTORS_A_BLOCK || !power) {
            abort(drive);
        } else {
            drive.multiple = sectors;
            done(drive);
        }
    }

    // ---- transfers

    private static int nextBlock(IdeDrive drive) {
        return Math.min(drive.block, drive.sectorsLeft);
    }

    /** The buffer is the host's. */
    private static void offer(IdeDrive drive, int sectors) {
        drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE | IdeDrive.DATA_REQUEST;
        drive.filled = sectors * BlockDevice.SECTOR_BYTES;
        drive.at = 0;
    }

    private void beginRead(IdeDrive drive, int block) {
        drive.block = block;
        drive.sectorsLeft = drive.wanted();
        readBlock(drive);
    }

    private void readBlock(IdeDrive drive) {
        int sectors = nextBlock(drive);
        if (!drive.has(sectors)) {
            abort(drive);
            return;
        }
        drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE | IdeDrive.BUSY;
        after(sectors * sectorPs, OP_READ_DONE);
    }

    private void readDone(IdeDrive drive) {
        int sectors = nextBlock(drive);
        long from = drive.address();
        try {
            drive.disk().read(from, ByteBuffer.wrap(drive.buffer, 0, sectors * BlockDevice.SECTOR_BYTES));
        } catch (IOException e) {
            mediumErrors++;
            abort(drive);
            return;
        }
        drive.address(from + sectors);
        drive.count = drive.count - sectors & 0xff;
        offer(drive, sectors);
        interrupt();
    }

    private void beginWrite(IdeDrive drive, int block) {
        drive.block = block;
        drive.sectorsLeft = drive.wanted();
        drive.writing = true;
        drive.error = 0;
        offer(drive, nextBlock(drive));
    }

    private void writeDone(IdeDrive drive) {
        int sectors = nextBlock(drive);
        long to = drive.address();
        try {
            drive.disk().write(to, ByteBuffer.wrap(drive.buffer, 0, sectors * BlockDevice.SECTOR_BYTES));
        } catch (IOException e) {
            mediumErrors++;
            abort(drive);
            return;
        }
        sectorsWritten += sectors;
        drive.address(to + sectors);
        drive.count = drive.count - sectors & 0xff;
        drive.sectorsLeft -= sectors;
        if (drive.sectorsLeft > 0) {
            offer(drive, nextBlock(drive));
        } else {
            drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE;
        }
        interrupt();
    }

    /** The host has moved all of the buffer. */
    private void moved(IdeDrive drive) {
        int sectors = drive.filled / BlockDevice.SECTOR_BYTES;
        drive.filled = 0;
        drive.at = 0;
        if (drive.writing) {
            if (!drive.has(sectors)) {
                abort(drive);
                return;
            }
            drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE | IdeDrive.BUSY;
            after(sectors * sectorPs, OP_WRITE_DONE);
            return;
        }
        sectorsRead += drive.identifying ? 0 : sectors;
        drive.sectorsLeft -= sectors;
        if (drive.sectorsLeft > 0) {
            readBlock(drive);
        } else {
            drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE;
        }
    }

    private int readData(int widthBytes) {
        IdeDrive drive = drive();
        boolean offered = (drive.status & IdeDrive.DATA_REQUEST) != 0 && !drive.writing;
        if (!offered || drive.at + widthBytes > drive.filled) {
            return 0;
        }
        int value = 0;
        for (int i = 0; i < widthBytes; i++) {
            value |= (drive.buffer[drive.at++] & 0xff) << 8 * i;
        }
        if (drive.at == drive.filled) {
            moved(drive);
        }
        return value;
    }

    private void writeData(int widthBytes, int value) {
        IdeDrive drive = drive();
        boolean wanted = (drive.status & IdeDrive.DATA_REQUEST) != 0 && drive.writing;
        if (!wanted || drive.at + widthBytes > drive.filled) {
            return;
        }
        for (int i = 0; i < widthBytes; i++) {
            drive.buffer[drive.at++] = (byte) (value >>> 8 * i);
        }
        if (drive.at == drive.filled) {
            moved(drive);
        }
    }

    private final class CommandBlock implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            if (offset == DATA) {
                return widthBytes == 1 ? 0 : readData(widthBytes);
            }
            if (offset == STATUS) {
                bus.setLine(place.line, false);
                return status();
            }
            if (empty()) {
                return 0;
            }
            IdeDrive drive = drive();
            return switch (offset) {
                case 1 -> drive.medium == null && selected == 1 ? 0 : drive.error;
                case 2 -> drive.count;
                case 3 -> drive.sector;
                case 4 -> drive.cylinderLow;
                case 5 -> drive.cylinderHigh;
                default -> drive.select;
            };
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            if (offset == DATA) {
                if (widthBytes > 1) {
                    writeData(widthBytes, value);
                }
                return;
            }
            if (offset == STATUS) {
                command(value & 0xff);
                return;
            }
            boolean busy = (drive().status & (IdeDrive.BUSY | IdeDrive.DATA_REQUEST)) != 0;
            if (busy) {
                return; // as in QEMU: a transfer goes on with what the registers said
            }
            writeRegister(offset, value & 0xff);
        }

        private void writeRegister(int offset, int value) {
            for (IdeDrive drive : drives) {
                switch (offset) {
                    case 2 -> drive.count = value;
                    case 3 -> drive.sector = value;
                    case 4 -> drive.cylinderLow = value;
                    case 5 -> drive.cylinderHigh = value;
                    case 6 -> drive.select = value | 0xa0;
                    default -> {} // features: only of DMA and power management
                }
            }
            if (offset == 6) {
                selected = value >>> 4 & 1;
            }
        }
    }

    private final class ControlBlock implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            return status();
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            boolean was = (control & RESET) != 0;
            boolean is = (value & RESET) != 0;
            control = value;
            if (is && !was) {
                if (pending != Simulation.NO_HANDLE && clock.cancel(pending) && watcher != null) {
                    watcher.ends();
                }
                pending = Simulation.NO_HANDLE;
                for (IdeDrive drive : drives) {
                    drive.status = IdeDrive.READY | IdeDrive.SEEK_DONE | IdeDrive.BUSY;
                }
                bus.setLine(place.line, false);
            } else if (was && !is) {
                after(0, OP_RESET_DONE);
            }
        }
    }
}
