package io.torosim.system.device;

/** Accesses to keyboard controller, serial port and clock; see {@link DeviceScripts}. */
final class SmallDeviceScripts {
    private static final int COM1 = 0x3f8;

    private SmallDeviceScripts() {}

    // ---- 8042

    private static void controller(Pc pc, String what, int command) {
        pc.out8(0x64, command);
        pc.see8(what + ": status", 0x64);
        pc.see8(what + ": data", 0x60);
        pc.see8(what + ": status after", 0x64);
    }

    private static void keyboard(Pc pc, String what, int... bytes) {
        for (int b : bytes) {
            pc.out8(0x60, b);
            for (int i = 0; i < 6 && (pc.in8(0x64) & 1) != 0; i++) {
                pc.see8(what + " " + Integer.toHexString(b) + ": answer " + i, 0x60);
            }
        }
        pc.see8(what + ": status", 0x64);
    }

    static void keyboard(Pc pc) {
        pc.see8("status after reset", 0x64);
        pc.see8("data after reset", 0x60);
        controller(pc, "command byte", 0x20);
        controller(pc, "self test", 0xaa);
        controller(pc, "command byte after it", 0x20);
        controller(pc, "keyboard test", 0xab);
        controller(pc, "mouse test", 0xa9);
        controller(pc, "output port", 0xd0);
        controller(pc, "input port", 0xc0);
        controller(pc, "disable", 0xad);
        controller(pc, "command byte, disabled", 0x20);
        controller(pc, "enable", 0xae);
        controller(pc, "command byte, enabled", 0x20);
        pc.out8(0x64, 0x60);
        pc.out8(0x60, 0x41);
        controller(pc, "command byte, written", 0x20);
        pc.out8(0x64, 0xd2);
        pc.out8(0x60, 0x77);
        pc.see8("written to the output buffer: status", 0x64);
        pc.see8("written to the output buffer", 0x60);
        for (int translate = 0; translate < 2; translate++) {
            pc.out8(0x64, 0x60);
            pc.out8(0x60, translate == 0 ? 1 : 0x41);
            keyboard(pc, "echo", 0xee);
            keyboard(pc, "identify", 0xf2);
            keyboard(pc, "scan code set", 0xf0, 0);
            keyboard(pc, "lights", 0xed, 7);
            keyboard(pc, "rate", 0xf3, 0x20);
            keyboard(pc, "off", 0xf5);
            keyboard(pc, "on", 0xf4);
            keyboard(pc, "defaults", 0xf6);
            keyboard(pc, "reset", 0xff);
            keyboard(pc, "resend", 0xfe);
            keyboard(pc, "unknown", 0x11);
        }
    }

    // ---- 16550

    static void serial(Pc pc) {
        for (int i = 0; i < 8; i++) {
            pc.see8("reset: register " + i, COM1 + i);
        }
        pc.out8(COM1 + 3, 0x80);
        pc.see8("divisor, low", COM1);
        pc.see8("divisor, high", COM1 + 1);
        pc.out8(COM1, 1);
        pc.see8("divisor, low, written", COM1);
        pc.out8(COM1 + 3, 3);
        pc.see8("LCR", COM1 + 3);
        for (int i = 0; i < 20; i++) {
            pc.out8(COM1, 'a' + i);
        }
        pc.see8("LSR after 20 bytes", COM1 + 5);
        pc.out8(COM1 + 1, 0xff);
        pc.see8("IER keeps four bits", COM1 + 1);
        pc.out8(COM1 + 1, 0);
        pc.out8(COM1 + 1, 2);
        pc.see8("IIR: transmitter empty", COM1 + 2);
        pc.see8("IIR: told", COM1 + 2);
        pc.out8(COM1 + 1, 0);
        pc.out8(COM1 + 2, 7);
        pc.see8("IIR with FIFO", COM1 + 2);
        pc.out8(COM1 + 2, 0);
        pc.see8("IIR without", COM1 + 2);
        for (int mcr : new int[] {0xff, 0x1f, 0x11, 0x12, 0x14, 0x18, 0}) {
            pc.out8(COM1 + 4, mcr);
            pc.see8("MCR " + mcr, COM1 + 4);
            pc.see("MSR, levels, MCR " + mcr, pc.in8(COM1 + 6) & 0xf0);
        }
        pc.out8(COM1 + 4, 0x10);
        pc.out8(COM1, 0x55);
        pc.out8(COM1, 0x66);
        pc.see8("loopback, two bytes: LSR", COM1 + 5);
        pc.see8("loopback, LSR again", COM1 + 5);
        pc.see8("loopback, the last one", COM1);
        pc.see8("loopback, empty: LSR", COM1 + 5);
        pc.out8(COM1 + 4, 0);
        pc.out8(COM1 + 7, 0xa5);
        pc.see8("scratch", COM1 + 7);
        pc.see8("no second port", 0x2fd);
    }

    // ---- clock

    private static int cmos(Pc pc, int register) {
        pc.out8(0x70, register);
        return pc.in8(0x71);
    }

    static void clock(Pc pc) {
        pc.see8("index port", 0x70);
        pc.see("register A", cmos(pc, 0x0a) & 0x7f);
        pc.see("register B", cmos(pc, 0x0b));
        pc.see("register D", cmos(pc, 0x0d));
        pc.out8(0x71, 0);
        pc.see("register D is read only", cmos(pc, 0x0d));
        pc.see("century", cmos(pc, 0x32));
        pc.pass(1100);
        pc.see("register C, a second has passed", cmos(pc, 0x0c));
        pc.see("register C, read", cmos(pc, 0x0c) & 0xef);
        pc.out8(0x70, 0x0b);
        pc.out8(0x71, 0x42);
        pc.pass(20);
        pc.see("register C, periodic", cmos(pc, 0x0c) & 0xef);
        pc.out8(0x70, 0x0b);
        pc.out8(0x71, 2);
        cmos(pc, 0x0c);
        pc.pass(20);
        pc.see("register C, periodic no more", cmos(pc, 0x0c) & 0xef);
        for (int register : new int[] {0x0e, 0x40, 0x7f}) {
            pc.out8(0x70, register);
            pc.out8(0x71, 0x5a);
            pc.see("memory " + register, cmos(pc, register));
        }
        pc.see("the upper bit of the index is not one of it", cmos(pc, 0xff));
    }
}
