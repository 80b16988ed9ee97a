package io.torosim.bench.jmh.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark does what its axes say: requests go round, and notifications follow batches or the event index. */
class VirtioRequestBenchmarkTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, split, direct, always, 10",
        "16, 4, split, direct, always, 40",
        "16, 4, packed, indirect, always, 40",
        "16, 4, split, direct, event_idx, 10",
        "32, 32, packed, direct, event_idx, 10",
        // an event area of zeros asks for every event, until the device has served once (section 2.8.10)
        "32, 1, packed, direct, event_idx, 41",
        "8, 32, split, indirect, always, 10"
    })
    void tenWaves(int depth, int batch, String format, String layout, String policy, long notifications) {
        VirtioRequestBenchmark benchmark = new VirtioRequestBenchmark();
        benchmark.queueDepth = depth;
        benchmark.batchSize = batch;
        benchmark.queueFormat = format;
        benchmark.descriptorLayout = layout;
        benchmark.notificationPolicy = policy;
        benchmark.setUp();
        VirtioRequestBenchmark.Counts counts = new VirtioRequestBenchmark.Counts();
        for (int i = 0; i < 10; i++) {
            benchmark.throughput(counts);
        }
        assertThat(counts.submissions).isEqualTo(10L * depth);
        assertThat(counts.notifications).isEqualTo(notifications);
    }
}
