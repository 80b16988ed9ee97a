package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.Objects;

/**
 * The two 8259A of a PC, the second at input 2 of the first, with the edge and level control registers (ports 20h, A0h, 4D0h). Interrupt
 * lines 0 to 15 of the bus are its inputs; its output goes to vCPU 0.
 *
 * <p>After power-on all inputs are open, in edge mode, with vectors from 0 on: firmware or the kernel moves them ({@link #relocated}). Served
 * by the host kernel under KVM.
 */
public final class PicPair {
    private static final int CASCADE = 2;
    private static final int SPURIOUS = 7;
    private static final int MASTER_PORT = 0x20;
    private static final int SLAVE_PORT = 0xa0;

    private final Pic master = new Pic(true, 0xf8);
    private final Pic slave = new Pic(false, 0xde);
    private static final Output NOWHERE = high -> {};

    private Output output = NOWHERE;

    /** Where the output goes. */
    @FunctionalInterface
    interface Output {
        void set(boolean high);
    }

    /** Creates the controllers as they are after power-on. */
    public PicPair() {}

    /**
     * Claims the ports, connects lines 0 to 15 and vCPU 0, straight: as if firmware had opened LINT0 of its local APIC.
     *
     * @return this
     */
    public PicPair plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        Vcpu first = machine.vcpu(0);
        machine.bus().allOrNothing(() -> {
            plug(machine, first::interruptLine);
            first.interruptController(() -> {
                int vector = acknowledge();
                machine.trace().emit(machine.simulation().nowPs(), -1, TraceKind.DEVICE_IRQ, vector, 0);
                return vector;
            });
        });
        return this;
    }

    /**
     * Plugs controllers into a machine that has none, as Toro's {@code RelocateIrqs} leaves them: vectors 32 to 47, all inputs masked but the
     * cascade. No effect if it has some.
     */
    public static void provide(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        if (machine.bus().ownerOf(MASTER_PORT).equals("nobody")) {
            new PicPair().plug(machine).relocated();
        }
    }

    /**
     * Opens an input by the ports, as Toro's {@code IrqOn} does: a read and a write of the mask. Nothing is counted.
     *
     * @param line in [0, 15]
     */
    public static void open(Bus bus, int line) {
        Objects.requireNonNull(bus, "bus");
        int port = (line < 8 ? MASTER_PORT : SLAVE_PORT) + 1;
        bus.out(port, 1, bus.in(port, 1) & ~(1 << (line & 7)));
    }

    PicPair plug(Machine machine, Output to) {
        if (output != NOWHERE) {
            throw new IllegalStateException("the interrupt controllers are plugged in already: one PicPair a machine");
        }
        Bus bus = machine.bus();
        bus.allOrNothing(() -> {
            bus.claim("pic master", MASTER_PORT, 2, new Ports(master, false));
            bus.claim("pic slave", SLAVE_PORT, 2, new Ports(slave, false));
            bus.claim("elcr master", 0x4d0, 1, new Ports(master, true));
            bus.claim("elcr slave", 0x4d1, 1, new Ports(slave, true));
            for (int i = 0; i < 16; i++) {
                int input = i;
                if (input != CASCADE) {
                    bus.connect(input, level -> line(input, level != 0));
                }
            }
        });
        output = to;
        return this;
    }

    /**
     * Does what Toro's {@code RelocateIrqs} does, at once: vectors 32 to 47, all inputs masked but the cascade and those given.
     *
     * @param open the inputs, each in {@code [0, 15]}
     * @return this
     */
    public PicPair relocated(int... open) {
        Objects.requireNonNull(open, "open");
        int mask = 0xffff & ~(1 << CASCADE);
        for (int input : open) {
            mask &= ~(1 << input);
        }
        initialise(master, 0x20, 1 << CASCADE, mask & 0xff);
        initialise(slave, 0x28, CASCADE, mask >>> 8);
        update();
        return this;
    }

    private static void initialise(Pic pic, int base, int cascade, int mask) {
        pic.write(0, 0x11);
        pic.write(1, base);
        pic.write(1, cascade);
        pic.write(1, 1);
        pic.write(1, mask);
    }

    private void line(int input, boolean high) {
        (input < 8 ? master : slave).line(input & 7, high);
        update();
    }

    private void update() {
        master.line(CASCADE, slave.pending() != Pic.NONE);
        output.set(master.pending() != Pic.NONE);
    }

    /** Returns whether the output is high. */
    boolean wanting() {
        return master.pending() != Pic.NONE;
    }

    /** The processor takes the interrupt; returns its vector, that of input 7 if the request has gone. */
    int acknowledge() {
        int input = master.pending();
        int vector;
        if (input == Pic.NONE) {
            vector = master.vector(SPURIOUS);
        } else {
            vector = master.vector(input);
            if (input == CASCADE) {
                int second = slave.pending();
                vector = slave.vector(second == Pic.NONE ? SPURIOUS : second);
                if (second != Pic.NONE) {
                    slave.acknowledge(second);
                }
            }
            master.acknowledge(input);
        }
        update();
        return vector;
    }

    private final class Ports implements PortDevice {
        private final Pic pic;
        private final boolean elcr;

        Ports(Pic pic, boolean elcr) {
            this.pic = pic;
            this.elcr = elcr;
        }

        @Override
        public int read(int offset, int widthBytes) {
            int value = elcr ? pic.readElcr() : pic.read(offset);
            update();
            return value;
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            if (elcr) {
                pic.writeElcr(value);
            } else {
                pic.write(offset, value & 0xff);
                update();
            }
        }

        @Override
        public AccessKind kind(int offset, boolean write) {
            return AccessKind.KERNEL_PORT;
        }
    }
}
