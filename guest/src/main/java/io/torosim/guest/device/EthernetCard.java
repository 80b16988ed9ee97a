package io.torosim.guest.device;

import io.torosim.core.machine.Machine;
import io.torosim.virtio.device.NetDevice.FrameSink;

/** A network card in a machine, from the side of the wire; the guest's side are its registers and its interrupt line. */
public interface EthernetCard {
    /**
     * A frame arrives, without preamble and checksum.
     *
     * @return whether the card has it, or keeps it waiting in front of it; false if it is lost
     */
    boolean receive(byte[] frame);

    /**
     * Plugs an Intel 82540EM (e1000) as QEMU 7.2 has it: rings, filter, EEPROM, PHY, interrupts at most every 128 us, a second of deafness after
     * each write of RCTL. Up to a thousand frames wait in front of it while it cannot take them. Not modelled: offloads, VLAN tags, the serial
     * EEPROM interface, wake-up.
     *
     * @param base guest-physical address of its registers, a multiple of 128 KiB
     * @param line its interrupt line
     * @param mac its hardware address, 6 bytes
     * @param wire where its frames go
     */
    static EthernetCard e1000(Machine machine, long base, int line, byte[] mac, FrameSink wire) {
        return new E1000(base, line, mac, wire).plug(machine);
    }

    /**
     * Plugs an NE2000 (RTL8029) as QEMU 7.2 has it: a PROM with every byte twice, 32 KiB of memory behind the data port, a ring of pages of 256
     * bytes. A frame is lost, without a sign, where fewer than 1518 bytes of the ring are free.
     *
     * @param port the first of its 32 ports
     * @param line its interrupt line
     * @param mac its hardware address, 6 bytes
     * @param wire where its frames go
     */
    static EthernetCard ne2000(Machine machine, int port, int line, byte[] mac, FrameSink wire) {
        return new Ne2000(port, line, mac, wire).plug(machine);
    }
}
