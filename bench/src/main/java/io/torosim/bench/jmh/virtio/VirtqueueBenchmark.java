package io.torosim.bench.jmh.virtio;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.DriverQueue.VirtqueueBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.FlatMemory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one buffer costs on its way round a virtqueue: added, published, popped with every check, 8 bytes of its first
 * element read and the last byte of its last one written, completed, polled. One thread, both halves in turn.
 *
 * <p>What to see: {@code split} and {@code packed} within twice, {@code splitObjects} within four times the C program
 * {@code vring.c} that does the same ({@link VirtqueueComparison} runs both by CPU time and prints the ratios); with {@code -prof gc}, 0 bytes an operation
 * for {@code split} and {@code packed}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
public class VirtqueueBenchmark {
    private static final int BUFFERS = 1024;
    private static final int QUEUE_SIZE = 1024;

    /** Buffers published together. */
    @Param({"1", "32", "256"})
    public int batch;

    /** Descriptors of a buffer: the last one is writable. */
    @Param({"1", "3"})
    public int descriptors;

    private FlatMemory memory;
    private DriverQueue splitDriver;
    private DeviceQueue splitDevice;
    private DriverQueue packedDriver;
    private DeviceQueue packedDevice;
    private final BufferChain offered = new BufferChain();
    private final BufferChain popped = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Makes the queues. */
    @Setup
    public void setUp() {
        memory = new FlatMemory(1 << 20);
        QueueLayout split = QueueLayout.split(0x1000, QUEUE_SIZE);
        splitDriver = DriverQueue.create(memory, split, VirtioFeatures.VERSION_1);
        splitDevice = DeviceQueue.create(memory, split, VirtioFeatures.VERSION_1);
        long packedFeatures = VirtioFeatures.VERSION_1 | VirtioFeatures.RING_PACKED;
        QueueLayout packed = QueueLayout.packed(0x20000, QUEUE_SIZE);
        packedDriver = DriverQueue.create(memory, packed, packedFeatures);
        packedDevice = DeviceQueue.create(memory, packed, packedFeatures);
        offered.clear();
        for (int i = 0; i + 1 < descriptors; i++) {
            offered.addReadable(0x80000 + 64 * i, 64);
        }
        offered.addWritable(0x90000, 64);
    }

    private long touch(BufferChain chain) {
        int last = chain.count() - 1;
        long value = memory.load64(chain.address(0));
        memory.store8(chain.address(last) + chain.length(last) - 1, (int) value);
        return value;
    }

    /** Split ring, core path. */
    @Benchmark
    @OperationsPerInvocation(BUFFERS)
    public long split() {
        long sum = 0;
        for (int done = 0; done < BUFFERS; done += batch) {
            for (int i = 0; i < batch; i++) {
                splitDriver.add(offered);
            }
            splitDriver.publish();
            while (splitDevice.pop(popped)) {
                sum += touch(popped);
                splitDevice.complete(popped.token(), 64);
            }
            splitDevice.publish();
            while (splitDriver.poll(used)) {
                sum += used.lengthBytes();
            }
        }
        return sum;
    }

    /** Packed ring, core path. */
    @Benchmark
    @OperationsPerInvocation(BUFFERS)
    public long packed() {
        long sum = 0;
        for (int done = 0; done < BUFFERS; done += batch) {
            for (int i = 0; i < batch; i++) {
                packedDriver.add(offered);
            }
            packedDriver.publish();
            while (packedDevice.pop(popped)) {
                sum += touch(popped);
                packedDevice.complete(popped.token(), 64);
            }
            packedDevice.publish();
            while (packedDriver.poll(used)) {
                sum += used.lengthBytes();
            }
        }
        return sum;
    }

    /** Split ring through the interfaces, with a value object for each buffer. */
    @Benchmark
    @OperationsPerInvocation(BUFFERS)
    public long splitObjects() {
        DriverQueue driver = splitDriver;
        DeviceQueue device = splitDevice;
        long sum = 0;
        for (int done = 0; done < BUFFERS; done += batch) {
            for (int i = 0; i < batch; i++) {
                driver.add(offered);
            }
            driver.publish();
            VirtqueueBuffer buffer;
            while ((buffer = VirtqueueBuffer.pop(device)) != null) {
                List<VirtqueueBuffer.Element> elements = buffer.elements();
                VirtqueueBuffer.Element last = elements.get(elements.size() - 1);
                long value = memory.load64(elements.get(0).address());
                memory.store8(last.address() + last.lengthBytes() - 1, (int) value);
                sum += value;
                device.complete(buffer.token(), 64);
            }
            device.publish();
            while (driver.poll(used)) {
                sum += used.lengthBytes();
            }
        }
        return sum;
    }
}
