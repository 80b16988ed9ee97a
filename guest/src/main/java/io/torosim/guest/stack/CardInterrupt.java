package io.torosim.guest.stack;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.code.Routine;
import io.torosim.guest.nic.GuestNic;

/**
 * The interrupt handler of a card's driver: every received frame becomes a packet, ARP is answered, the interrupt is
 * acknowledged at the card and at both PICs. It runs with interrupts disabled, as one step.
 */
final class CardInterrupt implements Activity {
    private final ToroStack stack;
    private boolean handled;

    CardInterrupt(ToroStack stack) {
        this.stack = stack;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (handled) {
            return DONE;
        }
        handled = true;
        GuestNic.Interrupt interrupt = stack.nic().handleInterrupt(vcpu);
        long ps = interrupt.call().accessPs()
                + stack.code().ps(Routine.COPY_BYTES, interrupt.call().copiedBytes());
        for (byte[] frame : interrupt.frames()) {
            ps += stack.received(vcpu, frame);
        }
        if (interrupt.frames().isEmpty()) {
            vcpu.changedNothing(); // it told of a frame that has been sent
        }
        return ps;
    }
}
