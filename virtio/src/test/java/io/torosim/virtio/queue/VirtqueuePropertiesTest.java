package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

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
        boolean many = result.buffers() > 10;
        Statistics.label("more than ten buffers went round").collect(many);
        Statistics.label("more than ten buffers went round")
                .coverage(c -> c.check(true).percentage(p -> p > 50));
        assertThat(result.violations())
                .as(() -> script.toText() + result.dump())
                .isEmpty();
    }
}
