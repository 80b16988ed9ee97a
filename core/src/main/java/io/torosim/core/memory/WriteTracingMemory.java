package io.torosim.core.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A view of another memory that records every store and, once ranges have been declared, refuses every store that does not
 * lie wholly inside them. It shows that a device writes only into buffers it was given.
 *
 * <p>Loads pass through and are not recorded. A bulk store is one record. A refused store changes nothing, is recorded
 * under {@link #refused()} and throws {@link GuestFault}. Confined to the simulation thread. Cost: O(log ranges) and one
 * small object for each store.
 */
public final class WriteTracingMemory implements GuestMemory {
    private final GuestMemory memory;
    private final RangeSet<Long> declared = TreeRangeSet.create();
    private final List<Write> writes = new ArrayList<>();
    private final List<Write> refused = new ArrayList<>();
    private boolean confined;

    /**
     * One store.
     *
     * @param address guest-physical address of the first byte
     * @param sizeBytes number of bytes, at least 0
     */
    public record Write(long address, long sizeBytes) {}

    /** Creates a view of {@code memory} that records and refuses nothing. */
    public WriteTracingMemory(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Declares that stores may go to {@code [address, address + lengthBytes)}. From the first declaration on, stores
     * elsewhere are refused; adjoining declarations act as one range.
     *
     * @param address at least 0
     * @param lengthBytes at least 0; 0 allows nothing but still confines
     */
    public void declare(long address, long lengthBytes) {
        checkRange(address, lengthBytes);
        confined = true;
        declared.add(Range.closedOpen(address, address + lengthBytes));
    }

    /** Takes a declaration, or part of one, back. Stores stay confined to what remains. */
    public void withdraw(long address, long lengthBytes) {
        checkRange(address, lengthBytes);
        confined = true;
        declared.remove(Range.closedOpen(address, address + lengthBytes));
    }

    /** Returns the stores that were carried out, in their order. */
    public List<Write> writes() {
        return ImmutableList.copyOf(writes);
    }

    /** Returns the stores that were refused, in their order. */
    public List<Write> refused() {
        return ImmutableList.copyOf(refused);
    }

    /** Forgets the recorded stores; declarations stay. */
    public void clear() {
        writes.clear();
        refused.clear();
    }

    private static void checkRange(long address, long lengthBytes) {
        if (address < 0 || lengthBytes < 0 || address + lengthBytes < 0) {
            throw new IllegalArgumentException("range must lie in [0, 2^63), address=0x" + Long.toHexString(address)
                    + ", lengthBytes=" + lengthBytes);
        }
    }

    /** Checks before the store; {@link #done} records after it, so that a store that faults leaves no record. */
    private void check(long address, long size) {
        if (confined && size > 0) {
            boolean inside =
                    address >= 0 && address + size > 0 && declared.encloses(Range.closedOpen(address, address + size));
            if (!inside) {
                refused.add(new Write(address, size));
                throw new GuestFault("outside the declared ranges", address, size, GuestFault.Direction.STORE);
            }
        }
    }

    private void done(long address, long size) {
        writes.add(new Write(address, size));
    }

    @Override
    public void store8(long address, int value) {
        check(address, 1);
        memory.store8(address, value);
        done(address, 1);
    }

    @Override
    public void store16(long address, int value) {
        check(address, 2);
        memory.store16(address, value);
        done(address, 2);
    }

    @Override
    public void store32(long address, int value) {
        check(address, 4);
        memory.store32(address, value);
        done(address, 4);
    }

    @Override
    public void store64(long address, long value) {
        check(address, 8);
        memory.store64(address, value);
        done(address, 8);
    }

    @Override
    public void storeRelease16(long address, int value) {
        check(address, 2);
        memory.storeRelease16(address, value);
        done(address, 2);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        check(address, length);
        memory.copyIn(address, source, offset, length);
        done(address, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        check(address, length);
        memory.fill(address, length, value);
        done(address, length);
    }

    @Override
    public long sizeBytes() {
        return memory.sizeBytes();
    }

    @Override
    public int load8(long address) {
        return memory.load8(address);
    }

    @Override
    public int load16(long address) {
        return memory.load16(address);
    }

    @Override
    public int load32(long address) {
        return memory.load32(address);
    }

    @Override
    public long load64(long address) {
        return memory.load64(address);
    }

    @Override
    public int loadAcquire16(long address) {
        return memory.loadAcquire16(address);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        memory.copyOut(address, target, offset, length);
    }

    @Override
    public void fullFence() {
        memory.fullFence();
    }
}
