package io.torosim.bench.jmh.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The table has every value of every axis, and its secondary figure is what the benchmark counts. */
class VirtioRequestAxesTest {
    @Test
    void rows_haveEveryValueOfEveryAxis() {
        assertThat(VirtioRequestAxes.rows()).doesNotHaveDuplicates();
        assertThat(VirtioRequestAxes.rows())
                .extracting(VirtioRequestAxes.Row::queueDepth)
                .contains(1, 2, 4, 8, 16, 32);
        assertThat(VirtioRequestAxes.rows())
                .extracting(VirtioRequestAxes.Row::batchSize)
                .contains(1, 4, 32);
        assertThat(VirtioRequestAxes.rows())
                .extracting(VirtioRequestAxes.Row::queueFormat)
                .contains("split", "packed");
        assertThat(VirtioRequestAxes.rows())
                .extracting(VirtioRequestAxes.Row::descriptorLayout)
                .contains("direct", "indirect");
        assertThat(VirtioRequestAxes.rows())
                .extracting(VirtioRequestAxes.Row::notificationPolicy)
                .contains("always", "event_idx");
    }

    @Test
    void notificationsOfARequest_areWhatThePolicySays() {
        for (VirtioRequestAxes.Row row : VirtioRequestAxes.rows()) {
            VirtioRequestBenchmark benchmark = new VirtioRequestBenchmark();
            benchmark.queueDepth = row.queueDepth();
            benchmark.batchSize = row.batchSize();
            benchmark.queueFormat = row.queueFormat();
            benchmark.descriptorLayout = row.descriptorLayout();
            benchmark.notificationPolicy = row.notificationPolicy();
            benchmark.setUp();
            benchmark.throughput(
                    new VirtioRequestBenchmark.Counts()); // a packed event area of zeros asks for every event
            VirtioRequestBenchmark.Counts counts = new VirtioRequestBenchmark.Counts();
            for (int i = 0; i < 100; i++) {
                benchmark.throughput(counts);
            }
            assertThat((double) counts.notifications / counts.submissions)
                    .as(row.toString())
                    .isCloseTo(row.expectedNotifications(), within(1e-9));
        }
    }
}
