package io.torosim.virtio.qtest;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.VirtioStatus;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.transport.VirtioTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A driver that does random things to a device, the same for the same seed, and writes down all that it sees. What is free
 * by the specification, the order in which requests end, is written down sorted.
 *
 * <p>{@link BlkScript}, {@link NetScript} and others say what is asked; {@link VirtioHandshake} begins the device, and {@link DifferentialRun} compares
 * what two devices let it see.
 */
abstract class Script {
    static final int FILL = 0xee;

    private static final int MOST_LOOKS = 100_000;
    private static final long BASE = 1 << 20;
    private static final int[] SPLIT_SIZES = {4, 16, 64, 256, 512, 1024};
    private static final int[] PACKED_SIZES = {5, 16, 64, 100, 300, 1000};

    final VirtioTransport transport;
    final GuestMemory memory;
    final SimRandom random;
    final Way way;
    final List<String> lines = new ArrayList<>();
    private final Runnable look;
    private final int deviceId;
    private final int generationAtFirst;

    DmaAllocator dma;

    long features;

    /**
     * Creates a script.
     *
     * @param look lets the device go on while the driver waits
     */
    Script(VirtioTransport transport, GuestMemory memory, Way way, long seed, int deviceId, Runnable look) {
        this.transport = transport;
        this.memory = memory;
        this.way = way;
        this.random = new RandomStreams(seed).stream("qemu.script");
        this.deviceId = deviceId;
        this.dma = new DmaAllocator(BASE, memory.sizeBytes() - BASE);
        this.look = look;
        VirtioHandshake.reset(transport);
        this.generationAtFirst = transport.configGeneration();
    }

    /** Does {@code steps} random steps and returns what was seen. */
    final List<String> run(int steps) {
        start();
        for (int i = 0; i < steps; i++) {
            step();
        }
        end();
        VirtioHandshake.reset(transport);
        say("status " + transport.status() + " after reset, interrupt status " + transport.interruptStatus());
        return lines;
    }

    abstract void start();

    abstract void step();

    abstract void end();

    final void say(String line) {
        lines.add(lines.size() + " " + line);
    }

    final boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** Waits until something has happened; says so if it does not. */
    final void until(String what, BooleanSupplier happened) {
        for (int i = 0; !happened.getAsBoolean(); i++) {
            if (i == MOST_LOOKS) {
                say("never: " + what);
                return;
            }
            look.run();
        }
    }

    /** Lets the device look at what came from outside. */
    final void pause() {
        for (int i = 0; i < 4; i++) {
            look.run();
        }
    }

    /** Resets the device and agrees on features: a random choice of the ring's, and those of {@code device}. */
    final void agree(long device) {
        VirtioHandshake.reset(transport);
        transport.status(VirtioStatus.ACKNOWLEDGE);
        transport.status(VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER);
        long offered = transport.deviceFeatures();
        long wanted = device | VirtioFeatures.VERSION_1;
        wanted |= chance(2) ? VirtioFeatures.EVENT_IDX : 0;
        wanted |= chance(2) ? VirtioFeatures.INDIRECT_DESC : 0;
        wanted |= chance(2) && !way.legacy() ? VirtioFeatures.RING_PACKED : 0;
        wanted |= chance(2) && way.legacy() ? VirtioFeatures.ANY_LAYOUT : 0;
        wanted |= chance(4) && way.legacy() ? VirtioFeatures.NOTIFY_ON_EMPTY : 0;
        wanted &= chance(10) ? ~VirtioFeatures.VERSION_1 : -1;
        features = wanted & offered;
        long unoffered = !way.legacy() && chance(8) ? VirtioFeatures.IN_ORDER : 0;
        transport.driverFeatures(features | unoffered);
        if (!way.legacy()) {
            transport.status(VirtioStatus.ACKNOWLEDGE | VirtioStatus.DRIVER | VirtioStatus.FEATURES_OK);
        }
        say("device " + transport.deviceId() + " of " + deviceId + " offers " + Long.toHexString(offered) + ", agreed "
                + Long.toHexString(features | unoffered) + ", status " + transport.status());
        dma = new DmaAllocator(BASE, memory.sizeBytes() - BASE);
    }

    /** Sets up a queue of a random size, if the interface lets a driver choose. */
    final QueueLayout layout(int queueIndex) {
        int max = transport.queueSizeMax(queueIndex);
        boolean packed = VirtioFeatures.has(features, VirtioFeatures.RING_PACKED);
        int[] sizes = packed ? PACKED_SIZES : SPLIT_SIZES;
        int size = way == Way.LEGACY_PCI || chance(4) ? max : sizes[random.nextInt(sizes.length)];
        QueueLayout shape = packed
                ? QueueLayout.packed(0, size)
                : way.legacy() ? QueueLayout.legacy(0, size) : QueueLayout.split(0, size);
        long at = dma.allocate(shape.endAddr(), QueueLayout.LEGACY_ALIGN);
        memory.fill(at, shape.endAddr(), 0);
        QueueLayout layout = packed
                ? QueueLayout.packed(at, size)
                : way.legacy() ? QueueLayout.legacy(at, size) : QueueLayout.split(at, size);
        transport.enableQueue(queueIndex, layout);
        say("queue " + queueIndex + " offers " + max + ", uses " + size + ", then reads as "
                + transport.queueSizeMax(queueIndex));
        return layout;
    }

    /** Gives a queue a place that no driver would; the device is reset after that. */
    final void misplace(int queueIndex) {
        if (way.legacy()) {
            transport.enableQueue(queueIndex, QueueLayout.legacy(0, transport.queueSizeMax(queueIndex))); // page 0
        } else {
            transport.enableQueue(queueIndex, new QueueLayout(false, 100, BASE, BASE + 4096, BASE + 8192));
        }
        say("queue " + queueIndex + " misplaced, status " + transport.status() + ", size "
                + transport.queueSizeMax(queueIndex));
    }

    final void ready() {
        transport.status(VirtioStatus.ACKNOWLEDGE
                | VirtioStatus.DRIVER
                | VirtioStatus.DRIVER_OK
                | (way.legacy() ? 0 : VirtioStatus.FEATURES_OK));
        say("status " + transport.status());
    }

    final String interruptStatus() {
        return "interrupt status " + transport.interruptStatus();
    }

    final String generation() {
        return "generation " + (transport.configGeneration() - generationAtFirst & 0xff);
    }

    /** Says what stands in the configuration space, and what beyond. */
    final void sayConfig(int bytes) {
        StringBuilder text = new StringBuilder("config");
        for (int at = 0; at < bytes; at += 4) {
            text.append(' ').append(Long.toHexString(transport.configRead(at, 4)));
        }
        text.append(" bytes");
        for (int at = Math.max(0, bytes - 4); at < bytes; at++) {
            text.append(' ').append(Long.toHexString(transport.configRead(at, 1)));
        }
        say(text.append(", ").append(generation()).toString());
    }

    /** Cuts {@code bytes} into one to four elements. */
    final List<Integer> cut(int bytes) {
        List<Integer> sizes = new ArrayList<>();
        int left = bytes;
        for (int i = random.nextInt(4); i > 0 && left > 1; i--) {
            int part = 1 + random.nextInt(left - 1);
            sizes.add(part);
            left -= part;
        }
        if (left > 0) {
            sizes.add(left);
        }
        return sizes;
    }

    /** Returns a number for bytes of guest memory. */
    final String digest(long address, int bytes) {
        byte[] copy = new byte[bytes];
        memory.copyOut(address, copy, 0, bytes);
        return Integer.toHexString(java.util.Arrays.hashCode(copy));
    }
}
