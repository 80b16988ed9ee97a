package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Rule N17 in the queue's own checker: what a notification says of the ring. */
class NotificationDataTest {
    /** Our driver half, but for what it says of the ring. */
    private static DriverFactory saying(IntUnaryOperator data) {
        return (memory, layout, features) -> {
            DriverQueue ours = DriverQueue.create(memory, layout, features);
            return (DriverQueue) Proxy.newProxyInstance(
                    DriverQueue.class.getClassLoader(),
                    new Class<?>[] {DriverQueue.class},
                    (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(ours, arguments);
                            return method.getName().equals("nextAvailable") ? data.applyAsInt((int) result) : result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        };
    }

    private static java.util.List<Violation> violations(QueueMode mode, IntUnaryOperator data) {
        return ScriptRunner.run(DriverScript.random(mode, 7, 200), saying(data), DeviceQueue::create)
                .violations();
    }

    @Test
    void nextAvailable_isThatOfTheRing_inAllModes() {
        for (QueueMode mode : QueueMode.all(4)) {
            assertThat(violations(mode, data -> data)).as(mode.toString()).isEmpty();
        }
    }

    @Test
    void anythingElse_isNamed() {
        for (QueueMode mode : QueueMode.all(4)) {
            for (IntUnaryOperator wrong :
                    new IntUnaryOperator[] {data -> data + 1, data -> data ^ 0x8000, data -> data | 0x1_0000}) {
                assertThat(violations(mode, wrong))
                        .as(mode.toString())
                        .isNotEmpty()
                        .allMatch(violation -> violation.rule() == Rule.N17);
            }
        }
    }
}
