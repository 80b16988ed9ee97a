package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The script that goes one by one over each power of two: no index near one is jumped over. */
class MilestonesTest {
    /** A release of one 16-bit word to {@code wrong} in front of that to {@code right}. */
    private static GuestMemory stumbling(GuestMemory memory, long word, int right, int wrong, Set<Integer> seen) {
        return new ForwardingMemory() {
            @Override
            GuestMemory target() {
                return memory;
            }

            @Override
            public void storeRelease16(long address, int value) {
                if (address == word && value == right) {
                    super.storeRelease16(address, wrong);
                }
                if (address == word) {
                    seen.add(value);
                }
                super.storeRelease16(address, value);
            }
        };
    }

    @Test
    void eachIndexNearAPowerOfTwo_isStored_byBothSides() {
        for (String name : new String[] {"split q=64", "split+event_idx+in_order q=64"}) {
            QueueMode mode = QueueMode.parse(name);
            Set<Integer> used = new HashSet<>();
            Set<Integer> available = new HashSet<>();
            RunResult result = ScriptRunner.run(
                    DriverScript.milestones(mode, 16),
                    (memory, layout, features) -> DriverQueue.create(
                            stumbling(memory, SplitRing.availIdx(layout.driverAddr()), -1, 0, available),
                            layout,
                            features),
                    (memory, layout, features) -> DeviceQueue.create(
                            stumbling(memory, SplitRing.usedIdx(layout.deviceAddr()), -1, 0, used), layout, features));
            assertThat(result.ok()).as(result.toString()).isTrue();
            assertThat(result.buffers()).isEqualTo(65_544);
            for (int power = 8; power <= 16; power++) {
                for (int near = -7; near <= 8; near++) {
                    assertThat(used).contains((1 << power) + near & 0xffff);
                    assertThat(available).contains((1 << power) + near & 0xffff);
                }
            }
        }
    }

    @Test
    void usedIndexOneTooFar_forAMomentAtTheWrap_isNamed() {
        for (int at : new int[] {0, 0xffff, 0x8000, 0x100}) {
            RunResult result = ScriptRunner.run(
                    DriverScript.milestones(QueueMode.parse("split q=64"), 16),
                    DriverQueue::create,
                    (memory, layout, features) -> DeviceQueue.create(
                            stumbling(
                                    memory,
                                    SplitRing.usedIdx(layout.deviceAddr()),
                                    at,
                                    at + 1 & 0xffff,
                                    new HashSet<>()),
                            layout,
                            features));
            assertThat(result.violations().get(0).rule()).isEqualTo(Rule.U2);
            assertThat(result.blame()).isEqualTo(Side.DEVICE);
        }
    }

    @Test
    void everyKindOfBuffer_isInIt() {
        Set<String> shapes = new HashSet<>();
        for (DriverScript.Step step :
                DriverScript.milestones(QueueMode.parse("packed q=64"), 9).steps()) {
            if (step.kind() == DriverScript.Kind.SUBMIT && step.amount() == 1) {
                shapes.add(step.readable().size() + " " + step.writable().size());
            }
        }
        for (int readable = 0; readable <= 3; readable++) {
            for (int writable = 0; writable <= 3; writable++) {
                assertThat(shapes.contains(readable + " " + writable)).isEqualTo(readable + writable > 0);
            }
        }
    }
}
