package io.torosim.system.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A PC whose ports and memory a script accesses; what it reads is written down, to be compared with another PC's. */
abstract class Pc implements AutoCloseable {
    private final List<String> seen = new ArrayList<>();

    /** Reads a port. */
    abstract int in(int port, int widthBytes);

    /** Writes a port. */
    abstract void out(int port, int widthBytes, int value);

    /** Loads four bytes of memory. */
    abstract int load32(long address);

    /** Stores four bytes of memory. */
    abstract void store32(long address, int value);

    /** Lets devices work for so many milliseconds of their time. */
    abstract void pass(int milliseconds);

    /** A frame comes from the wire. */
    abstract void frameIn(byte[] frame);

    /** Returns the next frame that went out, null if there is none. */
    abstract byte[] frameOut();

    @Override
    public abstract void close();

    /** Returns where the registers of the network card begin. */
    abstract long card();

    int in8(int port) {
        return in(port, 1);
    }

    void out8(int port, int value) {
        out(port, 1, value);
    }

    /** Writes a value down. */
    void see(String what, long value) {
        seen.add(String.format(Locale.ROOT, "%s = %xh", what, value));
    }

    /** Reads a port and writes down what it is. */
    int see8(String what, int port) {
        int value = in8(port);
        see(what, value);
        return value;
    }

    /** Waits until a port's bits under a mask are so, at most for two seconds. */
    void await(int port, int mask, int bits) {
        for (int i = 0; i < 2000; i++) {
            if ((in8(port) & mask) == bits) {
                return;
            }
            pass(1);
        }
        see("port " + Integer.toHexString(port) + " never got to", bits);
    }

    /** Writes down the requests of both PICs. */
    void seeRequests(String what) {
        out8(0x20, 0x0a);
        out8(0xa0, 0x0a);
        see(what, in8(0x20) & 0xfe | in8(0xa0) << 8); // not the timer's, which come when they come
    }

    List<String> seen() {
        return seen;
    }
}
