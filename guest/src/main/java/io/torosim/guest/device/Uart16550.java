package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.machine.Machine;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * A 16550A serial port (National data sheet PC16550D) as QEMU 7.2 has it: what is written leaves at once, so the transmitter is always empty;
 * 16 bytes of receive FIFO, or one byte without; loopback.
 *
 * <p>Not modelled: line speed, parity and break, the character timeout (a received byte interrupts as soon as it is there).
 */
final class Uart16550 {
    private static final int FIFO = 16;
    private static final int LSR_DATA = 1;
    private static final int LSR_OVERRUN = 2;
    private static final int LSR_EMPTY = 0x60;
    private static final int LOOPBACK = 0x10;
    private static final int MSR_CONNECTED = 0xb0;

    private final int port;
    private final int line;
    private final IntConsumer output;
    private final ArrayDeque<Integer> received = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    private int divisor = 12;
    private int ier;
    private int lcr;
    private int mcr = 8;
    private int scratch;
    private boolean fifo;
    private boolean overrun;
    /** The transmitter has become empty and nobody has been told. */
    private boolean emptyPending;

    /**
     * Creates a port.
     *
     * @param port its first port, 3F8h for COM1
     * @param line its interrupt line, 4 for COM1
     * @param output takes what is sent, byte by byte
     */
    Uart16550(int port, int line, IntConsumer output) {
        Objects.requireNonNull(output, "output");
        this.port = port;
        this.line = line;
        this.output = output;
    }

    /**
     * Claims its ports.
     *
     * @return this
     */
    Uart16550 plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        bus = machine.bus();
        bus.claim("serial", port, 8, new Ports());
        return this;
    }

    /** A byte comes over the line. */
    void receive(int value) {
        if (received.size() == (fifo ? FIFO : 1)) {
            overrun = true;
            if (!fifo) {
                received.clear();
                received.add(value & 0xff); // the last one stays
            }
        } else {
            received.add(value & 0xff);
        }
        update();
    }

    private int interruptId() {
        if ((ier & 4) != 0 && overrun) {
            return 6;
        }
        if ((ier & 1) != 0 && !received.isEmpty()) {
            return 4;
        }
        return (ier & 2) != 0 && emptyPending ? 2 : 1;
    }

    private void update() {
        bus.setLine(line, interruptId() != 1);
    }

    private int modemStatus() {
        if ((mcr & LOOPBACK) == 0) {
            return MSR_CONNECTED;
        }
        return (mcr & 0x0c) << 4 | (mcr & 2) << 3 | (mcr & 1) << 5;
    }

    private final class Ports implements PortDevice {
        private boolean divisorLatch() {
            return (lcr & 0x80) != 0;
        }

        @Override
        public int read(int offset, int widthBytes) {
            return switch (offset) {
                case 0 -> divisorLatch() ? divisor & 0xff : data();
                case 1 -> divisorLatch() ? divisor >>> 8 : ier;
                case 2 -> identification();
                case 3 -> lcr;
                case 4 -> mcr;
                case 5 -> lineStatus();
                case 6 -> modemStatus();
                default -> scratch;
            };
        }

        private int data() {
            int value = received.isEmpty() ? 0 : received.poll();
            update();
            return value;
        }

        private int identification() {
            int id = interruptId();
            if (id == 2) {
                emptyPending = false;
                update();
            }
            return id | (fifo ? 0xc0 : 0);
        }

        private int lineStatus() {
            int value = LSR_EMPTY | (received.isEmpty() ? 0 : LSR_DATA) | (overrun ? LSR_OVERRUN : 0);
            overrun = false;
            update();
            return value;
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            int bits = value & 0xff;
            switch (offset) {
                case 0 -> {
                    if (divisorLatch()) {
                        divisor = divisor & 0xff00 | bits;
                    } else {
                        send(bits);
                    }
                }
                case 1 -> {
                    if (divisorLatch()) {
                        divisor = divisor & 0xff | bits << 8;
                    } else {
                        emptyPending |= (bits & 2) != 0 && (ier & 2) == 0;
                        ier = bits & 0xf;
                    }
                }
                case 2 -> {
                    if (((bits & 1) != 0) != fifo || (bits & 2) != 0) {
                        received.clear();
                    }
                    fifo = (bits & 1) != 0;
                }
                case 3 -> lcr = bits;
                case 4 -> mcr = bits & 0x1f;
                case 7 -> scratch = bits;
                default -> {} // status registers
            }
            update();
        }

        private void send(int value) {
            emptyPending = true;
            if ((mcr & LOOPBACK) != 0) {
                receive(value);
            } else {
                output.accept(value);
            }
        }
    }
}
