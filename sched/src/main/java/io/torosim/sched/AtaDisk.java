package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.IoDevice;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Toro's IDE driver as far as the scheduler sees it (IdeDisk.pas): the reading thread is suspended, one interrupt (vector
 * 46) to each sector makes it ready. The data themselves are not modelled. Threads read through
 * {@link #read}, from the core that owns the disk.
 *
 * <p>The PIC interrupts core 0 only. If another core owns the disk, the handler forwards each interrupt to it (vector 76)
 * and takes {@code Delay(10)} for that, as any interprocessor interrupt of Toro does; the owner's handler acknowledges it at
 * the LAPIC, which takes another {@code Delay(10)}: about 48 ms to a sector at 2.4 GHz.
 *
 * <p>A {@link ToroKernel} hears its interrupts; {@link DiskRead} is the call that a thread is in meanwhile, an {@link IoDevice} who has the disk,
 * {@link BusyDelay} the wait of the handlers. The driver with data ({@code guest.driver.IdeDriver}) suspends and wakes its reader through it.
 */
public final class AtaDisk implements Machine.Announcing {
    /** The vector of the first IDE channel: IRQ 14. */
    public static final int VECTOR = 46;
    /** The vector that a forwarded interrupt has on the core that owns the disk. */
    public static final int FORWARD_VECTOR = 76;

    private final ToroKernel kernel;
    private final long sectorPs;
    private final int owner;
    private final boolean onBus;
    final IoDevice device = new IoDevice("ata0");
    private final WaitChannel sectors = new Sectors();
    private @Nullable ThreadRecord waitOn;

    /**
     * Creates a disk that core 0 owns, and installs its handler.
     *
     * @param sectorPs time from the command, or from the last sector, to the interrupt, at least 0
     */
    public AtaDisk(ToroKernel kernel, long sectorPs) {
        this(kernel, sectorPs, 0);
    }

    /**
     * Creates the kernel's side of a disk that is a device on the machine's bus: {@code TBlockDriver} with its handlers. A driver's routine
     * takes {@link #device}, reads with {@link #suspend}, {@link #await} and {@link #sectorMoved}, and whoever plugs the device
     * tells of its transfers with {@link #transferBegins} and {@link #transferEnds}.
     *
     * @param owner the core whose threads read it, one that has started
     */
    public static AtaDisk onBus(ToroKernel kernel, int owner) {
        Objects.requireNonNull(kernel, "kernel");
        return new AtaDisk(kernel, 0, owner, true);
    }

    /**
     * Creates a disk and installs its handlers ({@code DedicateBlockDriver}).
     *
     * @param sectorPs time from the command, or from the last sector, to the interrupt, at least 0
     * @param owner the core whose threads read it, one that has started
     */
    public AtaDisk(ToroKernel kernel, long sectorPs, int owner) {
        this(kernel, sectorPs, owner, false);
    }

    private AtaDisk(ToroKernel kernel, long sectorPs, int owner, boolean onBus) {
        Objects.requireNonNull(kernel, "kernel");
        if (owner < 0 || owner >= kernel.startedCores()) {
            throw new IllegalArgumentException(
                    "owner must be a core that has started, 0 to " + (kernel.startedCores() - 1) + ", owner=" + owner);
        }
        if (sectorPs < 0) {
            throw new IllegalArgumentException("sectorPs must be at least 0, sectorPs=" + sectorPs);
        }
        this.kernel = kernel;
        this.sectorPs = sectorPs;
        this.owner = owner;
        this.onBus = onBus;
        if (owner == 0) {
            kernel.onInterrupt(VECTOR, Handler::new);
        } else {
            kernel.onInterrupt(VECTOR, Forwarder::new);
            kernel.onInterrupt(FORWARD_VECTOR, OwnersHandler::new);
        }
    }

    /** {@inheritDoc} So does its kernel. */
    @Override
    public boolean announcesTo(Machine machine) {
        return kernel.announcesTo(machine);
    }

    /** Returns the core whose threads read it. */
    public int owner() {
        return owner;
    }

    /** Returns what {@code GetDevice} takes and {@code FreeDevice} gives back. */
    public IoDevice device() {
        return device;
    }

    /** A device on the bus has begun a transfer whose end will interrupt. */
    public void transferBegins() {
        kernel.deviceEventScheduled();
        if (owner != 0) {
            kernel.forwardedEvents(owner, 1);
        }
    }

    /** The transfer is over: the interrupt line is about to be set. */
    public void transferEnds() {
        kernel.deviceEventFired();
    }

    /**
     * Action of {@code reader}: {@code ATAReadBlock}: reads sectors, suspended until each has come.
     *
     * @param reader a thread on the core that owns it
     * @param sectors how many, at least 1
     */
    public long read(GuestThread reader, int sectors) {
        Objects.requireNonNull(reader, "reader");
        if (reader.coreId() != owner) {
            throw new IllegalArgumentException(
                    "this disk must be read from core " + owner + ", coreId=" + reader.coreId());
        }
        if (sectors < 1) {
            throw new IllegalArgumentException("sectors must be at least 1, sectors=" + sectors);
        }
        ToroThread thread = (ToroThread) reader;
        DiskRead call = thread.devicesCall instanceof DiskRead before && before.isOf(this)
                ? before
                : new DiskRead(thread, kernel.costs(), this);
        thread.devicesCall = call;
        return thread.begins(call.begin(sectors));
    }

    /**
     * {@code WaitOn.state := tsSuspended} of a disk's driver: the thread goes on running, but is not ready at its next {@code
     * SysThreadSwitch} unless the interrupt of a sector has come. It has the device.
     */
    public void suspend(GuestThread reader) {
        Objects.requireNonNull(reader, "reader");
        ToroThread thread = (ToroThread) reader;
        waitOn = thread;
        suspends(thread);
    }

    /** Action of {@code reader}: {@code SysThreadSwitch} of a disk's driver after {@link #suspend}: goes on when the interrupt has made it ready. */
    public long await(GuestThread reader) {
        Objects.requireNonNull(reader, "reader");
        return ((ToroThread) reader).awaitSuspended(sectors);
    }

    /**
     * A sector was moved: {@code State := tsSuspended}, in Toro after the last one too ({@link ToroQuirk#DISK_READ_LEAVES_SUSPENDED}).
     *
     * @param more whether another interrupt is expected
     */
    public void sectorMoved(GuestThread reader, boolean more) {
        ThreadRecord thread = (ThreadRecord) reader;
        thread.awaitsDevice = more;
        if (more || kernel.has(ToroQuirk.DISK_READ_LEAVES_SUSPENDED)) {
            thread.setState(ThreadState.SUSPENDED);
        }
        thread.placeChanged();
    }

    /** The command is about to be written. */
    void suspends(ThreadRecord thread) {
        if (!kernel.has(ToroQuirk.DISK_OVERWRITES_IDLE)) {
            thread.active();
        }
        thread.setState(ThreadState.SUSPENDED);
        thread.awaitsDevice = true;
        thread.placeChanged();
    }

    /** Returns what its readers wait for. */
    WaitChannel sectors() {
        return sectors;
    }

    /** The interrupt of a reader's next sector. */
    private final class Sectors implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return !((ThreadRecord) waiting).awaitsDevice || kernel.has(ToroQuirk.DISK_WAKE_UNCHECKED);
        }

        /** The command is written, or a sector was taken: the next interrupt is on its way. */
        @Override
        public void waits(GuestThread waiting) {
            if (onBus) {
                throw new IllegalStateException("a disk on the bus is read by its driver's routine");
            }
            waitOn = (ThreadRecord) waiting;
            long delay = sectorPs + kernel.itsMachine().deliveryDelayPs("disk.irq");
            transferBegins();
            kernel.itsMachine().simulation().after(delay, (op, arg) -> irq(), 0, 0);
        }
    }

    private void irq() {
        transferEnds();
        kernel.itsMachine().raiseIrq(VECTOR);
    }

    /** Toro does not look whether there is a thread; a stray interrupt's store goes to address 0. */
    private void wake() {
        if (waitOn == null) {
            return;
        }
        waitOn.awaitsDevice = false;
        kernel.wakeUp(waitOn);
    }

    /** The interrupt handler: EOI to both PICs first, then the thread is set ready. */
    private final class Handler implements Activity {
        private int stage;

        @Override
        public long step(Vcpu vcpu) {
            if (stage < 2) {
                return endOfInterrupt(vcpu, stage++);
            }
            if (stage == 2) {
                stage++;
                wake();
                return vcpu.machine().costs().cpuPs("toro.scan");
            }
            return DONE;
        }
    }

    /** {@code eoi}: to the first controller, then to the second. */
    private long endOfInterrupt(Vcpu vcpu, int stage) {
        vcpu.exit(ExitCause.PIC);
        if (onBus) {
            vcpu.machine().bus().out(stage == 0 ? 0x20 : 0xa0, 1, 0x20);
        }
        return vcpu.machine().costs().picPs();
    }

    /** The handler of core 0 for a disk that is not its own: EOI to both PICs, {@code send_apic_int} with interrupts off. */
    private final class Forwarder implements Activity {
        private final KernelCosts costs = kernel.costs();
        private final BusyDelay delay = new BusyDelay(kernel.core(0).lapicTimer, kernel.quirks());
        private int stage;

        @Override
        public long step(Vcpu vcpu) {
            if (stage < 2) {
                delay.begin(costs.ipiDelayPs());
                return endOfInterrupt(vcpu, stage++);
            }
            if (stage > 2) {
                return DONE;
            }
            long wait = delay.step(vcpu);
            if (wait != KernelRoutine.OVER) {
                return wait;
            }
            stage++;
            vcpu.exit(ExitCause.APIC_ACCESS); // the upper half of the command register, before the lower half sends
            if (!kernel.has(ToroQuirk.ATA_FORWARD_LOST)) {
                kernel.itsMachine().sendIpi(vcpu, owner, FORWARD_VECTOR);
            }
            kernel.forwardedEvents(owner, -1);
            return 2 * costs.apicWritePs;
        }
    }

    /** The handler of the core that owns the disk: LAPIC EOI with its delay, then the thread is set ready. */
    private final class OwnersHandler implements Activity {
        private final IpiHandler acknowledge =
                new IpiHandler(kernel.core(owner).lapicTimer, kernel.quirks(), kernel.costs());
        private boolean acknowledged;
        private boolean woken;

        @Override
        public long step(Vcpu vcpu) {
            if (!acknowledged) {
                long cost = acknowledge.step(vcpu);
                if (cost != DONE) {
                    return cost;
                }
                acknowledged = true;
            }
            if (woken) {
                return DONE;
            }
            woken = true;
            wake();
            return vcpu.machine().costs().cpuPs("toro.scan");
        }
    }
}
