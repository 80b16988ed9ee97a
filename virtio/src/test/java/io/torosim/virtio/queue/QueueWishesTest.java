package io.torosim.virtio.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.testkit.QueueMode;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Notifications and interrupts follow the wishes of the other side. */
final class QueueWishesTest extends QueueHalves {
    @ParameterizedTest
    @MethodSource("modes")
    void notifications_followTheDevicesWish(QueueMode mode) {
        Pair p = new Pair(mode);
        assertThat(p.driver.notificationNeeded()).isFalse();
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isTrue();
        assertThat(p.driver.notificationNeeded()).isFalse();
        p.device.disableNotifications();
        p.finish(p.pop(), 0);
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isFalse();
        assertThat(p.device.enableNotifications()).isTrue();
        p.finish(p.pop(), 0);
        assertThat(p.device.enableNotifications()).isFalse();
        while (p.driver.poll(p.used)) {}
        p.send(1, 0);
        assertThat(p.driver.notificationNeeded()).isTrue();
        if (mode.eventIdx()) {
            // the wish was for the first one only: the device has not said that it wants more
            p.send(1, 0);
            assertThat(p.driver.notificationNeeded()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void interrupts_followTheDriversWish(QueueMode mode) {
        Pair p = new Pair(mode);
        assertThat(p.device.interruptNeeded()).isFalse();
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        assertThat(p.device.interruptNeeded()).isFalse();
        p.driver.disableInterrupts();
        p.driver.poll(p.used);
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isFalse();
        assertThat(p.driver.enableInterrupts()).isTrue();
        assertThat(p.driver.poll(p.used)).isTrue();
        assertThat(p.driver.enableInterrupts()).isFalse();
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        if (mode.eventIdx()) {
            p.send(1, 0);
            p.finish(p.pop(), 0);
            assertThat(p.device.interruptNeeded()).isFalse();
        }
        // polling moves the wish on
        while (p.driver.poll(p.used)) {}
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
    }

    @Test
    void notifyOnEmpty_interruptsALegacyDriver_evenIfMuted() {
        QueueMode mode = new QueueMode(false, true, false, false, false, 4);
        Pair p = new Pair(mode, EnumSet.noneOf(RingDeviation.class), VirtioFeatures.NOTIFY_ON_EMPTY);
        p.driver.disableInterrupts();
        p.send(1, 0);
        p.send(1, 0);
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isFalse(); // one still waits
        p.finish(p.pop(), 0);
        assertThat(p.device.interruptNeeded()).isTrue();
        Pair modern = new Pair(
                new QueueMode(false, false, false, false, false, 4),
                EnumSet.noneOf(RingDeviation.class),
                VirtioFeatures.NOTIFY_ON_EMPTY);
        modern.driver.disableInterrupts();
        modern.send(1, 0);
        modern.finish(modern.pop(), 0);
        assertThat(modern.device.interruptNeeded()).isFalse();
    }
}
