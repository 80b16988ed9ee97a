package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.program.StepProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Toro's record of an IDE channel ({@code TIDEController}, its {@code TBlockDriver} with it): which thread has it, which waits for a sector, and the handlers of its
 * interrupt. {@link IdeDriver} has the routines that read and write by it; threads of the core that owns it execute them with {@link #call}, each a {@link
 * ThreadRoutine}. The {@link IdeChannel} is the device; the {@link ToroKernel} knows two wait channels and the handlers.
 *
 * <p>The PIC interrupts core 0 only. If another core owns the channel ({@code DedicateBlockDriver}), the handler passes each interrupt on to it and takes {@code Delay(10)}
 * for that, as any interprocessor interrupt of Toro does; the owner's handler acknowledges it at the LAPIC, which takes another {@code Delay(10)}: about 48 ms to a sector
 * at 2.4 GHz.
 *
 * <p>Confined to the simulation thread.
 */
public final class IdeController implements IdeChannel.Watcher {
    private static final int FIRST_IRQ = 32;
    /** From the vector of an interrupt to the one that it has on the core that owns the channel. */
    private static final int FORWARDED = 30;

    private static final int[] CONTROLLERS = {0x20, 0xa0};
    private static final int END_OF_INTERRUPT = 0x20;
    private static final int NO_CORE = -1;

    private final ToroKernel kernel;
    private final GuestCpu cpu;
    /** Of core 0, which takes the interrupts. */
    private final GuestCpu first;

    private final int port;
    private final int owner;
    private final int forwardVector;
    private final WaitChannel sector = new Sector();
    private final WaitChannel free = new Free();
    private @Nullable GuestThread holder;
    private @Nullable GuestThread waitOn;
    private boolean came;

    /**
     * Creates the record of a channel, watches it and installs the handlers.
     *
     * @param place where the channel lies
     * @param cpu of the core whose threads read it, one that has started
     */
    public IdeController(ToroKernel kernel, IdeChannel.Place place, IdeChannel channel, GuestCpu cpu) {
        this.kernel = Objects.requireNonNull(kernel, "kernel");
        this.cpu = Objects.requireNonNull(cpu, "cpu");
        this.first = new GuestCpu(cpu.vcpu().machine().vcpu(0));
        this.port = Objects.requireNonNull(place, "place").port();
        this.owner = cpu.vcpu().id();
        if (owner >= kernel.startedCores()) {
            throw new IllegalArgumentException(
                    "owner must be a core that has started, 0 to " + (kernel.startedCores() - 1) + ", owner=" + owner);
        }
        int vector = FIRST_IRQ + place.line();
        this.forwardVector = vector + FORWARDED;
        kernel.onInterrupt(vector, Handler::new);
        if (owner != 0) {
            kernel.onInterrupt(forwardVector, OwnersHandler::new);
        }
        Objects.requireNonNull(channel, "channel").watch(this);
    }

    /** Returns whether a thread has it. */
    public boolean busy() {
        return holder != null;
    }

    /**
     * Puts a routine of the driver, or one that calls it, in front of what a thread of the owner is to do.
     *
     * @param arguments fills its frame, at once
     * @param after takes its results
     */
    public void call(StepProgram program, GuestCode routine, Consumer<Frame> arguments, Consumer<Frame> after) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(after, "after");
        program.then(new ThreadRoutine(this, program, routine, arguments, after));
    }

    /** {@inheritDoc} Its end will interrupt. */
    @Override
    public void begins() {
        kernel.deviceEventScheduled();
        if (owner != 0) {
            kernel.deviceEventScheduled(owner);
        }
    }

    @Override
    public void ends() {
        kernel.deviceEventFired();
    }

    // ---- for the driver

    ToroKernel kernel() {
        return kernel;
    }

    GuestCpu cpu() {
        return cpu;
    }

    int port() {
        return port;
    }

    /** What a thread waits for that wants the device. */
    WaitChannel free() {
        return free;
    }

    /** What the thread that has the device waits for. */
    WaitChannel sector() {
        return sector;
    }

    /** The thread whose turn it is, which executes the driver. */
    GuestThread running() {
        return Objects.requireNonNull(kernel.running(owner));
    }

    /** One look of {@code GetDevice}: returns whether the thread has the device now. */
    boolean taken() {
        GuestThread thread = running();
        if (busy() || dying(thread)) {
            return false;
        }
        cpu.vcpu().changed();
        holder = thread;
        return true;
    }

    /** Killed, it was let finish what it held, and takes nothing more. */
    boolean dying(GuestThread thread) {
        return thread.killed() && !kernel.has(ToroQuirk.KILLED_READER_KEEPS_DISK);
    }

    /** {@code FreeDevice}: the scheduler finds those who wait for it. */
    void freed() {
        cpu.vcpu().changed();
        holder = null;
    }

    /** The command is about to be written: {@code WaitOn.State := tsSuspended}. */
    void commands() {
        GuestThread thread = running();
        if (!kernel.has(ToroQuirk.DISK_OVERWRITES_IDLE)) {
            thread.active();
        }
        thread.expects(sector);
    }

    /** A sector is moved: {@code State := tsSuspended}, in Toro after the last one too, which no interrupt follows ({@link ToroQuirk#DISK_READ_LEAVES_SUSPENDED}). */
    void moved(boolean more) {
        GuestThread thread = running();
        if (more) {
            thread.expects(sector);
        } else if (kernel.has(ToroQuirk.DISK_READ_LEAVES_SUSPENDED)) {
            thread.suspend(thread);
        }
    }

    private final class Free implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return !busy();
        }

        @Override
        public void waits(GuestThread waiting) {
            // FreeDevice wakes nobody
        }
    }

    /** The interrupt of the next sector. */
    private final class Sector implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            return came || kernel.has(ToroQuirk.DISK_WAKE_UNCHECKED);
        }

        @Override
        public void waits(GuestThread waiting) {
            waitOn = waiting;
            came = false;
        }
    }

    /** Toro does not look whether there is a thread; a stray interrupt's store goes to address 0. */
    private long wake() {
        if (waitOn != null) {
            came = true;
            kernel.wakeUp(waitOn);
        }
        return cpu.vcpu().machine().costs().cpuPs("toro.scan");
    }

    /** EOI to both controllers; then the thread is set ready, or the core that owns the channel interrupted. */
    private final class Handler implements Activity {
        private int stage;
        private @Nullable Activity forward;

        @Override
        public long step(Vcpu vcpu) {
            if (stage < CONTROLLERS.length) {
                first.stepBegins();
                first.out(CONTROLLERS[stage++], 1, END_OF_INTERRUPT);
                return first.stepEnds("ATAHandler", "eoi");
            }
            if (owner != 0) {
                return forward(vcpu);
            }
            return stage++ == CONTROLLERS.length ? wake() : DONE;
        }

        private long forward(Vcpu vcpu) {
            if (forward == null) {
                int to = kernel.has(ToroQuirk.ATA_FORWARD_LOST) ? NO_CORE : owner;
                forward = kernel.sendInterrupt(0, to, forwardVector);
            }
            long ps = forward.step(vcpu);
            if (ps == DONE) {
                kernel.deviceEventFired(owner);
            }
            return ps;
        }
    }

    /** On the core that owns the channel. */
    private final class OwnersHandler implements Activity {
        private final Activity acknowledge = kernel.acknowledgeInterrupt(owner);
        private boolean woken;

        @Override
        public long step(Vcpu vcpu) {
            long ps = woken ? DONE : acknowledge.step(vcpu);
            if (woken || ps != DONE) {
                return ps;
            }
            woken = true;
            return wake();
        }
    }
}
