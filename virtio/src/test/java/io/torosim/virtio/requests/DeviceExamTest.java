package io.torosim.virtio.requests;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.vsock.NaiveVsock;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices without a fault pass, ours and the naive ones; every planted fault is found. */
class DeviceExamTest {
    private static MemoryBlockDevice disk(byte[] content) {
        MemoryBlockDevice disk = new MemoryBlockDevice(content.length / 512);
        disk.write(0, ByteBuffer.wrap(content));
        return disk;
    }

    @Test
    void ourDevices_pass() {
        DeviceExam.blk(content -> Devices.of(new BlkDevice(disk(content), "disk")))
                .verify();
        DeviceExam.blk(content -> {
                    BlkDevice deferred = BlkDevice.deferred(disk(content), "disk");
                    return new Devices.Device() {
                        private int turn;

                        @Override
                        public BlkDevice model() {
                            return deferred;
                        }

                        @Override
                        public void work() {
                            deferred.finishOne((point, count) -> turn++ % count);
                        }
                    };
                })
                .verify();
        DeviceExam.net((mac, wire) -> {
                    NetDevice card = new NetDevice(mac, wire);
                    return new Devices.Net() {
                        @Override
                        public NetDevice model() {
                            return card;
                        }

                        @Override
                        public boolean receive(byte[] frame) {
                            return card.receive(frame);
                        }
                    };
                })
                .verify();
        DeviceExam.console(output -> {
                    ConsoleDevice console = new ConsoleDevice(80, 25, output);
                    return new Devices.Console() {
                        @Override
                        public ConsoleDevice model() {
                            return console;
                        }

                        @Override
                        public int type(byte[] input) {
                            return console.type(input);
                        }
                    };
                })
                .verify();
        DeviceExam.entropy(source -> Devices.of(new RngDevice(source))).verify();
        DeviceExam.vsock(PlantedRequests::ourVsock).verify();
    }

    @ParameterizedTest
    @EnumSource(RequestFault.Part.class)
    void naiveOnesWithoutAFault_pass(RequestFault.Part part) {
        assertThat(PlantedRequests.exam(part, null)).isNull();
    }

    /** Hosts with buffers of any size: one of a byte takes a packet for each. */
    @ParameterizedTest
    @ValueSource(ints = {3, 1 << 20})
    void socketDevices_ofAnyBufferSize_pass(int bufferBytes) {
        DeviceExam.vsock(cid -> PlantedRequests.of(new NaiveVsock(cid, "", bufferBytes)))
                .verify();
    }

    @ParameterizedTest
    @EnumSource(RequestFault.class)
    void everyFault_isFound(RequestFault fault) {
        boolean sampled =
                fault.byReader() || fault.ordinal() % 3 == 0; // all of them in the long search and in the page's table
        if (!sampled && !Boolean.getBoolean("torosim.longSearch")) {
            return;
        }
        assertThat(PlantedRequests.exam(fault.part, fault) != null)
                .isEqualTo(!PlantedRequests.MISSED.containsKey(fault));
    }
}
