package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.queue.DriverQueue.VirtqueueBuffer;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import org.junit.jupiter.api.Test;

/** A chain of elements as one run of bytes. */
final class BufferChainTest extends QueueHalves {
    @Test
    void bufferChain_copiesAcrossElements() {
        FlatMemory memory = new FlatMemory(0x10000);
        BufferChain chain = new BufferChain();
        chain.clear();
        chain.addReadable(0x100, 3);
        chain.addReadable(0x200, 2);
        chain.addWritable(0x300, 1);
        chain.addWritable(0x400, 4);
        assertThatThrownBy(() -> chain.addReadable(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chain.addWritable(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chain.addWritable(0, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        memory.copyIn(0x100, new byte[] {1, 2, 3}, 0, 3);
        memory.copyIn(0x200, new byte[] {4, 5}, 0, 2);
        byte[] got = new byte[8];
        assertThat(chain.read(memory, 0, got, 1, 7)).isEqualTo(5);
        assertThat(got).containsExactly(0, 1, 2, 3, 4, 5, 0, 0);
        assertThat(chain.read(memory, 2, got, 0, 2)).isEqualTo(2);
        assertThat(got).startsWith(3, 4);
        assertThat(chain.read(memory, 3, got, 0, 1)).isEqualTo(1);
        assertThat(got[0]).isEqualTo((byte) 4);
        assertThat(chain.read(memory, 5, got, 0, 1)).isZero();
        assertThat(chain.write(memory, 0, new byte[] {7, 8, 9, 10, 11, 12}, 1, 5))
                .isEqualTo(5);
        assertThat(memory.load8(0x300)).isEqualTo(8);
        assertThat(memory.load32(0x400)).isEqualTo(0x0c0b0a09);
        assertThat(chain.write(memory, 4, new byte[] {1, 1, 1}, 0, 3)).isEqualTo(1);
        assertThat(memory.load8(0x403)).isEqualTo(1);
        VirtqueueBuffer value = VirtqueueBuffer.of(chain);
        assertThat(value.elements()).hasSize(4);
        assertThat(value.elements().get(2)).isEqualTo(new VirtqueueBuffer.Element(0x300, 1, true));
        assertThat(value.read(memory)).containsExactly(1, 2, 3, 4, 5);
        assertThat(value.write(memory, new byte[] {6})).isEqualTo(1);
        assertThat(memory.load8(0x300)).isEqualTo(6);
        assertThat(value.chain().token()).isEqualTo(-1);
        chain.clear();
        assertThat(chain.count() + chain.readableCount()).isZero();
        assertThat(chain.readableBytes() + chain.writableBytes()).isZero();
        Pair p = new Pair(QueueMode.all(4).get(0));
        assertThat(VirtqueueBuffer.pop(p.device)).isNull();
        p.send(1, 1);
        assertThat(VirtqueueBuffer.pop(p.device).elements()).hasSize(2);
    }
}
