package io.torosim.system.device;

import java.util.Locale;

/** Accesses to devices of a PC that answer alike at every run: nothing depends on how long an access takes. */
final class DeviceScripts {
    private static final int MASTER = 0x20;
    private static final int SLAVE = 0xa0;

    private DeviceScripts() {}

    // ---- 8259

    private static void initialisePics(Pc pc) {
        pc.out8(0x43, 0x30); // the timer's line falls
        pc.out8(MASTER, 0x11);
        pc.out8(SLAVE, 0x11);
        pc.out8(MASTER + 1, 0x20);
        pc.out8(SLAVE + 1, 0x28);
        pc.out8(MASTER + 1, 4);
        pc.out8(SLAVE + 1, 2);
        pc.out8(MASTER + 1, 1);
        pc.out8(SLAVE + 1, 1);
    }

    /** An edge on line 0: channel 0 of the timer in mode 0. */
    private static void edge(Pc pc) {
        pc.out8(0x43, 0x30);
        pc.out8(0x40, 2);
        pc.out8(0x40, 0);
        pc.pass(1);
    }

    private static void seePic(Pc pc, String what) {
        pc.out8(MASTER, 0x0a);
        pc.see8(what + ": IRR", MASTER);
        pc.out8(MASTER, 0x0b);
        pc.see8(what + ": ISR", MASTER);
        pc.see8(what + ": IMR", MASTER + 1);
    }

    private static int poll(Pc pc, String what) {
        pc.out8(MASTER, 0x0c);
        return pc.see8(what + ": poll", MASTER);
    }

    static void pic(Pc pc) {
        pc.out8(0x43, 0x30);
        pc.see8("IMR after reset", MASTER + 1);
        pc.see8("slave IMR after reset", SLAVE + 1);
        pc.see8("ELCR master", 0x4d0);
        pc.see8("ELCR slave", 0x4d1);
        pc.out8(MASTER + 1, 0xff);
        pc.out8(MASTER, 0x11);
        pc.see8("ICW1 opens all", MASTER + 1);
        initialisePics(pc);
        seePic(pc, "nothing");
        poll(pc, "nothing");
        edge(pc);
        seePic(pc, "edge");
        pc.out8(0x43, 0x30);
        seePic(pc, "line dropped");
        poll(pc, "still there");
        seePic(pc, "in service");
        edge(pc);
        seePic(pc, "second edge in service");
        poll(pc, "blocked by itself");
        edge(pc);
        seePic(pc, "third edge");
        pc.out8(MASTER, 0x20);
        seePic(pc, "end of interrupt");
        poll(pc, "the second");
        pc.out8(MASTER, 0x60);
        seePic(pc, "specific end");
        poll(pc, "the third was merged");

        edge(pc);
        pc.out8(MASTER + 1, 1);
        poll(pc, "masked");
        pc.out8(MASTER + 1, 0);
        poll(pc, "open again");
        pc.out8(MASTER, 0xa0); // rotate on end of interrupt
        seePic(pc, "rotated");
        edge(pc);
        poll(pc, "lowest priority, alone");
        pc.out8(MASTER, 0xe0); // rotate on specific end
        seePic(pc, "specific rotation");
        pc.out8(MASTER, 0xc7); // 7 lowest, as at first
        edge(pc);
        poll(pc, "again");
        pc.out8(MASTER + 1, 1);
        pc.out8(MASTER, 0x68); // special mask
        seePic(pc, "special mask");
        pc.out8(MASTER, 0x48);
        pc.out8(MASTER, 0x20);
        seePic(pc, "end in special mask");

        for (int value = 0; value < 256; value += 17) {
            pc.out8(0x4d0, value);
            pc.see8("ELCR master " + value, 0x4d0);
            pc.out8(0x4d1, value);
            pc.see8("ELCR slave " + value, 0x4d1);
        }
        pc.out8(0x4d0, 0);
        pc.out8(0x4d1, 0);
        pc.out8(MASTER, 0x13); // single, with ICW4
        pc.out8(MASTER + 1, 0x40);
        pc.out8(MASTER + 1, 3); // ICW4 at once: automatic end of interrupt
        pc.out8(MASTER + 1, 0);
        edge(pc);
        poll(pc, "automatic end");
        seePic(pc, "automatic end");
    }

    // ---- 8254

    private static void status(Pc pc, String what, int channel) {
        pc.out8(0x43, 0xe0 | 2 << channel);
        pc.see8(what + ": status " + channel, 0x40 + channel);
    }

