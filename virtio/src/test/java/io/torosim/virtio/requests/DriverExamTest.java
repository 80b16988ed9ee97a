package io.torosim.virtio.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.ConsoleDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.driver.RngDriver;
import io.torosim.virtio.requests.DeviceExam.DeviceReport;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.vsock.FaultyVsockDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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
        assertThat(DriverExam.netSend((t, m, dma, ring, wait) -> new NetDriver(t, m, dma, ring, 512)::send))
                .isEmpty();
        assertThat(DriverExam.consoleInput((t, m, dma, ring, wait) -> new ConsoleDriver(t, m, dma, ring)::read))
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

    /** A driver that never gives up: stopped, and said once for each lie that it cannot bear. */
    @Test
    void driverThatWaitsForEver_isStopped_andSaidOnce() {
        List<String> wrong = DriverExam.entropy((t, m, dma, ring, wait) -> {
            RngDriver driver = new RngDriver(t, m, dma, ring, wait);
            return bytes -> {
                while (true) {
                    try {
                        return driver.random(bytes);
                    } catch (IllegalStateException e) {
                        wait.await(); // and asks again
                    }
                }
            };
        });
        assertThat(wrong)
                .contains("entropy, ring 0, NEVER: waits without end for an answer: stopped after 150000 calls of"
                        + " DeviceWait.await (and 3 more of this kind)");
        assertThat(wrong).doesNotHaveDuplicates().hasSizeLessThan(8);
    }

    @Test
    void driverThatAsserts_isAFinding_withItsPlace() {
        assertThat(DriverExam.entropy((t, m, dma, ring, wait) -> bytes -> {
                    throw new AssertionError("mine");
                }))
                .allMatch(line ->
                        line.contains("java.lang.AssertionError: mine at io.torosim.virtio.requests.DriverExamTest."))
                .allMatch(line -> line.endsWith("(and 3 more of this kind)"));
    }

    @Test
    void deviceThatAsserts_isAFinding_withItsTrace() {
        DeviceReport report = DeviceExam.entropy(source -> {
            throw new AssertionError("mine");
        });
        assertThat(report.failure()).startsWith("exception out of the device: java.lang.AssertionError: mine");
        assertThat(report.cause().getStackTrace()).isNotEmpty();
        int[] made = {0};
        DeviceReport once = DeviceExam.entropy(source -> {
            if (made[0]++ == 3) {
                throw new StackOverflowError();
            }
            return Devices.of(new io.torosim.virtio.device.DeviceModel.RngDevice(source));
        });
        assertThat(once.failure())
                .contains("java.lang.StackOverflowError")
                .contains("this did not repeat: run again, the same script does not fail");
    }
}
