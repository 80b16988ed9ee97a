package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.testkit.QueueMode;
import org.junit.jupiter.api.Test;

/** Completion in order and out of it. */
final class QueueOrderTest extends QueueHalves {
    @Test
    void completionOrder_isFree_withoutInOrder_andHeldTo_withIt() {
        for (QueueMode mode : modes()) {
            Pair p = new Pair(mode);
            int a = p.send(0, 1);
            int b = p.send(0, 1);
            BufferChain first = p.pop();
            BufferChain second = p.pop();
            if (mode.inOrder()) {
                assertThatThrownBy(() -> p.device.complete(second.token(), 8))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("IN_ORDER");
                p.finish(first, 3);
                p.finish(second, 8);
            } else {
                p.finish(second, 8);
                p.finish(first, 3);
            }
            p.driver.poll(p.used);
            assertThat(p.used.id()).isEqualTo(mode.inOrder() ? a : b);
            p.driver.poll(p.used);
            assertThat(p.used.id()).isEqualTo(mode.inOrder() ? b : a);
        }
    }

    @Test
    void inOrderBatch_writesOneEntry_forBuffersFilledToTheirEnd() {
        for (QueueMode mode : modes()) {
            if (!mode.inOrder() || mode.size() != 4) {
                continue;
            }
            Pair p = new Pair(mode);
            for (int i = 0; i < 4; i++) {
                p.send(0, 1);
            }
            long[] written = {8, 8, 3, 8};
            for (long w : written) {
                BufferChain c = p.pop();
                p.device.complete(c.token(), w);
            }
            p.device.publish();
            if (!mode.packed()) {
                long used = p.layout.deviceAddr();
                // the entry of the third buffer stands in the slot of the first; the fourth has its own
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 0))).isEqualTo(3L << 32 | 2);
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 1))).isZero();
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 2))).isZero();
                assertThat(p.memory.load64(SplitRing.usedSlot(used, 3))).isEqualTo(8L << 32 | 3);
            }
            for (int i = 0; i < 4; i++) {
                assertThat(p.driver.poll(p.used)).isTrue();
                assertThat(p.used.id()).isEqualTo(i);
                assertThat(p.used.lengthBytes()).isEqualTo(written[i]);
            }
            assertThat(p.driver.poll(p.used)).isFalse();
            assertThat(p.driver.freeDescriptors()).isEqualTo(4);
        }
    }

    @Test
    void inOrderDriver_refusesWhatIsNotInOrder() {
        QueueMode mode = new QueueMode(false, false, false, false, true, 4);
        Pair p = new Pair(mode);
        p.send(0, 1);
        p.send(0, 1);
        // one used entry, for the second buffer: claims a batch of two, but used.idx says one
        p.memory.store32(SplitRing.usedSlot(p.layout.deviceAddr(), 0), 1);
        p.memory.store16(SplitRing.usedIdx(p.layout.deviceAddr()), 1);
        assertThat(p.driver.poll(p.used)).isFalse();
        assertThat(p.driver.error().rule()).isEqualTo(Rule.U9);
    }
}