    static void pit(Pc pc) {
        for (int i = 0; i < 3; i++) {
            status(pc, "reset", i);
        }
        pc.see8("control word reads", 0x43);
        pc.see("port 61h", pc.in8(0x61));
        pc.see("port 61h, the refresh bit changes", pc.in8(0x61));
        for (int mode = 0; mode < 6; mode++) {
            pc.out8(0x43, 0xb0 | mode << 1);
            status(pc, "mode " + mode + " not loaded", 2);
            pc.out8(0x42, 0x34);
            status(pc, "mode " + mode + " half loaded", 2);
            pc.out8(0x42, 0xf0);
            status(pc, "mode " + mode + " loaded, 50 ms to go", 2);
        }
        pc.out8(0x43, 0xb0);
        pc.out8(0x42, 10);
        pc.out8(0x42, 0);
        pc.pass(1);
        status(pc, "mode 0 over", 2);
        pc.see("OUT 2 at port 61h", pc.in8(0x61) & 0x20);
        pc.out8(0x61, 1);
        pc.see("the gate changes nothing", pc.in8(0x61) & 0x21);
        pc.out8(0x43, 0xb0);
        status(pc, "control word alone", 2);
        pc.see("OUT 2 is low", pc.in8(0x61) & 0x20);
        pc.out8(0x61, 0);

        // the lower byte alone, from one half to the other
        pc.out8(0x43, 0x92);
        status(pc, "low byte only, mode 1", 2);
        pc.out8(0x43, 0xa8);
        status(pc, "high byte only, mode 4", 2);
        pc.out8(0x43, 0xb1);
        status(pc, "BCD is kept", 2);

        // counts: the high byte of one that has just been loaded with 65,535
        pc.out8(0x43, 0xb4);
        pc.out8(0x42, 0xff);
        pc.out8(0x42, 0xff);
        pc.out8(0x43, 0xc8); // status and count of channel 2
        pc.see8("status, then", 0x42);
        pc.in8(0x42);
        pc.see("high byte of the count, within 10 ms", pc.in8(0x42) >= 0xd0 ? 1 : 0);
        pc.out8(0x43, 0xb4);
        pc.out8(0x42, 0xff);
        pc.out8(0x42, 0xff);
        pc.out8(0x43, 0x80); // latch, at once
        pc.pass(30);
        pc.out8(0x43, 0x80); // ignored: the count is half down
        pc.in8(0x42);
        pc.see("the second latch is ignored", pc.in8(0x42) >= 0xe0 ? 1 : 0);

        // mode 2 with count 1: one edge, then the line stays up
        initialisePics(pc);
        pc.out8(0x43, 0x34);
        pc.out8(0x40, 1);
        pc.out8(0x40, 0);
        pc.pass(1);
        poll(pc, "count 1");
        pc.out8(MASTER, 0x20);
        pc.pass(1);
        poll(pc, "count 1, no second edge");
        pc.out8(0x43, 0x30);
    }

    // ---- IDE

    private static final int IDE = 0x1f0;

    private static void seeFile(Pc pc, String what, int base) {
        for (int i = 1; i < 8; i++) {
            pc.see8(what + ": register " + i, base + i);
        }
        pc.see8(what + ": alternate status", base + 0x206);
    }

    private static void ideCommand(Pc pc, int count, int lba, int command) {
        pc.out8(IDE + 2, count);
        pc.out8(IDE + 3, lba);
        pc.out8(IDE + 4, lba >> 8);
        pc.out8(IDE + 5, lba >> 16);
        pc.out8(IDE + 6, 0xe0 | lba >> 24 & 15);
        pc.out8(IDE + 7, command);
    }

    private static void idle(Pc pc) {
        pc.await(IDE + 0x206, 0x80, 0);
    }

    private static void seeSector(Pc pc, String what) {
        int sum = 0;
        for (int i = 0; i < 256; i++) {
            sum = 31 * sum + pc.in(IDE, 2);
        }
        pc.see(what + ": data", sum & 0xffff_ffffL);
    }

    /** The requests of the drive's line; its interrupt is ended at once. */
    private static void seeDriveLine(Pc pc, String what) {
        pc.out8(SLAVE, 0x0a);
        pc.see(what + ": line 14 asked", pc.in8(SLAVE) >> 6 & 1);
        pc.out8(SLAVE, 0x0c);
        if ((pc.in8(SLAVE) & 0x80) != 0) {
            pc.out8(SLAVE, 0x20);
        }
    }

