package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.GuestMemory.PlainBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Guest memory in one byte array: the fastest there is, for tests and benchmarks of up to 2 GiB. */
public final class FlatMemory implements GuestMemory {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;

    /** Creates zeroed memory of {@code sizeBytes} bytes. */
    public FlatMemory(int sizeBytes) {
        bytes = new byte[sizeBytes];
    }

    /** Returns a copy of the whole content. */
    public byte[] snapshot() {
        return bytes.clone();
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public @Nullable PlainBytes plain(long address, int lengthBytes) {
        return (address | lengthBytes | bytes.length - lengthBytes - address) < 0
                ? null
                : new PlainBytes(bytes, (int) address);
    }

    /** One sign test for both ends: negative if the address or the rest of the array behind the access is. */
    private int index(long address, long size, GuestFault.Direction direction) {
        if ((address | size | bytes.length - size - address) < 0) {
            throw fault(address, size, direction);
        }
        return (int) address;
    }

    /** The array's own bounds check does the rest: an address beyond 2 GiB becomes an index below 0. */
    private static int index(long address) {
        return (int) address == address ? (int) address : -1;
    }

    private static GuestFault fault(long address, long size, GuestFault.Direction direction) {
        return new GuestFault("outside RAM", address, size, direction);
    }

    @Override
    public int load8(long address) {
        try {
            return bytes[index(address)] & 0xff;
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 1, GuestFault.Direction.LOAD);
        }
    }

    @Override
    public int load16(long address) {
        try {
            return (short) SHORT.get(bytes, index(address)) & 0xffff;
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 2, GuestFault.Direction.LOAD);
        }
    }

    @Override
    public int load32(long address) {
        try {
            return (int) INT.get(bytes, index(address));
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 4, GuestFault.Direction.LOAD);
        }
    }

    @Override
    public long load64(long address) {
        try {
            return (long) LONG.get(bytes, index(address));
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 8, GuestFault.Direction.LOAD);
        }
    }

    @Override
    public void store8(long address, int value) {
        try {
            bytes[index(address)] = (byte) value;
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 1, GuestFault.Direction.STORE);
        }
    }

    @Override
    public void store16(long address, int value) {
        try {
            SHORT.set(bytes, index(address), (short) value);
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 2, GuestFault.Direction.STORE);
        }
    }

    @Override
    public void store32(long address, int value) {
        try {
            INT.set(bytes, index(address), value);
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 4, GuestFault.Direction.STORE);
        }
    }

    @Override
    public void store64(long address, long value) {
        try {
            LONG.set(bytes, index(address), value);
        } catch (IndexOutOfBoundsException e) {
            throw fault(address, 8, GuestFault.Direction.STORE);
        }
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        System.arraycopy(bytes, index(address, length, GuestFault.Direction.LOAD), target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        System.arraycopy(source, offset, bytes, index(address, length, GuestFault.Direction.STORE), length);
    }

    @Override
    public void fill(long address, long length, int value) {
        int from = index(address, length, GuestFault.Direction.STORE);
        Arrays.fill(bytes, from, from + (int) length, (byte) value);
    }
}
