package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSetTest {
    private static final EventHandler IGNORE = (op, arg) -> {};

    @Test
    void millionEventsOfOneInstant_inThreeClasses_fireInOrderWithoutQuadraticCost() {
        EventSet set = new EventSet();
        long[] last = {-1, -1};
        long[] count = {0};
        EventHandler handler = (op, arg) -> {
            if (op == last[0]) {
                assertThat(arg).isGreaterThan(last[1]);
            } else {
                assertThat((long) op).isGreaterThan(last[0]);
            }
            last[0] = op;
            last[1] = arg;
            count[0]++;
        };
        for (int i = 0; i < 1_000_000; i++) {
            set.schedule(77, i % 3, handler, i % 3, i);
        }
        while (set.fireNext()) {
            assertThat(set.size()).isLessThan(1_000_000);
        }
        assertThat(count[0]).isEqualTo(1_000_000);
    }

    @Test
    void zeroDelayStorm_thatFeedsItself_firesOneMillionAtOneInstant() {
        Simulation simulation = new Simulation();
        long[] left = {1_000_000};
        EventHandler[] self = new EventHandler[1];
        self[0] = (op, arg) -> {
            if (left[0]-- > 0) {
                simulation.at(simulation.nowPs(), (int) (left[0] % 5), self[0], 0, 0);
            }
        };
        for (int i = 0; i < 100; i++) {
            simulation.at(9, 4, self[0], 0, 0);
        }
        simulation.runUntil(9);
        assertThat(simulation.firedCount()).isEqualTo(1_000_100);
        assertThat(simulation.pendingCount()).isZero();
    }

    @Test
    void staleHandle_staysStaleWhenItsSlotIsUsedAgain() {
        EventSet set = new EventSet();
        long stale = set.schedule(1, 0, IGNORE, 0, 0);
        assertThat(set.cancel(stale)).isTrue();
        long fresh = set.schedule(1, 0, IGNORE, 0, 0);
        assertThat((int) fresh).as("same slot").isEqualTo((int) stale);
        assertThat(set.cancel(stale)).isFalse();
        assertThat(set.reschedule(stale, 5)).isFalse();
        assertThat(set.isPending(stale)).isFalse();
        assertThat(set.isPending(fresh)).isTrue();
        assertThat(set.cancel(EventSet.NO_HANDLE)).isFalse();
        assertThat(set.isPending(EventSet.NO_HANDLE)).isFalse();
    }

    @Test
    void handleOfAnotherSet_isRefused() {
        EventSet one = new EventSet();
        EventSet other = new EventSet();
        long handle = one.schedule(1, 0, IGNORE, 0, 0);
        other.schedule(1, 0, IGNORE, 0, 0);
        assertThatThrownBy(() -> other.cancel(handle)).hasMessageContaining("handle=" + handle);
        assertThatThrownBy(() -> other.reschedule(handle, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.isPending(handle)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.timePs(handle)).isInstanceOf(IllegalArgumentException.class);
        assertThat(one.isPending(handle)).isTrue();
        assertThat(other.size()).isEqualTo(1);
    }

    @Test
    void pendingEvent_tellsItsTimeAndClass_aStaleHandleNone() {
        EventSet set = new EventSet();
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            handles.add(set.schedule(1000 - i, i, IGNORE, 0, 0));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(set.timePs(handles.get(i))).isEqualTo(1000 - i);
            assertThat(set.priority(handles.get(i))).isEqualTo(i);
        }
        set.reschedule(handles.get(7), 5000);
        assertThat(set.timePs(handles.get(7))).isEqualTo(5000);
        set.cancel(handles.get(7));
        assertThatThrownBy(() -> set.timePs(handles.get(7))).hasMessageContaining("not pending");
        assertThatThrownBy(() -> set.priority(EventSet.NO_HANDLE)).hasMessageContaining("not pending");
    }

    @Test
    void slotWhoseGenerationsAreUsedUp_isRetired() {
        EventRecords records = new EventRecords(100);
        int slot = records.acquire(0, 0, IGNORE, 0, 0);
        long first = records.handle(slot);
        records.release(slot);
        records.age(slot, -2); // the next use is its last
        assertThat(records.acquire(0, 0, IGNORE, 0, 0)).isEqualTo(slot);
        records.release(slot);
        assertThat(records.acquire(0, 0, IGNORE, 0, 0)).isNotEqualTo(slot);
        assertThat(records.slotOf(first)).isEqualTo(EventRecords.NONE);
    }

    @Test
    void fullSet_refusesAndStaysWhole() {
        EventSet set = new EventSet(40);
        for (int i = 0; i < 40; i++) {
            set.schedule(i, 0, IGNORE, 0, i);
        }
        assertThatThrownBy(() -> set.schedule(1, 0, IGNORE, 0, 0)).hasMessageContaining("at most 40");
        assertThat(set.size()).isEqualTo(40);
        assertThat(set.fireNext()).isTrue();
        assertThat(set.schedule(1, 0, IGNORE, 0, 0)).isNotEqualTo(EventSet.NO_HANDLE);
    }

    @Test
    void outOfMemory_leavesTheSetWholeAndInOrder() throws Exception {
        String launcher = System.getProperty("java.home") + "/bin/java";
        String path = System.getProperty("jdk.module.path")
                + java.io.File.pathSeparator
                + System.getProperty("java.class.path")
                + java.io.File.pathSeparator
                + locationOf(EventSet.class)
                + java.io.File.pathSeparator
                + locationOf(OutOfMemoryRun.class);
        Process process = new ProcessBuilder(
                        launcher, "-Xmx48m", "-XX:+UseSerialGC", "-cp", path, OutOfMemoryRun.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).startsWith("refused, then fired ");
    }

    @Test
    void badArguments_areRefused() {
        EventSet set = new EventSet();
        set.schedule(10, 0, IGNORE, 0, 0);
        set.fireNext();
        assertThatThrownBy(() -> set.schedule(9, 0, IGNORE, 0, 0)).hasMessageContaining("timePs=9");
        assertThatThrownBy(() -> set.schedule(10, -1, IGNORE, 0, 0)).hasMessageContaining("priority=-1");
        assertThatThrownBy(() -> set.schedule(10, 32_768, IGNORE, 0, 0)).hasMessageContaining("priority=32768");
        assertThatThrownBy(() -> set.schedule(10, 0, null, 0, 0)).isInstanceOf(NullPointerException.class);
        assertThat(set.size()).isZero();
    }

    @Test
    void handlersOfAllEvents_areTheOnesGiven() {
        EventSet set = new EventSet();
        List<String> fired = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int id = i;
            set.schedule(100 - i, 0, (op, arg) -> fired.add(id + ":" + op + ":" + arg), -i, i * 7L);
        }
        while (set.fireNext()) {}
        assertThat(fired).hasSize(60).startsWith("59:-59:413", "58:-58:406").endsWith("0:0:0");
    }

    private static String locationOf(Class<?> type) throws Exception {
        return java.nio.file.Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** Lists of one, of few and of many in one bucket of each level, of even and odd length: looked through, and gone through from both ends. */
    @Test
    void listsOfEachLengthAndLevel_areTakenInOrder() {
        for (int level = 1; level < 8; level++) {
            for (int length = 1; length <= 12; length++) {
                EventSet set = new EventSet();
                for (int i = 0; i < 60; i++) { // so that the wheel is in use to the end
                    set.schedule(Long.MAX_VALUE - i, 0, IGNORE, 0, 0);
                }
                long bucketPs = 3L << (8 * level);
                long stepPs = Math.max(1, (1L << (8 * level)) / 16);
                List<Long> expected = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    long timePs = bucketPs + (i * 7L % length) * stepPs;
                    set.schedule(timePs, 0, IGNORE, 0, timePs);
                    expected.add(timePs);
                }
                expected.sort(null);
                assertThat(set.take(bucketPs - 1)).isNegative();
                for (long timePs : expected) {
                    assertThat(set.take(timePs - 1))
                            .as("level %d, %d events", level, length)
                            .isNegative();
                    assertThat(set.nextTimePs()).isEqualTo(timePs);
                    assertThat(set.arg(set.take(timePs))).isEqualTo(timePs);
                }
            }
        }
    }

    @Test
    void aFewEventsOfOneBucket_keepTheirOrder_whenOthersComeAndGo() {
        EventSet set = new EventSet();
        for (int i = 0; i < 60; i++) {
            set.schedule(Long.MAX_VALUE - i, 0, IGNORE, 0, 0);
        }
        long far = 5L << 24;
        set.schedule(far + 9, 1, IGNORE, 0, 1);
        long cancelled = set.schedule(far + 2, 0, IGNORE, 0, 2);
        set.schedule(far + 9, 0, IGNORE, 0, 3);
        assertThat(set.cancel(cancelled)).isTrue();
        set.schedule(far + 1, 0, IGNORE, 0, 4);
        assertThat(set.arg(set.take(Long.MAX_VALUE))).isEqualTo(4);
        set.schedule(far + 9, 0, IGNORE, 0, 5);
        long moved = set.schedule(far + 3, 0, IGNORE, 0, 6);
        assertThat(set.reschedule(moved, far + 9)).isTrue();
        set.schedule(far + 4, 0, IGNORE, 0, 7);
        set.schedule(far + 4, 0, IGNORE, 0, 8);
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            taken.add(set.arg(set.take(Long.MAX_VALUE)));
        }
        assertThat(taken).containsExactly(7L, 8L, 3L, 5L, 6L, 1L);
    }

    /** One simulation in 1,024 cannot tell whose handle it is; it must not cancel an event of its own for it. */
    @Test
    void handleOfAnotherSet_neverNamesAnEvent() {
        EventSet first = new EventSet();
        long[] foreign = {first.schedule(1, 0, IGNORE, 0, 0), first.schedule(2, 0, IGNORE, 0, 0)};
        int stale = 0;
        for (int i = 0; i < 100_000; i++) {
            EventSet other = new EventSet();
            other.schedule(1, 0, IGNORE, 0, 0);
            other.schedule(2, 0, IGNORE, 0, 0);
            for (long handle : foreign) {
                try {
                    assertThat(other.cancel(handle)).isFalse();
                    stale++;
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining("another simulation");
                }
            }
            assertThat(other.size()).isEqualTo(2);
        }
        assertThat(stale).isBetween(100, 300);
    }
}
