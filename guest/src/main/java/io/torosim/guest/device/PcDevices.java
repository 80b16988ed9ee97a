package io.torosim.guest.device;

import io.torosim.core.machine.Machine;
import java.time.LocalDateTime;
import java.util.function.IntConsumer;

/** The small devices of a PC that need no more than a place: plugged, they are there for the guest. */
public final class PcDevices {
    /** Ticks a second of the interval timer. */
    public static final long PIT_HZ = PitChannel.HZ;

    private PcDevices() {}

    /**
     * Plugs an 8254 programmable interval timer (ports 40h to 43h) with the gate and the output of channel 2 at port 61h. Channel 0 drives
     * interrupt line 0, at any rate from 18.2 Hz to 1.193182 MHz. Served by the host kernel under KVM.
     */
    public static void pit(Machine machine) {
        new Pit().plug(machine);
    }

    /**
     * Plugs an MC146818 real-time clock with its CMOS memory (ports 70h and 71h), line 8. Not modelled: setting the time, alarms.
     *
     * @param powerOn what it shows at time 0
     */
    public static void rtc(Machine machine, LocalDateTime powerOn) {
        new Rtc(powerOn).plug(machine);
    }

    /**
     * Plugs a 16550A serial port: what is written leaves at once; 16 bytes of receive FIFO, or one without; loopback. Not modelled: line speed,
     * parity and break, the character timeout.
     *
     * @param port its first port, 3F8h for COM1
     * @param line its interrupt line, 4 for COM1
     * @param output takes what is sent, byte by byte
     * @return takes what comes over the line, byte by byte
     */
    public static IntConsumer serial(Machine machine, int port, int line, IntConsumer output) {
        return new Uart16550(port, line, output).plug(machine)::receive;
    }
}
