package io.torosim.virtio.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DeviceFactory;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.RunResult;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptShrinker;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The example of docs/virtio.md: what is between the marks stands there word for word. */
class TestYourOwnQueueTest {
    // begin
    private final DeviceFactory mine = DeviceQueue::create; // put your own DeviceQueue here

    @Provide
    Arbitrary<DriverScript> scripts() {
        return Arbitraries.of(QueueMode.all(8))
                .flatMap(mode -> Arbitraries.longs().map(seed -> DriverScript.random(mode, seed, 100)));
    }

    @Property(tries = 100)
    void everyScript_keepsEveryRule(@ForAll("scripts") DriverScript script) {
        RunResult result = ScriptRunner.run(script, DriverQueue::create, mine);
        if (!result.ok()) {
            DriverScript small = ScriptShrinker.shrink(
                    script, s -> !ScriptRunner.run(s, DriverQueue::create, mine).ok());
            RunResult again = ScriptRunner.run(small, DriverQueue::create, mine);
            throw new AssertionError(again.violations() + "\n" + small.toText() + again.dump());
        }
    }

    @Test
    void hostileRings_stopTheQueue() {
        DeviceAttacks.split().forEach(attack -> assertThat(DeviceAttacks.run(attack, false, 1L << 28, mine))
                .as(attack.name())
                .isEmpty());
    }
    // end

    @Test
    void guide_showsThisVeryCode() throws java.io.IOException {
        Path here = Path.of("src/test/java/io/torosim/virtio/docs/TestYourOwnQueueTest.java");
        String source = Files.readString(here);
        String code = source.substring(source.indexOf("    // begin\n") + 13, source.indexOf("    // end\n"));
        assertThat(Files.readString(Path.of("../docs/virtio.md")))
                .contains(code.stripTrailing().stripIndent());
    }
}
