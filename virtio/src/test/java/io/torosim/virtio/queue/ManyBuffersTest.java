package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import org.junit.jupiter.api.Test;

/**
 * Long random scripts: indices and counters wrap. In every mode, with more than a million buffers, under {@code -Plong-search};
 * else in the modes without tables and in fewer laps of packed rings.
 */
class ManyBuffersTest {
    @Test
    void manyBuffers_wrapAndComplete() {
        boolean all = Boolean.getBoolean("torosim.longSearch");
        long buffers = 0;
        for (QueueMode mode : QueueMode.all(64)) {
            if (!all && (mode.indirect() || mode.legacy())) {
                continue;
            }
            DriverScript script = DriverScript.busy(mode, 7, !all && mode.packed() ? 500 : 4500);
            RunResult result = ScriptRunner.run(script, DriverQueue::create, DeviceQueue::create);
            assertThat(result.violations()).as(() -> mode + result.dump()).isEmpty();
            assertThat(result.buffers()).as(mode::toString).isGreaterThan(!all && mode.packed() ? 7_000 : 66_000);
            // avail.idx and used.idx of a split ring, or the wrap counters of a packed one
            assertThat(result.wraps()).as(mode::toString).isGreaterThanOrEqualTo(mode.packed() ? all ? 1000 : 100 : 2);
            buffers += result.buffers();
        }
        assertThat(buffers).isGreaterThan(all ? 1_300_000 : 250_000);
    }
}
