package io.torosim.virtio.requests;

import io.torosim.virtio.device.DeviceModel;
import java.util.Objects;

/** What {@link DeviceExam} needs of a device of yours: its model, and what its host's side can do. */
public interface Devices {
    /** A device. */
    interface Device {
        /** Returns the model; the exam puts it behind a transport. */
        DeviceModel model();

        /** Does what the device does by itself, on a thread or a timer; called between notifications. */
        default void work() {}
    }

    /** A network card. */
    interface Net extends Device {
        /**
         * A frame has come for the guest.
         *
         * @return false if it is dropped, as it must be while the card or its queue is reset; true if it was put into buffers, or
         *     waits for some
         */
        boolean receive(byte[] frame);
    }

    /** A console. */
    interface Console extends Device {
        /** Somebody types; returns how many bytes are taken, the rest is lost. */
        int type(byte[] input);
    }

    /** Returns a device that does everything when it is notified. */
    static Device of(DeviceModel model) {
        Objects.requireNonNull(model, "model");
        return () -> model;
    }
}
