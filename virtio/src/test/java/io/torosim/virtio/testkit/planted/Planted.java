package io.torosim.virtio.testkit.planted;

import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.Violation.Side;

/** Makes halves with a fault, or of a variant. */
final class Planted {
    static DriverFactory driver(Fault fault, Variant variant) {
        return (memory, layout, features) -> layout.packed()
                ? new PlantedPackedDriver(memory, layout, features, fault, variant)
                : new PlantedSplitDriver(memory, layout, features, fault, variant);
    }

    static DeviceFactory device(Fault fault, Variant variant) {
        return (memory, layout, features) -> layout.packed()
                ? new PlantedPackedDevice(memory, layout, features, fault, variant)
                : new PlantedSplitDevice(memory, layout, features, fault, variant);
    }

    /** The exam that the guide shows, for the half in which the fault is planted. */
    static QueueExam exam(Fault fault) {
        QueueExam exam = fault.half.driver
                ? QueueExam.driver(driver(fault, Variant.PLAIN))
                : QueueExam.device(device(fault, Variant.PLAIN));
        return exam.modes(mode -> mode.packed() == fault.half.packed);
    }

    /** How many elements a buffer has in front of the first without bytes, at least one. */
    static int untilEmpty(BufferChain chain) {
        int count = 1;
        while (count < chain.count() && chain.length(count) > 0) {
            count++;
        }
        return count;
    }

    /** A chain without what lies behind its seventh element. */
    static BufferChain seven(BufferChain chain) {
        BufferChain seven = new BufferChain();
        seven.clear();
        seven.token(chain.token());
        for (int i = 0; i < Math.min(7, chain.count()); i++) {
            if (i < chain.readableCount()) {
                seven.addReadable(chain.address(i), chain.length(i));
            } else {
                seven.addWritable(chain.address(i), chain.length(i));
            }
        }
        return seven;
    }

    /** An address as a half with the fault {@code odd} makes it: its lowest bit is lost where the element crosses a page. */
    static long atEdge(boolean odd, long address, long length) {
        return odd && (address & 0xfff) + length > 0x1000 ? address & ~1L : address;
    }

    static Side side(Fault fault) {
        return fault.half.driver ? Side.DRIVER : Side.DEVICE;
    }

    private Planted() {}
}
