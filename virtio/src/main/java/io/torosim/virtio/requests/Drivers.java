package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.driver.DeviceWait;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.IOException;

/** What {@link DriverExam} needs of a driver: how to bring it up, and its few calls. */
public interface Drivers {
    /**
     * Brings a driver up.
     *
     * @param <D> what it is a driver of
     */
    @FunctionalInterface
    interface Factory<D> {
        /**
         * Returns a driver that is ready.
         *
         * @param transport the device
         * @param memory guest memory
         * @param dma where rings and buffers go
         * @param ringFeatures ring features to accept where offered
         * @param wait called whenever the driver waits for an answer; after some number of calls it may give up
         */
        D start(VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, DeviceWait wait);
    }

    /** A disk. A call that fails throws IOException; it may have been carried out all the same. */
    interface Blk {
        /** Reads whole sectors. */
        byte[] read(long sector, int sectorCount) throws IOException;

        /** Writes whole sectors. */
        void write(long sector, byte[] data) throws IOException;
    }

    /** A network card. */
    interface Net {
        /** Returns the next received frame, or null. */
        byte[] receive();
    }

    /** The sending half of a network card. */
    interface Sender {
        /** Sends a frame of 60 to 1514 bytes; returns false if there is no room now. */
        boolean send(byte[] frame);
    }

    /** The receiving half of a console. */
    interface ConsoleInput {
        /** Returns the next bytes that came, or null. */
        byte[] read();
    }

    /** A console. */
    interface Console {
        /** Writes bytes, as far as there is room now; returns how many it took. */
        int write(byte[] bytes);
    }

    /** An entropy device. */
    interface Entropy {
        /** Returns 1 to {@code bytes} bytes; throws IllegalStateException if the device does not answer. */
        byte[] random(int bytes);
    }

    /** A socket driver, of which one stream at a time is looked at. */
    interface Vsock {
        /** Begins a stream to a port of the host, address 2. */
        void connect(int port);

        /** Returns whether the host has accepted the stream, and nobody has ended it. */
        boolean open();

        /** Returns whether the host refused the stream, or ended it at once. */
        boolean reset();

        /** Returns whether all was read and the host sends no more. */
        boolean ended();

        /** Writes bytes, as far as the host has room; returns how many it took. */
        int write(byte[] bytes);

        /** Reads at most so many bytes of what has come. */
        byte[] read(int most);

        /** Sends no more. */
        void shutdown();

        /** Carries packets both ways; called after interrupts, and when something was written or read. */
        void work();
    }
}
