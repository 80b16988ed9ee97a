package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DeviceFactory;
import io.torosim.virtio.testkit.DriverScript;
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

    @Property(tries = 20)
    void everyScript_keepsEveryRule(@ForAll long seed) {
        for (QueueMode mode : QueueMode.all(8)) {
            ScriptRunner.verify(DriverScript.random(mode, seed, 100), DriverQueue::create, mine);
        }
    }

    @Example
    void hostileRings_stopTheQueue() {
        DeviceAttacks.verify(false, mine); // split
        DeviceAttacks.verify(true, mine); // packed
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
        String code = source.substring(source.indexOf("    // begin\n") + 13, source.indexOf("    // end\n"));
        assertThat(Files.readString(Path.of("../docs/virtio.md")))
                .contains(code.stripTrailing().stripIndent());
    }
}
