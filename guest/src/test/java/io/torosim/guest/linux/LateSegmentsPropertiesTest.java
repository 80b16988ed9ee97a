package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against a bit for each sequence number. */
final class LateSegmentsPropertiesTest {
    @Property
    void stretchesThatCome_areThoseThatAreFound(@ForAll int first, @ForAll long seed) {
        LateSegments late = new LateSegments();
        BitSet come = new BitSet();
        Random random = new Random(seed);
        int expected = 0;
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(3) > 0) {
                int start = expected + 1 + random.nextInt(80);
                int end = start + 1 + random.nextInt(30);
                assertThat(late.add(first + start, first + end)).isTrue();
                come.set(start, end);
            } else {
                int reached = expected + 1 + random.nextInt(20);
                come.set(expected, reached);
                int after = come.nextClearBit(expected);
                assertThat(late.after(first + reached) - first).isEqualTo(after);
                expected = after;
            }
        }
    }

    @Example
    void theSixtyFifthStretch_isForgotten_whatJoinsOthersIsNot() {
        LateSegments late = new LateSegments();
        for (int i = 1; i <= 64; i++) {
            assertThat(late.add(10 * i, 10 * i + 5)).isTrue();
        }
        assertThat(late.add(700, 705)).isFalse();
        assertThat(late.add(5, 640)).isTrue();
        assertThat(late.after(5)).isEqualTo(645);
        assertThat(late.add(700, 705)).isTrue();
    }

    @Example
    void theEndOfTheStream_isKnownUntilItIsCleared() {
        LateSegments late = new LateSegments();
        late.finAt(-7);
        assertThat(late.endsAt(-7)).isTrue();
        assertThat(late.endsAt(-6)).isFalse();
        late.clear();
        assertThat(late.endsAt(-7)).isFalse();
    }
}
