package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where everything there is can be tried, it is. What takes longer than seconds needs {@code -Plong-search}. */
class ExhaustiveTest {
    private static final int MOST_RUNS = 200_000;

    private static void onlyInTheLongSearch() {
        assumeTrue(Boolean.getBoolean("torosim.longSearch"), "needs -Plong-search");
    }

    /** An event is due iff the event's distance from the old index is less than the new index's. */
    private static boolean agrees(int event, int now, int old) {
        return SplitRing.needEvent(event, now, old) == ((event - old & 0xffff) < (now - old & 0xffff));
    }

    /** With old = 0 that is: iff event &lt; new. Every event against batches up to 40 and against borders; every shift. */
    @Test
    void splitNeedEvent_everyEvent_everyShift() {
        int wrong = 0;
        for (int event = 0; event < 0x10000; event++) {
            for (int now = 0; now < 40; now++) {
                wrong += SplitRing.needEvent(event, now, 0) == (event < now) ? 0 : 1;
                wrong += SplitRing.needEvent(event, 0xffff - now, 0) == (event < 0xffff - now) ? 0 : 1;
                wrong += agrees(event, event + now + 1 & 0xffff, event) ? 0 : 1;
                wrong += agrees(event, event - now & 0xffff, event + 1 & 0xffff) ? 0 : 1;
            }
        }
        assertThat(wrong).isZero();
    }

    /** All 2^32 pairs of distances: the predicate depends on nothing else, which the shifts above show. */
    @Test
    void splitNeedEvent_allPairs() {
        onlyInTheLongSearch();
        long wrong = 0;
        for (int old : new int[] {0, 0x8001}) {
            for (int event = 0; event < 0x10000; event++) {
                int e = event + old & 0xffff;
                for (int now = 0; now < 0x10000; now++) {
                    wrong += SplitRing.needEvent(e, now + old & 0xffff, old) == (event < now) ? 0 : 1;
                }
            }
        }
        assertThat(wrong).isZero();
    }