    private static void ended(Pc pc, String what) {
        idle(pc);
        seeDriveLine(pc, what);
        seeFile(pc, what, IDE);
    }

    static void ide(Pc pc) {
        initialisePics(pc);
        seeFile(pc, "reset", IDE);
        seeFile(pc, "no drive", 0x170);
        pc.out8(IDE + 6, 0xb0);
        seeFile(pc, "no slave", IDE);
        pc.out8(IDE + 7, 0xec);
        seeFile(pc, "identify to no slave", IDE);
        pc.out8(IDE + 6, 0xa0);
        seeFile(pc, "master again", IDE);

        pc.out8(IDE + 7, 0xec);
        seeDriveLine(pc, "identify");
        pc.see8("identify: status", IDE + 7);
        for (int i = 0; i < 256; i++) {
            pc.see("identify: word " + i, pc.in(IDE, 2));
        }
        seeFile(pc, "identify over", IDE);

        ideCommand(pc, 1, 1000, 0x20);
        ended(pc, "one sector");
        ideCommand(pc, 7, 7, 0x20); // ignored: a sector is offered
        seeFile(pc, "command while data is offered", IDE);
        seeSector(pc, "one sector");
        ended(pc, "one sector over");
        pc.see("data port with nothing to give", pc.in(IDE, 2));
        pc.see("byte of the data port", pc.in(IDE, 1));

        ideCommand(pc, 3, 0x12345, 0x20);
        for (int i = 0; i < 3; i++) {
            ended(pc, "sector " + i);
            seeSector(pc, "sector " + i);
        }
        ended(pc, "three sectors over");

        ideCommand(pc, 1, 5, 0x20);
        idle(pc);
        long sum = 0;
        for (int i = 0; i < 128; i++) {
            sum = 31 * sum + pc.in(IDE, 4);
        }
        pc.see("128 double words", sum & 0xffff_ffffL);
        ended(pc, "double words over");

        ideCommand(pc, 2, 131071, 0x20);
        ended(pc, "the last sector");
        seeSector(pc, "the last sector");
        ended(pc, "behind the last");
        ideCommand(pc, 1, 131072, 0x20);
        ended(pc, "outside");
        ideCommand(pc, 1, 131072, 0x30);
        seeFile(pc, "write outside", IDE);
        writeSector(pc, 3);
        ended(pc, "write outside over");

        pc.out8(IDE + 3, 0); // CHS 0/0/0 and 0/0/1
        pc.out8(IDE + 4, 0);
        pc.out8(IDE + 5, 0);
        pc.out8(IDE + 6, 0xa0);
        pc.out8(IDE + 2, 1);
        pc.out8(IDE + 7, 0x20);
        ended(pc, "CHS sector 0");
        pc.out8(IDE + 3, 1);
        pc.out8(IDE + 4, 2);
        pc.out8(IDE + 6, 0xa3);
        pc.out8(IDE + 7, 0x20);
        ended(pc, "CHS 2/3/1");
        seeSector(pc, "CHS 2/3/1");
        ended(pc, "CHS over");

        ideCommand(pc, 2, 77, 0x30);
        seeFile(pc, "write", IDE);
        for (int i = 0; i < 2; i++) {
            writeSector(pc, i);
            ended(pc, "written " + i);
        }
        ideCommand(pc, 2, 77, 0x20);
        for (int i = 0; i < 2; i++) {
            ended(pc, "read back " + i);
            seeSector(pc, "read back " + i);
        }

        ideCommand(pc, 20, 100, 0xc4);
        ended(pc, "multiple");
        for (int i = 0; i < 16; i++) {
            seeSector(pc, "multiple " + i);
        }
        ended(pc, "second block");
        for (int i = 0; i < 4; i++) {
            seeSector(pc, "second block " + i);
        }
        ended(pc, "multiple over");
        for (int sectors : new int[] {3, 32, 0, 4}) {
            ideCommand(pc, sectors, 0, 0xc6);
            ended(pc, "set multiple " + sectors);
            if (sectors == 0) {
                ideCommand(pc, 1, 9, 0xc4);
                ended(pc, "multiple not set");
            }
        }
        ideCommand(pc, 6, 200, 0xc4);
        ended(pc, "6 by 4");
        for (int i = 0; i < 4; i++) {
            seeSector(pc, "6 by 4: " + i);
        }
        ended(pc, "6 by 4, second");
        for (int i = 0; i < 2; i++) {
            seeSector(pc, "6 by 4, second: " + i);
        }
        ended(pc, "6 by 4 over");
        ideCommand(pc, 5, 300, 0xc5);
        for (int i = 0; i < 5; i++) {
            writeSector(pc, 40 + i);
            ended(pc, "write multiple " + i);
        }

        for (int command : new int[] {
            0x00, 0x08, 0x10, 0x40, 0x70, 0x90, 0x91, 0xe0, 0xe1, 0xe2, 0xe3, 0xe5, 0xe6, 0x94, 0x95, 0x98, 0xe7, 0x55,
            0xa1, 0xff
        }) {
            pc.out8(IDE + 6, 0xa0);
            ideCommand(pc, 1, 50, command);
            ended(pc, String.format(Locale.ROOT, "command %02x", command));
        }
        pc.out8(0x3f6, 2);
        ideCommand(pc, 1, 1, 0x20);
        ended(pc, "no interrupts");
        pc.out8(0x3f6, 0);
        seeDriveLine(pc, "allowed too late");
        seeSector(pc, "no interrupts");
        pc.out8(0x3f6, 4);
        pc.see8("reset: status", IDE + 7);
        pc.out8(0x3f6, 0);
        idle(pc);
        seeFile(pc, "software reset", IDE);
        ideCommand(pc, 0, 400, 0x20);
        for (int i = 0; i < 256; i++) {
            idle(pc);
            pc.see8("count 0: " + i, IDE + 7);
            seeSector(pc, "count 0: " + i);
        }
        ended(pc, "256 sectors over");
    }

