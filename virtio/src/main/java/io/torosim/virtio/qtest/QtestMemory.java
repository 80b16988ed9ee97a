package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import java.util.Base64;

/**
 * The RAM of a QEMU. Stores are posted and loads wait, which keeps their order: QEMU's devices run between commands, in
 * the thread that executes them, so every store is visible to them before any later command.
 */
final class QtestMemory implements GuestMemory {
    private static final int PART_BYTES = 1 << 16;

    private final QtestSession session;
    private final long sizeBytes;

    QtestMemory(QtestSession session, long sizeBytes) {
        this.session = session;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    private void check(long address, long bytes, GuestFault.Direction direction) {
        if (address < 0 || bytes < 0 || address > sizeBytes - bytes) {
            throw new GuestFault("outside RAM", address, bytes, direction);
        }
    }

    private long load(char width, int bytes, long address) {
        check(address, bytes, GuestFault.Direction.LOAD);
        return session.askNumber("read" + width + " 0x" + Long.toHexString(address));
    }

    private void store(char width, int bytes, long address, long value) {
        check(address, bytes, GuestFault.Direction.STORE);
        session.post("write" + width + " 0x" + Long.toHexString(address) + " 0x" + Long.toHexString(value));
    }

    @Override
    public int load8(long address) {
        return (int) load('b', 1, address);
    }

    @Override
    public int load16(long address) {
        return (int) load('w', 2, address);
    }

    @Override
    public int load32(long address) {
        return (int) load('l', 4, address);
    }

    @Override
    public long load64(long address) {
        return load('q', 8, address);
    }

    @Override
    public void store8(long address, int value) {
        store('b', 1, address, value & 0xff);
    }

    @Override
    public void store16(long address, int value) {
        store('w', 2, address, value & 0xffff);
    }

    @Override
    public void store32(long address, int value) {
        store('l', 4, address, value & 0xffff_ffffL);
    }

    @Override
    public void store64(long address, long value) {
        store('q', 8, address, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        check(address, length, GuestFault.Direction.LOAD);
        for (int done = 0; done < length; ) {
            int part = Math.min(PART_BYTES, length - done);
            byte[] bytes = Base64.getDecoder()
                    .decode(session.ask(
                            "b64read 0x" + Long.toHexString(address + done) + " 0x" + Integer.toHexString(part)));
            System.arraycopy(bytes, 0, target, offset + done, part);
            done += part;
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        check(address, length, GuestFault.Direction.STORE);
        for (int done = 0; done < length; ) {
            int part = Math.min(PART_BYTES, length - done);
            byte[] bytes = new byte[part];
            System.arraycopy(source, offset + done, bytes, 0, part);
            session.post("b64write 0x" + Long.toHexString(address + done) + " 0x" + Integer.toHexString(part) + " "
                    + Base64.getEncoder().encodeToString(bytes));
            done += part;
        }
    }

    @Override
    public void fill(long address, long length, int value) {
        check(address, length, GuestFault.Direction.STORE);
        if (length > 0) {
            session.post("memset 0x" + Long.toHexString(address) + " 0x" + Long.toHexString(length) + " 0x"
                    + Integer.toHexString(value & 0xff));
        }
    }
}
