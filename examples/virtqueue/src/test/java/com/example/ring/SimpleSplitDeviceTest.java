package com.example.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.Interleaving;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimpleSplitDeviceTest {
    /** Everything, but for what this queue does not have. */
    @Test
    void exam() {
        QueueExam.device(SimpleSplitDevice::new)
                .modes(mode -> !mode.packed() && !mode.indirect() && !mode.inOrder())
                .verify();
    }

    /** The parts by themselves, to look at one of them. */
    @Test
    void hostileRings() {
        assertEquals(List.of(), DeviceAttacks.direct(false, SimpleSplitDevice::new));
    }

    @Test
    void untilTheIndexWraps() {
        QueueMode mode = QueueMode.parse("split+event_idx q=64");
        ScriptRunner.verify(DriverScript.wrapping(mode, 1, 2400), DriverQueue::create, SimpleSplitDevice::new);
    }

    @Test
    void bothSidesAtOnce() {
        QueueMode mode = QueueMode.parse("split+event_idx q=4");
        var run = Interleaving.of(mode, 4, StoreOrder.WEAK, DriverQueue::create, SimpleSplitDevice::new);
        assertNull(ChoiceSearch.random(run, 200, 1).failure());
    }

    /** A script that once failed, as the kit prints it. */
    @Test
    void regression() {
        ScriptRunner.verify(DriverScript.parse("""
        split q=8
          SUBMIT 2 x read[3] write[5]
          PUBLISH 0
          SERVE 2 salt 7
          REAP 1
        """), DriverQueue::create, SimpleSplitDevice::new);
    }
}