    private static void writeSector(Pc pc, int seed) {
        for (int i = 0; i < 256; i++) {
            pc.out(IDE, 2, 0x1234 + 7 * i + seed & 0xffff);
        }
    }
    // ---- network cards

    private static final byte[] OWN = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    private static final byte[] OTHER = {0x52, 0x54, 0, 0x12, 0x34, 0x57};
    private static final byte[] GROUP = {1, 0, 0x5e, 0, 0, 1};

    private static byte[] frame(byte[] to, int bytes) {
        byte[] frame = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            frame[i] = (byte) (i < 6 ? to[i] : i * 3 + bytes);
        }
        return frame;
    }

    private static void seeFrame(Pc pc, String what) {
        byte[] frame = pc.frameOut();
        pc.see(what + ": bytes sent", frame == null ? -1 : frame.length);
        pc.see(what + ": sum", frame == null ? 0 : java.util.Arrays.hashCode(frame) & 0xffff_ffffL);
    }

    private static final int NE = 0x300;

    private static void remote(Pc pc, int address, int bytes, int command) {
        pc.out8(NE + 10, bytes);
        pc.out8(NE + 11, bytes >> 8);
        pc.out8(NE + 8, address);
        pc.out8(NE + 9, address >> 8);
        pc.out8(NE, command);
    }

    private static void sendNe(Pc pc, int bytes) {
        remote(pc, 0x4000, bytes, 0x12);
        for (int i = 0; i < bytes; i++) {
            pc.out8(NE + 16, i * 5 + bytes);
        }
        pc.see8("written: ISR", NE + 7);
        pc.out8(NE + 4, 0x40);
        pc.out8(NE + 5, bytes);
        pc.out8(NE + 6, bytes >> 8);
        pc.out8(NE, 0x26);
        pc.see8("sent: CR", NE);
        pc.see8("sent: ISR", NE + 7);
        pc.see8("sent: TSR", NE + 4);
        seeFrame(pc, "sent " + bytes);
    }

    private static void seeNe(Pc pc, String what) {
        pc.see8(what + ": ISR", NE + 7);
        pc.see8(what + ": RSR", NE + 12);
        pc.out8(NE, 0x62);
        pc.see8(what + ": CURR", NE + 7);
        pc.out8(NE, 0x22);
        pc.see8(what + ": BNRY", NE + 3);
        pc.out8(SLAVE, 0x0a);
        pc.see(what + ": line 9 asked", pc.in8(SLAVE) >> 1 & 1);
    }

    private static void seePages(Pc pc, String what, int address, int bytes) {
        remote(pc, address, bytes, 0x0a);
        long sum = 0;
        for (int i = 0; i < bytes; i++) {
            sum = 31 * sum + pc.in8(NE + 16);
        }
        pc.see(what + ": card memory", sum & 0xffff_ffffL);
        pc.out8(NE + 7, 0x40);
    }

    static void ne2000(Pc pc) {
        initialisePics(pc);
        pc.see8("ISR after power-on", NE + 7);
        pc.see8("CR after power-on", NE);
        for (int i = 1; i < 16; i++) {
            pc.see8("register " + i, NE + i);
        }
        for (int reset = 0; reset < 3; reset++) {
            pc.out8(NE + 14, 0x58);
            remote(pc, 0, 32, 0x0a);
            for (int i = 0; i < 32; i++) {
                pc.see8("PROM " + reset + "/" + i, NE + 16);
            }
            pc.see8("PROM read: ISR", NE + 7);
            pc.see8("reset port", NE + 31);
            pc.see8("after reset: ISR", NE + 7);
            pc.see8("after reset: CR", NE);
        }
        // as Toro's InitNe2000
        pc.out8(NE + 7, 0xff);
        pc.see8("ISR cleared, but for RST", NE + 7);
        pc.out8(NE, 0x21);
        pc.out8(NE + 14, 0x58);
        pc.out8(NE + 12, 0x0e);
        pc.out8(NE + 13, 4);
        pc.out8(NE + 4, 0x40);
        pc.out8(NE + 1, 0x46);
        pc.out8(NE + 3, 0x46);
        pc.out8(NE + 2, 0x60);
        pc.out8(NE + 15, 0x1f);
        pc.out8(NE, 0x61);
        for (int i = 0; i < 6; i++) {
            pc.out8(NE + 1 + i, OWN[i]);
        }
        pc.out8(NE + 7, 0x47);
        for (int i = 1; i < 8; i++) {
            pc.see8("page 1, register " + i, NE + i);
        }
        pc.frameIn(frame(OWN, 100)); // stopped: lost
        pc.out8(NE, 0x22);
        pc.out8(NE, 0xa2);
        pc.see8("page 2: PSTART", NE + 1);
        pc.see8("page 2: PSTOP", NE + 2);
        pc.out8(NE, 0x22);
        pc.out8(NE + 13, 0);
        pc.out8(NE + 12, 0x0c);
        seeNe(pc, "started");

        sendNe(pc, 24);
        pc.out8(NE + 7, 0xff);
        sendNe(pc, 1514);
        pc.out8(NE + 7, 0xff);
        remote(pc, 0x4000, 0, 0x12);
        pc.see8("remote write of 0 bytes: ISR", NE + 7);
        pc.out8(NE + 7, 0xff);

        int frames = 0;
        for (byte[] to : new byte[][] {OWN, BROADCAST, OTHER, GROUP}) {
            pc.frameIn(frame(to, 42));
            seeNe(pc, "frame " + frames++);
        }
        seePages(pc, "first", 0x4700, 64);
        seePages(pc, "second", 0x4800, 64);
        pc.out8(NE + 7, 0xff);
        for (int i = 0; i < 6; i++) { // the ring fills: 26 pages
            pc.frameIn(frame(OWN, 1514));
            seeNe(pc, "long " + i);
        }
        seePages(pc, "ring", 0x4600, 0x1a00);
        pc.out8(NE + 3, 0x7f); // as Toro does when it wraps at 80h: outside the ring
        for (int i = 0; i < 8; i++) {
            pc.frameIn(frame(OWN, 1000 + i));
            seeNe(pc, "never full " + i);
        }
        seePages(pc, "overwritten", 0x4600, 0x1a00);

        pc.out8(NE + 14, 0x59); // words
        remote(pc, 0x4700, 16, 0x0a);
        for (int i = 0; i < 3; i++) {
            pc.see("word", pc.in(NE + 16, 2));
            pc.see("byte takes a whole word on", pc.in(NE + 16, 1));
        }
        pc.see8("12 of 16 taken: ISR", NE + 7);
        pc.see("double word", pc.in(NE + 16, 4) & 0xffff_ffffL);
        pc.see8("16 of 16 taken: ISR", NE + 7);
        remote(pc, 0x5000, 6, 0x12);
        pc.out(NE + 16, 2, 0xbeef);
        pc.out(NE + 16, 4, 0x12345678);
        pc.out(NE + 16, 2, 0x9999); // too many
        pc.out8(NE + 14, 0x58);
        seePages(pc, "words written", 0x5000, 8);
        pc.out8(NE, 0x21);
        pc.see8("stopped: CR", NE);
    }

    // ---- e1000

    private static final long RX = 0x10_0000;
    private static final long TX = 0x11_0000;
    private static final long BUFFERS = 0x20_0000;
    private static final int ENTRIES = 8;

    private static long seeRegister(Pc pc, String what, int register) {
        long value = pc.load32(pc.card() + register) & 0xffff_ffffL;
        pc.see(what, value);
        return value;
    }

    private static void write(Pc pc, int register, int value) {
        pc.store32(pc.card() + register, value);
    }

    private static void transmit(Pc pc, int index, int bytes, int command) {
        for (int i = 0; i < bytes; i += 4) {
            pc.store32(BUFFERS + 0x10000 + 2048L * index + i, 0x01020304 * (i + index + 1));
        }
        pc.store32(TX + 16L * index, (int) BUFFERS + 0x10000 + 2048 * index);
        pc.store32(TX + 16L * index + 4, 0);
        pc.store32(TX + 16L * index + 8, bytes | command << 24);
        pc.store32(TX + 16L * index + 12, 0);
        write(pc, 0x3818, (index + 1) % ENTRIES);
    }

    private static void seeSent(Pc pc, String what, int index) {
        seeRegister(pc, what + ": TDH", 0x3810);
        seeRegister(pc, what + ": ICR", 0xc0);
        pc.see(what + ": descriptor", pc.load32(TX + 16L * index + 12) & 0xffff_ffffL);
    }

    private static void seeReceived(Pc pc, String what, int index) {
        seeRegister(pc, what + ": RDH", 0x2810);
        seeRegister(pc, what + ": ICR", 0xc0);
        pc.see(what + ": length", pc.load32(RX + 16L * index + 8) & 0xffff);
        pc.see(what + ": status", pc.load32(RX + 16L * index + 12) & 0xffff);
        long sum = 0;
        for (int i = 0; i < 64; i += 4) {
            sum = 31 * sum + pc.load32(BUFFERS + 2048L * index + i);
        }
        pc.see(what + ": data", sum & 0xffff_ffffL);
    }

    static void e1000(Pc pc) {
        int[] known = {
            0, 8, 0x10, 0x14, 0x20, 0x28, 0x2c, 0x30, 0x38, 0xc4, 0xd0, 0xd8, 0x100, 0x170, 0x400, 0x410, 0xe00, 0x1000,
            0x2800, 0x2808, 0x2810, 0x2818, 0x2820, 0x3800, 0x3808, 0x3810, 0x3818, 0x4010, 0x40a0, 0x40ac, 0x5200,
            0x5400, 0x5404, 0x5408, 0x5600, 0x5820
        };
        for (int register : known) {
            seeRegister(pc, "reset: " + Integer.toHexString(register), register);
        }
        for (int word = 0; word < 66; word++) {
            write(pc, 0x14, word << 8 | 1);
            seeRegister(pc, "EEPROM " + word, 0x14);
        }
        for (int register = 0; register < 32; register++) {
            write(pc, 0x20, 0x0820_0000 | register << 16);
            seeRegister(pc, "PHY " + register, 0x20);
        }
        write(pc, 0x20, 0x0840_0000);
        seeRegister(pc, "PHY at another address", 0x20);
        for (int register : new int[] {
            0x2808, 0x3808, 0x2810, 0x2818, 0x3810, 0x2820, 0x28, 0xc4, 0x5200, 0x2800, 0x2804, 0x410, 0x38, 0x2c, 0x30,
            0x170, 0x1000, 0x10, 0xe00, 0x2828, 0x282c, 0x3820, 0x382c, 0x5600, 0x5820, 0x5408, 0x540c, 0x5800, 0x5808,
            4, 8, 0x18, 0x10c, 0x4000, 0x4010, 0x40a0
        }) {
            write(pc, register, 0xfffedcba);
            seeRegister(pc, "kept: " + Integer.toHexString(register), register);
            write(pc, register, 0);
        }
        write(pc, 0x3818, 0);
        write(pc, 0xd0, 0xff);
        write(pc, 0xd8, 0x0f);
        seeRegister(pc, "IMS after IMC", 0xd0);
        seeRegister(pc, "IMC", 0xd8);
        write(pc, 0xd8, -1);
        write(pc, 0xc8, 0x95);
        seeRegister(pc, "ICS", 0xc8);
        write(pc, 0xc0, 0x05);
        seeRegister(pc, "ICR, two bits written", 0xc0);
        seeRegister(pc, "ICR, read clears", 0xc0);

        write(pc, 0x3800, (int) TX);
        write(pc, 0x3804, 0);
        write(pc, 0x3808, 16 * ENTRIES);
        write(pc, 0x3810, 0);
        write(pc, 0x3818, 0);
        transmit(pc, 0, 60, 0x0b);
        seeSent(pc, "not enabled", 0);
        write(pc, 0x400, 0x0a);
        seeSent(pc, "enabled", 0);
        seeFrame(pc, "enabled");
        transmit(pc, 1, 24, 0x0b);
        seeSent(pc, "short", 1);
        seeFrame(pc, "short");
        transmit(pc, 2, 100, 0x03);
        seeSent(pc, "no report", 2);
        seeFrame(pc, "no report");
        transmit(pc, 3, 80, 0x08);
        seeSent(pc, "first part", 3);
        transmit(pc, 4, 40, 0x09);
        seeSent(pc, "second part", 4);
        seeFrame(pc, "joined");
        for (int i = 5; i < 10; i++) {
            transmit(pc, i % ENTRIES, 500 + i, 0x0b);
            seeFrame(pc, "round " + i);
            seeSent(pc, "round " + i, i % ENTRIES);
        }

        write(pc, 0x2800, (int) RX);
        write(pc, 0x2804, 0);
        write(pc, 0x2808, 16 * ENTRIES);
        write(pc, 0x2810, 0);
        write(pc, 0x2818, ENTRIES - 1);
        for (int i = 0; i < ENTRIES; i++) {
            pc.store32(RX + 16L * i, (int) BUFFERS + 2048 * i);
            pc.store32(RX + 16L * i + 4, 0);
            pc.store32(RX + 16L * i + 8, 0);
            pc.store32(RX + 16L * i + 12, 0);
        }
        pc.frameIn(frame(OWN, 70));
        seeRegister(pc, "RCTL.EN = 0: RDH", 0x2810);
        write(pc, 0x100, 0x0400_8002);
        seeRegister(pc, "deaf: RDH", 0x2810);
        pc.pass(1200);
        seeReceived(pc, "the one that waited", 0);
        int index = 1;
        for (byte[] to : new byte[][] {BROADCAST, OWN, OTHER, GROUP}) {
            pc.frameIn(frame(to, 42));
            seeReceived(pc, "to " + to[0] + to[5], index);
            index += to == OTHER || to == GROUP ? 0 : 1;
        }
        pc.frameIn(frame(OWN, 1522));
        seeReceived(pc, "1522 bytes", index++);
        pc.frameIn(frame(OWN, 1523));
        seeReceived(pc, "1523 bytes", index);
        seeRegister(pc, "ROC", 0x40ac);
        seeRegister(pc, "ROC was cleared", 0x40ac);
        for (int i = 0; i < 5; i++) { // three descriptors are left
            pc.frameIn(frame(OWN, 200 + i));
            seeRegister(pc, "fills up " + i + ": RDH", 0x2810);
            seeRegister(pc, "fills up " + i + ": ICR", 0xc0);
        }
        seeRegister(pc, "MPC", 0x4010);
        seeRegister(pc, "RNBC", 0x40a0);
        write(pc, 0x2818, 3);
        pc.pass(20);
        seeRegister(pc, "room again: RDH", 0x2810);
        seeRegister(pc, "room again: ICR", 0xc0);
        seeReceived(pc, "waited inside", 0);
        seeReceived(pc, "waited inside", 1);
        seeRegister(pc, "GPRC", 0x4074);
        seeRegister(pc, "GPTC", 0x4080);

        write(pc, 0x100, 0x8002); // without SECRC
        pc.pass(1200);
        pc.frameIn(frame(BROADCAST, 42));
        seeReceived(pc, "with checksum", 2);
        write(pc, 0, 0x0414_0240);
        for (int register : known) {
            seeRegister(pc, "after RST: " + Integer.toHexString(register), register);
        }
        write(pc, 0x20, 0x0420_1340); // autonegotiation again
        seeRegister(pc, "negotiating: STATUS", 8);
        pc.pass(1000);
        seeRegister(pc, "negotiated: STATUS", 8);
        seeRegister(pc, "negotiated: ICR", 0xc0);
    }
}
