package io.torosim.system.device;

import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.EthernetCard;
import java.util.ArrayDeque;

/** Our devices on a machine without a program. */
final class SimulatedPc extends Pc {
    /** Where the e1000's registers are. */
    static final long CARD = 0xfebc_0000L;

    final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    private final Machine machine;
    private EthernetCard receiver;

    SimulatedPc(Machine machine) {
        this.machine = machine;
    }

    void receiver(EthernetCard to) {
        receiver = to;
    }

    @Override
    int in(int port, int widthBytes) {
        return machine.bus().in(port, widthBytes);
    }

    @Override
    void out(int port, int widthBytes, int value) {
        machine.bus().out(port, widthBytes, value);
    }

    @Override
    int load32(long address) {
        return machine.memory().load32(address);
    }

    @Override
    void store32(long address, int value) {
        machine.memory().store32(address, value);
    }

    @Override
    void pass(int milliseconds) {
        machine.simulation().runUntil(machine.simulation().nowPs() + milliseconds * Picos.PER_MILLI);
    }

    @Override
    void frameIn(byte[] frame) {
        receiver.receive(frame);
    }

    @Override
    byte[] frameOut() {
        return sent.poll();
    }

    @Override
    long card() {
        return CARD;
    }

    @Override
    public void close() {
        machine.close();
    }
}
