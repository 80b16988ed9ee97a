package io.torosim.virtio.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.vsock.FaultyVsockDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

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
        for (int bufferBytes : new int[] {32, 64, 100, 512, 1526, 4096}) {
            assertThat(DriverExam.net((t, m, dma, ring, wait) -> new NetDriver(t, m, dma, ring, bufferBytes)::receive))
                    .as("buffers of " + bufferBytes)
                    .isEmpty();
        }
        assertThat(DriverExam.console((t, m, dma, ring, wait) -> new ConsoleDriver(t, m, dma, ring)::write))
                .isEmpty();
        assertThat(DriverExam.entropy((t, m, dma, ring, wait) -> new RngDriver(t, m, dma, ring, wait)::random))
                .isEmpty();
        assertThat(DriverExam.vsock((t, m, dma, ring, wait) -> new FaultyVsockDriver(t, m, dma, ring, "")))
                .isEmpty();
    }

    /** What each of the faults that this library had looks like in a report. */
    @Test
    void ownFaultsOfOld_areBlamedOnWhatTheyAre() {
        assertThat(PlantedRequests.exam(RequestFault.Part.BLK_DRIVER, RequestFault.BLK_FIXED_BUFFER)
                        .text())
                .contains("LATE: ");
        assertThat(PlantedRequests.exam(RequestFault.Part.CONSOLE_DRIVER, RequestFault.CONSOLE_FIXED_BUFFER)
                        .text())
                .contains("the device gets other bytes than were written");
        assertThat(PlantedRequests.exam(RequestFault.Part.ENTROPY_DRIVER, RequestFault.ENTROPY_FIXED_BUFFER)
                        .text())
                .contains("LATE: ");
        assertThat(PlantedRequests.exam(RequestFault.Part.NET_DRIVER, RequestFault.NET_BUFFER_LOST)
                        .text())
                .contains("NUM_BUFFERS_0: no buffer for frame");
    }
}
