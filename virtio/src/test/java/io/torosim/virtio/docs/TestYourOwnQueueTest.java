package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.Interleaving;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The example of docs/virtio.md: what is between the marks stands there word for word. */
class TestYourOwnQueueTest {
    // begin
    private final DeviceFactory mine = DeviceQueue::create; // put your own DeviceQueue here

    @Test
    void exam() {
        QueueExam.device(mine).verify(); // some five seconds; QueueExam.driver for a DriverQueue
    }

    @Test
    void exam_ofAQueueWithoutTablesAndPackedRings() {
        QueueExam.device(mine).modes(mode -> !mode.packed() && !mode.indirect()).verify();
    }
    // end
    // begin
    @Property(tries = 20)
    void everyScript_keepsEveryRule(@ForAll long seed) {
        for (QueueMode mode : QueueMode.all(8)) {
            ScriptRunner.verify(DriverScript.random(mode, seed, 100), DriverQueue::create, mine);
        }
    }

    @Example
    void hostileRings_stopTheQueue() {
        DeviceAttacks.verify(false, mine); // split; DriverAttacks.verify for a driver's half
        DeviceAttacks.verify(true, mine); // packed
    }

    @Example
    void indices_wrap() {
        QueueMode mode = QueueMode.parse("split+event_idx q=64");
        ScriptRunner.verify(DriverScript.wrapping(mode, 1, 2400), DriverQueue::create, mine); // 65536 buffers
    }

    @Example
    void bothSidesAtOnce() {
        QueueMode mode = QueueMode.parse("packed+event_idx q=4");
        ChoiceSearch.Outcome outcome =
                ChoiceSearch.random(Interleaving.of(mode, 4, StoreOrder.WEAK, DriverQueue::create, mine), 200, 1);
        assertThat(outcome.failure()).as(outcome.replayLine()).isNull();
    }

    @Example
    void bothSidesAtOnce_everyWayThereIs() {
        QueueMode mode = QueueMode.parse("packed+event_idx q=4");
        Exhaustion all = Interleaving.exhaust(mode, 1, StoreOrder.WEAK, DriverQueue::create, mine, 100_000);
        assertThat(all.complete()).as(all.toString()).isTrue();
    }
    // end

    @Test
    void brokenQueue_isReported_withItsSmallestScript() {
        QueueMode mode = QueueMode.all(8).get(0);
        // never sees a buffer: looks for the available ring elsewhere
        DeviceFactory idle = (memory, layout, features) -> DeviceQueue.create(
                memory, new QueueLayout(false, 8, layout.descAddr(), 0x200, layout.deviceAddr()), features);
        assertThatThrownBy(() -> ScriptRunner.verify(DriverScript.random(mode, 1, 100), DriverQueue::create, idle))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("SUBMIT 1 x");
        assertThatThrownBy(() -> DeviceAttacks.verify(false, idle))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not noticed");
    }

    @Test
    void guide_showsThisVeryCode() throws java.io.IOException {
        Path here = Path.of("src/test/java/io/torosim/virtio/docs/TestYourOwnQueueTest.java");
        String source = Files.readString(here);
        String guide = Files.readString(Path.of("../docs/virtio.md"));
        String[] parts = source.split("    // begin\n");
        assertThat(parts).hasSize(3);
        for (int i = 1; i < parts.length; i++) {
            assertThat(guide)
                    .contains(parts[i].substring(0, parts[i].indexOf("    // end\n"))
                            .stripTrailing()
                            .stripIndent());
        }
    }
}
