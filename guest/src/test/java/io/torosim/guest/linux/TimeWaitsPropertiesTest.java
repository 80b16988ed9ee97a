package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.time.Picos;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Connections in TIME_WAIT against a map. */
final class TimeWaitsPropertiesTest {
    private record Entry(int sequence, int acknowledgement, long endPs) {}

    @Property(tries = 30)
    void theyAreThereFor60Seconds_andNoLonger(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TimeWaits waits = new TimeWaits();
        Map<Long, Entry> model = new TreeMap<>();
        int ports = 1 + random.nextInt(500);
        long nowPs = 0;
        for (int i = 0; i < 3000; i++) {
            nowPs += random.nextLong(Picos.PER_SECOND);
            long key = 0xc0a8_0001L << 16 | 65_535 - random.nextInt(ports);
            switch (random.nextInt(4)) {
                case 0 -> {
                    waits.remove(key, nowPs);
                    model.remove(key);
                }
                case 1 -> {}
                default -> {
                    Entry entry = new Entry(random.nextInt(), random.nextInt(), nowPs + 60 * Picos.PER_SECOND);
                    waits.add(key, entry.sequence, entry.acknowledgement, nowPs);
                    model.put(key, entry);
                }
            }
            long asked = 0xc0a8_0001L << 16 | 65_535 - random.nextInt(ports);
            Entry entry = model.get(asked);
            boolean there = entry != null && entry.endPs > nowPs;
            assertThat(waits.contains(asked, nowPs)).isEqualTo(there);
            assertThat(waits.contains(asked ^ 1L << 20, nowPs))
                    .as("another address")
                    .isFalse();
            if (there) {
                assertThat(waits.sequence(asked)).isEqualTo(entry.sequence);
                assertThat(waits.acknowledgement(asked)).isEqualTo(entry.acknowledgement);
            }
        }
    }
}
