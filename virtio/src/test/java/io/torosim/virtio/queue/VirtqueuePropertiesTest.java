package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.RunResult;
import io.torosim.virtio.testkit.ScriptRunner;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Random scripts on every mode, both halves ours. */
class VirtqueuePropertiesTest {
    @Provide
    Arbitrary<QueueMode> modes() {
        List<QueueMode> modes = new ArrayList<>();
        for (int size : new int[] {1, 2, 4, 8, 16, 64}) {
            modes.addAll(QueueMode.all(size));
        }
        for (int size : new int[] {3, 5, 7, 17, 100}) {
            QueueMode.all(1).stream()
                    .filter(QueueMode::packed)
                    .forEach(m -> modes.add(new QueueMode(true, false, m.indirect(), m.eventIdx(), m.inOrder(), size)));
        }
        return Arbitraries.of(modes);
    }

    @Property(tries = 600)
    void everyScript_keepsEveryRule(@ForAll("modes") QueueMode mode, @ForAll long seed) {
        DriverScript script = DriverScript.random(mode, seed, 150);
        RunResult result = ScriptRunner.run(script, DriverQueue::create, DeviceQueue::create);
        assertThat(result.violations())
                .as(() -> script.toText() + result.dump())
                .isEmpty();
    }

    @Test
    void aMillionBuffers_onAllModes_wrapAndComplete() {
        long buffers = 0;
        for (QueueMode mode : QueueMode.all(64)) {
            long inMode = 0;
            long wraps = 0;
            for (int seed = 0; inMode < 70_000; seed++) {
                // no resets, so that a split index reaches 65536
                DriverScript random = DriverScript.random(mode, seed, 80_000);
                DriverScript script = new DriverScript(
                        mode,
                        random.steps().stream()
                                .filter(s -> s.kind() != DriverScript.Kind.RESET)
                                .toList());
                RunResult result = ScriptRunner.run(script, DriverQueue::create, DeviceQueue::create);
                assertThat(result.violations()).as(() -> mode + result.dump()).isEmpty();
                inMode += result.buffers();
                wraps += result.wraps();
            }
            buffers += inMode;
            assertThat(wraps).as(mode::toString).isPositive();
        }
        assertThat(buffers).isGreaterThanOrEqualTo(1_000_000);
    }
}
