package io.torosim.sched;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Vcpu;

/**
 * Toro's IDE driver as far as the scheduler sees it (IdeDisk.pas): the reading thread is suspended, one interrupt (vector
 * 46) to each sector makes it ready. The data themselves are not modelled. Threads read through
 * {@link GuestThread#readDisk}, from core 0 only: the PIC interrupts no other.
 */
public final class AtaDisk {
    /** The vector of the first IDE channel: IRQ 14. */
    public static final int VECTOR = 46;

    private final ToroKernel kernel;
    private final long sectorPs;
    final IoDevice device = new IoDevice("ata0");
    private GuestThread waitOn;

    /**
     * Creates the disk and installs its handler.
     *
     * @param sectorPs time from the command, or from the last sector, to the interrupt, at least 0
     */
    public AtaDisk(ToroKernel kernel, long sectorPs) {
        this.kernel = kernel;
        this.sectorPs = sectorPs;
        kernel.onInterrupt(VECTOR, Handler::new);
    }

    /** The command is written, or a sector was taken: the next interrupt is on its way. */
    void expectSector(GuestThread reader) {
        waitOn = reader;
        long delay = sectorPs + kernel.machine().deliveryDelayPs("disk.irq");
        kernel.deviceEventScheduled();
        kernel.machine().simulation().after(delay, (op, arg) -> irq(), 0, 0);
    }

    private void irq() {
        kernel.deviceEventFired();
        kernel.machine().raiseIrq(VECTOR);
    }

    /** The interrupt handler: EOI to both PICs first, then the thread is set ready. */
    private final class Handler implements Activity {
        private int stage;

        @Override
        public long step(Vcpu vcpu) {
            if (stage < 2) {
                stage++;
                vcpu.exit(ExitCause.PIC);
                return vcpu.machine().costs().picPs();
            }
            if (stage == 2) {
                stage++;
                waitOn.waitsForSector = false;
                kernel.wakeFromDevice(waitOn);
                return vcpu.machine().costs().cpuPs("toro.scan");
            }
            return DONE;
        }
    }
}
