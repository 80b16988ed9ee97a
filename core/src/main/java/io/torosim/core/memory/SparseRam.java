package io.torosim.core.memory;

import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.core.memory.GuestMemory.PlainBytes;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RAM from guest-physical 0 up to 1 TiB that costs only what is stored to: pages of 64 KiB come into being at the first
 * store, and what was never stored to reads as zero.
 *
 * <p>The idea: page numbers below 4 GiB index a plain array (its length is also the range check), so that a load is one
 * compare, one array read and one {@link VarHandle} access; everything else (higher pages, accesses that cross a page, the
 * incomplete last page, untouched pages, faults) takes the slow way through one method. The class is final and has no
 * supertypes with state: code that names it, rather than {@link GuestMemory}, keeps calls monomorphic.
 *
 * <p>Unaligned accesses are allowed, as on x86. Accesses in order of the program, every store visible at once. Confined to
 * the simulation thread.
 *
 * <p>Cost: at most 256 KiB of page table at creation (4 bytes for each 64 KiB of RAM below 4 GiB), then 64 KiB for each
 * page stored to. Scalar accesses allocate nothing else.
 */
public final class SparseRam implements GuestMemory {
    /** The largest RAM, in bytes: 1 TiB. */
    public static final long MAX_BYTES = 1L << 40;

    /** Granularity at which memory comes into being, in bytes. */
    public static final int PAGE_BYTES = 1 << 16;

    private static final int PAGE_SHIFT = 16;
    private static final int PAGE_MASK = PAGE_BYTES - 1;
    private static final long DIRECT_BYTES = 1L << 32;

    // Bounds below are written as the handles write theirs, offset < length - 3, so that one of the two checks goes
    // away.
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long sizeBytes;
    private final byte[][] direct; // whole pages below 4 GiB; null = never stored to
    private final Long2ObjectOpenHashMap<byte[]> others = new Long2ObjectOpenHashMap<>();
    private int touchedPages;

    /**
     * Creates RAM in which every byte is zero.
     *
     * @param sizeBytes in {@code [1, 2^40]}
     */
    public SparseRam(long sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > MAX_BYTES) {
            throw new IllegalArgumentException("sizeBytes must be in [1, 2^40], sizeBytes=" + sizeBytes);
        }
        this.sizeBytes = sizeBytes;
        this.direct = new byte[(int) (Math.min(sizeBytes, DIRECT_BYTES) >>> PAGE_SHIFT)][];
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Returns how many bytes of host memory the pages take: a multiple of {@link #PAGE_BYTES}. */
    public long touchedBytes() {
        return (long) touchedPages * PAGE_BYTES;
    }

    @Override
    public int load8(long address) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            if (page != null) {
                return page[(int) address & PAGE_MASK] & 0xff;
            }
        }
        return (int) slowLoad(address, 1);
    }

    @Override
    public int load16(long address) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 1) {
                return (short) SHORT.get(page, offset) & 0xffff;
            }
        }
        return (int) slowLoad(address, 2);
    }

    @Override
    public int load32(long address) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 3) {
                return (int) INT.get(page, offset);
            }
        }
        return (int) slowLoad(address, 4);
    }

    @Override
    public long load64(long address) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 7) {
                return (long) LONG.get(page, offset);
            }
        }
        return slowLoad(address, 8);
    }

    @Override
    public void store8(long address, int value) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            if (page != null) {
                page[(int) address & PAGE_MASK] = (byte) value;
                return;
            }
        }
        slowStore(address, 1, value);
    }

    @Override
    public void store16(long address, int value) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 1) {
                SHORT.set(page, offset, (short) value);
                return;
            }
        }
        slowStore(address, 2, value);
    }

    @Override
    public void store32(long address, int value) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 3) {
                INT.set(page, offset, value);
                return;
            }
        }
        slowStore(address, 4, value);
    }

    @Override
    public void store64(long address, long value) {
        long number = address >>> PAGE_SHIFT;
        if (number < direct.length) {
            byte[] page = direct[(int) number];
            int offset = (int) address & PAGE_MASK;
            if (page != null && offset < page.length - 7) {
                LONG.set(page, offset, value);
                return;
            }
        }
        slowStore(address, 8, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        check(address, length, GuestFault.Direction.LOAD);
        Objects.checkFromIndexSize(offset, length, target.length);
        int done = 0;
        while (done < length) {
            long at = address + done;
            int within = (int) at & PAGE_MASK;
            int part = Math.min(length - done, PAGE_BYTES - within);
            byte[] page = page(at);
            if (page == null) {
                Arrays.fill(target, offset + done, offset + done + part, (byte) 0);
            } else {
                System.arraycopy(page, within, target, offset + done, part);
            }
            done += part;
        }
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        check(address, length, GuestFault.Direction.STORE);
        Objects.checkFromIndexSize(offset, length, source.length); // before the first byte is stored
        int done = 0;
        while (done < length) {
            long at = address + done;
            int within = (int) at & PAGE_MASK;
            int part = Math.min(length - done, PAGE_BYTES - within);
            System.arraycopy(source, offset + done, touch(at), within, part);
            done += part;
        }
    }

    /** {@inheritDoc} Here: a range inside one page, which counts as stored to from then on. */
    @Override
    public @Nullable PlainBytes plain(long address, int lengthBytes) {
        int within = (int) address & PAGE_MASK;
        if (address < 0 || lengthBytes < 1 || address > sizeBytes - lengthBytes || lengthBytes > PAGE_BYTES - within) {
            return null;
        }
        return new PlainBytes(touch(address), within);
    }

    /** {@inheritDoc} Zeroes stored to pages that were never touched leave them untouched. */
    @Override
    public void fill(long address, long length, int value) {
        check(address, length, GuestFault.Direction.STORE);
        long done = 0;
        while (done < length) {
            long at = address + done;
            int within = (int) at & PAGE_MASK;
            int part = (int) Math.min(length - done, PAGE_BYTES - within);
            byte[] page = (byte) value == 0 ? page(at) : touch(at);
            if (page != null) {
                Arrays.fill(page, within, within + part, (byte) value);
            }
            done += part;
        }
    }

    /** Loads {@code size} bytes one by one; also where a load faults. */
    private long slowLoad(long address, int size) {
        check(address, size, GuestFault.Direction.LOAD);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            byte[] page = page(address + i);
            value = value << 8 | (page == null ? 0 : page[(int) (address + i) & PAGE_MASK] & 0xff);
        }
        return value;
    }

    /** Stores {@code size} bytes one by one; also where a page comes into being and where a store faults. */
    private void slowStore(long address, int size, long value) {
        check(address, size, GuestFault.Direction.STORE);
        for (int i = 0; i < size; i++) {
            touch(address + i)[(int) (address + i) & PAGE_MASK] = (byte) (value >>> 8 * i);
        }
    }

    private void check(long address, long size, GuestFault.Direction direction) {
        if (size < 0) {
            throw new IllegalArgumentException("length must not be negative, length=" + size);
        }
        if (address < 0 || address > sizeBytes - size) {
            throw new GuestFault("outside RAM of " + sizeBytes + " bytes", address, size, direction);
        }
    }

    private byte[] page(long address) {
        long number = address >>> PAGE_SHIFT;
        return number < direct.length ? direct[(int) number] : others.get(number);
    }

    private byte[] touch(long address) {
        byte[] page = page(address);
        if (page == null) {
            page = new byte[PAGE_BYTES];
            long number = address >>> PAGE_SHIFT;
            if (number < direct.length) {
                direct[(int) number] = page;
            } else {
                others.put(number, page);
            }
            touchedPages++;
        }
        return page;
    }
}