    /** Sizes 1 to 16, every place of the event, every end and every number of slots passed, both event flags. */
    @Test
    void packedNeedEvent_everyOffsetAndWrap() {
        int tried = 0;
        for (int q = 1; q <= 16; q++) {
            for (int start = 0; start < 2 * q; start++) {
                for (int passed = 0; passed <= q; passed++) {
                    int end = (start + passed) % (2 * q);
                    for (int event = 0; event < 2 * q; event++) {
                        boolean hit = false;
                        for (int i = 0; i < passed; i++) {
                            hit |= (start + i) % (2 * q) == event;
                        }
                        int area = event % q | (event < q ? 0x8000 : 0) | PackedRing.EVENT_DESC << 16;
                        if (PackedRing.needEvent(area, true, q, end % q, end < q, passed) != hit) {
                            throw new AssertionError(
                                    "q " + q + " start " + start + " passed " + passed + " event " + event);
                        }
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isEqualTo(79_968);
    }

    /** Every split ring of 1 to 4 descriptors, each with every next in and just out of range, NEXT and WRITE or not. */
    @Test
    void everySplitChain_onRingsOf1To4() {
        int rings = 0;
        for (int q = 1; q <= 4; q = 2 * q) {
            QueueLayout layout = QueueLayout.split(0x1000, q);
            int each = 4 * (q + 1);
            for (int code = 0; code < pow(each, q); code++) {
                FlatMemory memory = new FlatMemory(0x2000);
                int[] flags = new int[q];
                int[] next = new int[q];
                for (int i = 0, rest = code; i < q; i++, rest /= each) {
                    flags[i] = rest % each & 3;
                    next[i] = (rest % each) >> 2;
                    long at = layout.descAddr() + 16L * i;
                    memory.store64(at, 16L * i);
                    memory.store32(at + 8, i + 1);
                    memory.store16(at + 12, flags[i]);
                    memory.store16(at + 14, next[i]);
                }
                memory.store16(SplitRing.availIdx(layout.driverAddr()), 1);
                for (int head = code % 7 == 0 ? q : 0; head >= 0; head--) { // heads but 0 for a seventh of the rings
                    memory.store16(SplitRing.availSlot(layout.driverAddr(), 0), head);
                    List<Integer> expected = chain(q, head, flags, next);
                    same(expected, DeviceQueue.create(memory, layout, 1L << 32), "split q " + q + " code " + code);
                    rings++;
                }
            }
        }
        assertThat(rings).isGreaterThan(160_000);
    }

    /** What a chain is by the letter: the indices, or null where it has none. */
    private static List<Integer> chain(int q, int head, int[] flags, int[] next) {
        List<Integer> indices = new ArrayList<>();
        boolean written = false;
        int i = head;
        while (true) {
            if (i >= q || indices.size() == q || written && (flags[i] & 2) == 0) {
                return null;
            }
            indices.add(i);
            written |= (flags[i] & 2) != 0;
            if ((flags[i] & 1) == 0) {
                return indices;
            }
            i = next[i];
        }
    }

    /** Every packed ring of 1 to 4 slots, each with NEXT and WRITE or not and any AVAIL and USED. */
    @Test
    void everyPackedList_onRingsOf1To4() {
        int rings = 0;
        for (int q = 1; q <= 4; q++) {
            QueueLayout layout = QueueLayout.packed(0x1000, q);
            for (int code = 0; code < pow(16, q); code++) {
                FlatMemory memory = new FlatMemory(0x2000);
                int[] flags = new int[q];
                for (int i = 0; i < q; i++) {
                    int bits = code >> 4 * i & 15;
                    flags[i] = bits & 3 | (bits & 4) << 5 | (bits & 8) << 12;
                    long at = layout.descAddr() + 16L * i;
                    memory.store64(at, 16L * i);
                    memory.store32(at + 8, i + 1);
                    memory.store16(at + 14, flags[i]);
                }
                DeviceQueue device = DeviceQueue.create(memory, layout, 1L << 32 | 1L << 34);
                if (!PackedRing.isAvailable(flags[0], true)) {
                    assertThat(device.pop(new BufferChain())).isFalse();
                    assertThat(device.error()).isNull();
                } else {
                    same(list(q, flags), device, "packed q " + q + " code " + code);
                }
                rings++;
            }
        }
        assertThat(rings).isEqualTo(16 + 256 + 4096 + 65536);
    }

    private static List<Integer> list(int q, int[] flags) {
        List<Integer> slots = new ArrayList<>();
        boolean written = false;
        for (int i = 0; i < q; i++) {
            if (!PackedRing.isAvailable(flags[i], true) || written && (flags[i] & 2) == 0) {
                return null;
            }
            slots.add(i);
            written |= (flags[i] & 2) != 0;
            if ((flags[i] & 1) == 0) {
                return slots;
            }
        }
        return null;
    }

    private static void same(List<Integer> expected, DeviceQueue device, String what) {
        BufferChain chain = new BufferChain();
        boolean popped = device.pop(chain);
        boolean right = popped == (expected != null) && (device.error() == null) == popped;
        for (int i = 0; right && popped && i < expected.size(); i++) {
            right = chain.count() == expected.size()
                    && chain.address(i) == 16L * expected.get(i)
                    && chain.length(i) == expected.get(i) + 1;
        }
        if (!right) {
            throw new AssertionError(what + ": " + expected + ", " + device.error());
        }
    }

    private static int pow(int base, int exponent) {
        int result = 1;
        for (int i = 0; i < exponent; i++) {
            result *= base;
        }
        return result;
    }

    /** One buffer each way: all runs with at most three departures from the plain one, of access order and of stores. */
    @Test
    void oneBuffer_allWaysWithThreeDeviations() {
        onlyInTheLongSearch();
        for (QueueMode mode : QueueMode.all(2)) {
            if (mode.indirect() || mode.legacy()) {
                continue;
            }
            for (StoreOrder order : StoreOrder.values()) {
                ChoiceSearch.Outcome outcome = ChoiceSearch.bounded(
                        Interleaving.of(mode, 1, order, DriverQueue::create, DeviceQueue::create), 3, MOST_RUNS);
                assertThat(outcome.failure()).as(mode + " " + order).isNull();
                assertThat(outcome.runs())
                        .as(mode + " " + order + " is exhausted")
                        .isBetween(2000, MOST_RUNS - 1);
            }
        }
    }
}
