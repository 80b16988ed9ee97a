package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.QueueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KitCommandTest extends CommandCalls {
    /** A device that of every so many buffers says a byte less than it wrote. */
    public static final class ByteLess implements DeviceFactory {
        @Override
        public DeviceQueue create(GuestMemory memory, QueueLayout layout, long features) {
            DeviceQueue ours = DeviceQueue.create(memory, layout, features);
            return new DeviceQueue() {
                private int written;

                @Override
                public boolean interruptNeeded() {
                    return ours.interruptNeeded();
                }

                @Override
                public boolean pop(BufferChain chain) {
                    return ours.pop(chain);
                }

                @Override
                public void complete(int token, long writtenBytes) {
                    boolean wrong = writtenBytes > 0 && ++written % 17 == 0;
                    ours.complete(token, wrong ? writtenBytes - 1 : writtenBytes);
                }

                @Override
                public void publish() {
                    ours.publish();
                }

                @Override
                public boolean enableNotifications() {
                    return ours.enableNotifications();
                }

                @Override
                public void disableNotifications() {
                    ours.disableNotifications();
                }

                @Override
                public RingError error() {
                    return ours.error();
                }
            };
        }
    }

    private String found(String... arguments) {
        assertThat(call(arguments)).as(err.toString()).isEqualTo(3);
        String text = out.toString();
        forget();
        return text;
    }

    @Test
    void oneDevice_isFoundBySameScript_whateverTheNumberOfWorkers() {
        String[] call = {"kit", "queue", "--device", ByteLess.class.getName(), "--workers", "1"};
        String one = found(call);
        assertThat(one).startsWith("queue, 20 modes: found by seed ").contains("DEVICE", "q=8\n  ");
        call[5] = "5";
        assertThat(found(call)).isEqualTo(one);
        assertThat(call("kit", "queue", "--runs", "300")).isZero();
        assertThat(out.toString()).isEqualTo("queue, 20 modes: nothing found after 300 runs, seeds 1 to 300\n");
    }

    @Test
    void powerCuts_damageNothing_butWithoutBarriers() {
        String[] call = {"kit", "crash", "--without-barriers", "--workers", "1"};
        String one = found(call);
        assertThat(one)
                .startsWith("crash, 4 operations without barriers: found by seed ")
                .containsPattern("power cut after write \\d+ \\(sector \\d+\\), write \\d+ \\(sector \\d+\\) lost");
        call[4] = "5";
        assertThat(found(call)).isEqualTo(one);
        assertThat(call("kit", "crash", "--runs", "10")).as(out.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "queue --runs 0 | --runs must be at least 1, runs=0",
                "crash --workers 0 | --workers must be in [1, 1024], workers=0",
                "queue --size 12 | --size must be a power of two in [2, 1024], size=12",
                "queue --steps 0 | --steps must be in [1, 1000000], steps=0",
                "crash --operations 0 | --operations must be in [1, 100], operations=0",
                "queue --device java.lang.String | the class must implement DeviceFactory, class=java.lang.String",
                "queue --driver Nope | no such class, class=Nope; --classpath says where compiled classes are",
                "queue --classpath /nowhere | --classpath does nothing without --driver or --device",
            })
    void wrongCalls_end2_inOneLine(String arguments, String problem) {
        assertThat(call(("kit " + arguments).strip().split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("torosim: " + problem).hasLineCount(1);
    }
}
