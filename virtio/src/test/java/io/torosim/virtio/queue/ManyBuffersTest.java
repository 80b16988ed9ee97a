package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.RunResult;
import io.torosim.virtio.testkit.ScriptRunner;
import org.junit.jupiter.api.Test;

/** More than a million buffers through long random scripts: indices and counters wrap in every mode. */
class ManyBuffersTest {
    @Test
    void aMillionBuffers_onAllModes_wrapAndComplete() {
        long buffers = 0;
        for (QueueMode mode : QueueMode.all(64)) {
            DriverScript script = DriverScript.busy(mode, 7, 4500);
            RunResult result = ScriptRunner.run(script, DriverQueue::create, DeviceQueue::create);
            assertThat(result.violations()).as(() -> mode + result.dump()).isEmpty();
            assertThat(result.buffers()).as(mode::toString).isGreaterThan(66_000);
            // avail.idx and used.idx of a split ring, or the wrap counters of a packed one
            assertThat(result.wraps()).as(mode::toString).isGreaterThanOrEqualTo(mode.packed() ? 1000 : 2);
            buffers += result.buffers();
        }
        assertThat(buffers).isGreaterThan(1_300_000);
    }
}
