package io.torosim.virtio.qtest;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;

/** A window of a QEMU's ports or of its memory-mapped registers. Writes are posted. */
final class QtestRegisters implements RegisterSpace {
    private static final String WIDTHS = " bw l   q";

    private final QtestSession session;
    private final boolean ports;
    private final long base;

    QtestRegisters(QtestSession session, boolean ports, long base) {
        this.session = session;
        this.ports = ports;
        this.base = base;
    }

    @Override
    public long read(int offset, int widthBytes) {
        return session.askNumber(command(ports ? "in" : "read", offset, widthBytes));
    }

    @Override
    public void write(int offset, int widthBytes, long value) {
        long masked = widthBytes == 8 ? value : value & (1L << 8 * widthBytes) - 1;
        session.post(command(ports ? "out" : "write", offset, widthBytes) + " 0x" + Long.toHexString(masked));
    }

    private String command(String verb, int offset, int widthBytes) {
        char width = widthBytes < WIDTHS.length() ? WIDTHS.charAt(widthBytes) : ' ';
        if (width == ' ' || ports && widthBytes == 8) {
            throw new IllegalArgumentException("width must be 1, 2 or 4 bytes, or 8 in memory, width=" + widthBytes);
        }
        return verb + width + " 0x" + Long.toHexString(base + offset);
    }
}
