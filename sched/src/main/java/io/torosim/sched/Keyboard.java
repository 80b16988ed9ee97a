package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keyboard of Toro's console (Console.pas): {@code ReadConsole} puts a thread into tsIOPending without a device, and the
 * keyboard interrupt (vector 33) makes it ready. Threads read through {@link #read}, on core 0.
 */
public final class Keyboard implements Machine.Announcing {
    /** The vector of the keyboard: IRQ 1. */
    public static final int VECTOR = 33;

    private final ToroKernel kernel;
    private @Nullable ThreadRecord waiting;
    private final WaitChannel key = new Key();
    private int keys;

    /** Creates the keyboard and installs its handler. */
    public Keyboard(ToroKernel kernel) {
        Objects.requireNonNull(kernel, "kernel");
        this.kernel = kernel;
        kernel.onInterrupt(VECTOR, Handler::new);
    }

    /** {@inheritDoc} So does its kernel. */
    @Override
    public boolean announcesTo(Machine machine) {
        return kernel.announcesTo(machine);
    }

    /** Presses a key now: an event of the outside world. */
    public void press() {
        kernel.beforeTouch();
        keys++;
        kernel.itsMachine().raiseIrq(VECTOR);
    }

    /** Takes a key out of the buffer; false if there is none. */
    public boolean take() {
        if (keys == 0) {
            return false;
        }
        kernel.beforeTouch();
        keys--;
        return true;
    }

    /** Returns whether a key is in the buffer. */
    public boolean hasKey() {
        return keys > 0;
    }

    /** Action of {@code reader}: {@code ReadConsole}: goes on when a key was pressed, or with {@link ToroQuirk#CONSOLE_NIL_DEVICE} before. */
    public long read(GuestThread reader) {
        if (keys > 0) {
            return reader.compute(0);
        }
        return ((ToroThread) reader).pend(key);
    }

    /**
     * A thread that waits for a key has no device: the scan's nil pointer reads the byte at address 0, part of the interrupt vector table, usually not zero ({@link
     * ToroQuirk#CONSOLE_NIL_DEVICE}).
     */
    private final class Key implements WaitChannel {
        @Override
        public boolean ready(GuestThread reader) {
            if (!kernel.has(ToroQuirk.CONSOLE_NIL_DEVICE)) {
                return false;
            }
            if (kernel.itsMachine().hasChoices()) {
                ((ThreadRecord) reader).placeChanged(); // asked again in every round
            }
            return kernel.itsMachine().choices().choose("toro.byte0", 2) == 1;
        }

        @Override
        public void waits(GuestThread reader) {
            waiting = (ThreadRecord) reader;
        }
    }

    private final class Handler implements Activity {
        private boolean acknowledged;

        @Override
        public long step(Vcpu vcpu) {
            if (!acknowledged) {
                acknowledged = true;
                return 2 * vcpu.machine().costs().picPs();
            }
            if (waiting != null && waiting.state == ThreadState.IO_PENDING) {
                kernel.wakeUp(waiting);
            }
            waiting = null;
            return DONE;
        }
    }
}
