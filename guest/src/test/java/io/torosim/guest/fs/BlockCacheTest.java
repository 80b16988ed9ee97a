package io.torosim.guest.fs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BlockCacheTest {
    private final BlockCache cache = new BlockCache(bytes -> 0);

    private void readAndPut(long block) {
        int head = cache.take();
        cache.append(head, block);
        cache.get(head);
        cache.put(head);
    }

    @Test
    void full_evictsTheOldestFreeBlock() {
        for (int block = 0; block < BlockCache.MAX_BUFFERS; block++) {
            readAndPut(block);
        }
        readAndPut(5500);
        assertThat(cache.findFree(0)).as("given up").isEqualTo(BlockCache.NONE);
        assertThat(cache.compared()).isEqualTo(BlockCache.MAX_BUFFERS);
        int head = cache.findFree(1);
        assertThat(head).isEqualTo(1);
        assertThat(cache.inUseCount()).isEqualTo(1);
    }

    @Test
    void fullOfBlocksInUse_givesNone() {
        for (int block = 0; block < BlockCache.MAX_BUFFERS; block++) {
            int head = cache.take();
            cache.append(head, block);
            cache.get(head);
        }
        assertThat(cache.take()).isEqualTo(BlockCache.NONE);
        cache.put(7);
        assertThat(cache.take()).isEqualTo(7);
    }
}
