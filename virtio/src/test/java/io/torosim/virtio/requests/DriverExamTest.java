package io.torosim.virtio.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.requests.FaultyDrivers.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our drivers pass; every planted fault is found, and blamed on what it is. */
class DriverExamTest {
    @Test
    void ourDrivers_pass() {
        assertThat(DriverExam.blk((t, m, dma, ring, wait) -> {
                    BlkDriver driver = new BlkDriver(t, m, dma, ring, wait);
                    return new Drivers.Blk() {
                        @Override
                        public byte[] read(long sector, int sectorCount) throws IOException {
                            byte[] data = new byte[512 * sectorCount];
                            driver.read(sector, ByteBuffer.wrap(data));
                            return data;
                        }

                        @Override
                        public void write(long sector, byte[] data) throws IOException {
                            driver.write(sector, ByteBuffer.wrap(data));
                        }
                    };
                }))
                .isEmpty();
        assertThat(DriverExam.net((t, m, dma, ring, wait) -> new NetDriver(t, m, dma, ring, 512)::receive))
                .isEmpty();
        assertThat(DriverExam.console((t, m, dma, ring, wait) -> new ConsoleDriver(t, m, dma, ring)::write))
                .isEmpty();
        assertThat(DriverExam.entropy((t, m, dma, ring, wait) -> new RngDriver(t, m, dma, ring, wait)::random))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFault_isFound(Fault fault) {
        List<String> wrong =
                switch (fault) {
                    case BLK_FIXED_BUFFER, BLK_STATUS_IGNORED, BLK_LENGTH_IGNORED -> DriverExam.blk(
                            (t, m, dma, ring, wait) -> new FaultyDrivers.Blk(fault, t, m, dma, ring, wait));
                    case CONSOLE_FIXED_BUFFER -> DriverExam.console(
                            (t, m, dma, ring, wait) -> new FaultyDrivers.Console(t, m, dma, ring, wait));
                    case ENTROPY_FIXED_BUFFER -> DriverExam.entropy(
                            (t, m, dma, ring, wait) -> new FaultyDrivers.Entropy(t, m, dma, ring, wait));
                    case NET_BUFFER_LOST, NET_LENGTH_BELIEVED -> DriverExam.net(
                            (t, m, dma, ring, wait) -> new FaultyDrivers.Net(fault, t, m, dma, ring, wait));
                };
        String sign =
                switch (fault) {
                    case BLK_FIXED_BUFFER -> "LATE: ";
                    case BLK_STATUS_IGNORED -> "passes for one that did not";
                    case BLK_LENGTH_IGNORED -> "SHORT_LENGTH: ";
                    case CONSOLE_FIXED_BUFFER -> "the device gets other bytes than were written";
                    case ENTROPY_FIXED_BUFFER -> "LATE: ";
                    case NET_BUFFER_LOST -> "NUM_BUFFERS_0: no buffer for frame";
                    case NET_LENGTH_BELIEVED -> "LONG_LENGTH: ";
                };
        assertThat(wrong).isNotEmpty().anyMatch(line -> line.contains(sign));
    }
}
