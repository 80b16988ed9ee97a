package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import java.util.TreeMap;

/** How a driver maps events to MSI-X vectors (rule F37): within the table, and each looked at again. */
final class VectorMapping {
    private static final int NO_VECTOR = 0xffff;
    private static final int CONFIG = -1; // in place of a queue

    private final HandshakeMonitor.Reporter reporter;
    private final TreeMap<Integer, String> unread = new TreeMap<>(); // by queue: the register
    private int vectors; // of the table; 0: no MSI-X

    VectorMapping(HandshakeMonitor.Reporter reporter) {
        this.reporter = reporter;
    }

    void table(int size) {
        vectors = size;
    }

    void read(Register register, int queue) {
        unread.remove(register == Register.CONFIG_VECTOR ? CONFIG : queue);
    }

    void written(Register register, int queue, String place, long value) {
        int event = register == Register.CONFIG_VECTOR ? CONFIG : queue;
        settle(event);
        if (value == NO_VECTOR) {
            return;
        }
        if (value >= vectors) {
            reporter.report(
                    Rule.F37,
                    place,
                    value,
                    vectors == 0 ? "the device has no MSI-X" : "the table has " + vectors + " vectors");
            return;
        }
        unread.put(event, event == CONFIG ? place : place + " of queue " + queue);
    }

    private void settle(int event) {
        String place = unread.remove(event);
        if (place != null) {
            reporter.report(
                    Rule.F37, place, 0, "must be read back: NO_VECTOR says that the vector could not be mapped");
        }
    }

    /** The driver goes on. */
    void settle() {
        for (int event : unread.keySet().toArray(Integer[]::new)) {
            settle(event);
        }
    }

    void reset() {
        unread.clear();
    }
}
