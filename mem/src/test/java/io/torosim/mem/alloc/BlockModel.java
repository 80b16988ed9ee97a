package io.torosim.mem.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.SparseRam;
import java.util.Map;
import java.util.TreeMap;

/** The reference model: which bytes belong to whom and what was written there. Knows nothing of headers or lists. */
final class BlockModel {
    private final SparseRam ram;
    private final TreeMap<Long, Block> live = new TreeMap<>();
    private int nextMark = 1;

    record Block(long size, int mark) {}

    BlockModel(SparseRam ram) {
        this.ram = ram;
    }

    int count() {
        return live.size();
    }

    long pick(int index) {
        int i = index % live.size();
        for (long address : live.keySet()) {
            if (i-- == 0) {
                return address;
            }
        }
        throw new AssertionError();
    }

    long size(long address) {
        return live.get(address).size();
    }

    /** A new block: it must overlap none (eight bytes of header included) and lie in [from, end). Its bytes are marked. */
    void add(long address, long size, long from, long end) {
        assertThat(address - 8).isGreaterThanOrEqualTo(from);
        assertThat(address + size).isLessThanOrEqualTo(end);
        Map.Entry<Long, Block> below = live.floorEntry(address);
        if (below != null) {
            assertThat(below.getKey() + below.getValue().size()).isLessThanOrEqualTo(address - 8);
        }
        Map.Entry<Long, Block> above = live.higherEntry(address);
        if (above != null) {
            assertThat(address + size).isLessThanOrEqualTo(above.getKey() - 8);
        }
        int mark = nextMark++ & 0xff;
        ram.fill(address, size, mark);
        live.put(address, new Block(size, mark));
    }

    /** Checks that the first {@code bytes} bytes at {@code address} still carry the mark. */
    void checkContents(long address, int mark, long bytes) {
        byte[] found = new byte[(int) bytes];
        ram.copyOut(address, found, 0, found.length);
        for (byte b : found) {
            if ((b & 0xff) != mark) { // an assertion object for every byte would be most of the test's time
                throw new AssertionError(
                        "byte of block 0x" + Long.toHexString(address) + " must be " + mark + ", byte=" + (b & 0xff));
            }
        }
    }

    /** Checks the block's contents and forgets it. */
    Block remove(long address) {
        Block block = live.remove(address);
        checkContents(address, block.mark(), block.size());
        return block;
    }

    void checkAll() {
        live.forEach((address, block) -> checkContents(address, block.mark(), block.size()));
    }
}
