package io.torosim.virtio.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What a card lets through to its driver, and the commands of the control queue that change it (virtio 1.2 section 5.1.6.5).
 * Without any command everything passes.
 */
final class NetFilter {
    /** Class of the receive modes. */
    static final int RX = 0;
    /** Class of the MAC addresses. */
    static final int MAC = 1;
    /** Class of the VLAN filter. */
    static final int VLAN = 2;
    /** Class of announcing, which the card itself answers. */
    static final int ANNOUNCE = 3;
    /** Longest command that is looked at: a table of as many addresses as a 16-bit length holds, and then some. */
    static final int LONGEST_COMMAND = 1 << 16;

    private static final int ENTRIES = 64; // addresses in the table, as in QEMU
    private static final int ADDRESS = 6;
    private static final int VLANS = 4096;
    private static final int MODES = 6; // promisc, allmulti, alluni, nomulti, nouni, nobcast

    private final byte[] ownMac;
    private byte[] mac;
    private final boolean[] modes = new boolean[MODES];
    private byte[] unicast = new byte[0];
    private byte[] multicast = new byte[0];
    private boolean unicastOverflow;
    private boolean multicastOverflow;
    private final BitSet vlans = new BitSet();
    private boolean vlansFiltered;

    NetFilter(byte[] mac) {
        this.ownMac = mac;
        reset();
    }

    /** Forgets everything: promiscuous, no tables. */
    void reset() {
        mac = ownMac.clone();
        Arrays.fill(modes, false);
        modes[0] = true;
        unicast = new byte[0];
        multicast = new byte[0];
        unicastOverflow = false;
        multicastOverflow = false;
        vlans.clear();
        vlansFiltered = false;
    }

    byte[] mac() {
        return mac;
    }

    void vlansFiltered(boolean on) {
        vlansFiltered = on;
    }

    /** Returns the feature that a command belongs to; all bits if there is none. */
    static long feature(byte[] command) {
        return switch (command[0]) {
            case RX -> command[1] < 2 ? NetDevice.F_CTRL_RX : NetDevice.F_CTRL_RX_EXTRA;
            case MAC -> command[1] == 0 ? NetDevice.F_CTRL_RX : NetDevice.F_CTRL_MAC_ADDR;
            case VLAN -> NetDevice.F_CTRL_VLAN;
            case ANNOUNCE -> NetDevice.F_GUEST_ANNOUNCE;
            default -> -1;
        };
    }

    /** Executes a command: class, command, data; returns whether it makes sense. */
    boolean command(byte[] command) {
        ByteBuffer data = ByteBuffer.wrap(command, 2, command.length - 2).order(ByteOrder.LITTLE_ENDIAN);
        return switch (command[0]) {
            case RX -> mode(command[1], data);
            case MAC -> command[1] == 0 ? table(data) : command[1] == 1 && address(data);
            case VLAN -> vlan(command[1], data);
            default -> false;
        };
    }

    private boolean mode(int mode, ByteBuffer data) {
        if (mode < 0 || mode >= MODES || !data.hasRemaining()) {
            return false;
        }
        modes[mode] = data.get() != 0;
        return true;
    }

    private boolean address(ByteBuffer data) {
        if (data.remaining() != ADDRESS) {
            return false;
        }
        mac = new byte[ADDRESS];
        data.get(mac);
        return true;
    }

    private boolean table(ByteBuffer data) {
        if (data.remaining() < 4) {
            return false;
        }
        long first = data.getInt() & 0xffff_ffffL;
        if (first * ADDRESS > data.remaining()) {
            return false;
        }
        byte[] addresses = new byte[(int) first * ADDRESS];
        data.get(addresses);
        if (data.remaining() < 4) {
            return false;
        }
        long second = data.getInt() & 0xffff_ffffL;
        if (second * ADDRESS != data.remaining()) {
            return false;
        }
        unicastOverflow = first > ENTRIES;
        unicast = unicastOverflow ? new byte[0] : addresses;
        multicastOverflow = second > ENTRIES - unicast.length / ADDRESS;
        multicast = new byte[multicastOverflow ? 0 : (int) second * ADDRESS];
        data.get(multicast);
        return true;
    }

    private boolean vlan(int command, ByteBuffer data) {
        if (data.remaining() < 2 || command < 0 || command > 1) {
            return false;
        }
        int id = data.getShort() & 0xffff;
        if (id >= VLANS) {
            return false;
        }
        vlans.set(id, command == 0);
        return true;
    }

    /** Returns whether a frame is for the driver. */
    boolean passes(byte[] frame) {
        if (modes[0] || frame.length < 14) {
            return true;
        }
        boolean tagged = frame.length >= 16 && frame[12] == (byte) 0x81 && frame[13] == 0;
        if (tagged && vlansFiltered && !vlans.get((frame[14] & 0xf) << 8 | frame[15] & 0xff)) {
            return false;
        }
        boolean multi = (frame[0] & 1) != 0;
        if (multi && broadcast(frame)) {
            return !modes[5];
        }
        if (modes[multi ? 3 : 4]) {
            return false;
        }
        return modes[multi ? 1 : 2]
                || (multi ? multicastOverflow : unicastOverflow)
                || !multi && Arrays.equals(frame, 0, ADDRESS, mac, 0, ADDRESS)
                || in(multi ? multicast : unicast, frame);
    }

    private static boolean broadcast(byte[] frame) {
        for (int i = 0; i < ADDRESS; i++) {
            if (frame[i] != -1) {
                return false;
            }
        }
        return true;
    }

    private static boolean in(byte[] addresses, byte[] frame) {
        for (int at = 0; at < addresses.length; at += ADDRESS) {
            if (Arrays.equals(frame, 0, ADDRESS, addresses, at, at + ADDRESS)) {
                return true;
            }
        }
        return false;
    }
}
