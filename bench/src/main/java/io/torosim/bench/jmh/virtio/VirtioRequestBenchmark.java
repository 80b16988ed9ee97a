package io.torosim.bench.jmh.virtio;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads of 4 KiB from a disk in memory, driver and device in turn on one thread, over the axes of the public project
 * virtio-villain ({@code run-perf}), under its names: queue depth, batch size, queue format, descriptor layout, notification
 * policy. A wave is as many requests as the queue is deep, published in batches.
 *
 * <p>What to see: {@code throughput} in requests; {@code latency}, from the publication of the first batch of a wave to its last
 * answer, with p50, p90, p99 and p99.9 (JMH's sample time); {@code notifications} beside {@code submissions}: with
 * {@code event_idx} one a wave, with {@code always} one a batch.
 *
 * <pre>java -jar bench/target/benchmarks.jar VirtioRequestBenchmark -p queueDepth=16 -p batchSize=4 -p queueFormat=packed</pre>
 */
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
public class VirtioRequestBenchmark {
    private static final int MEMORY_BYTES = 4 << 20;
    private static final int REQUEST_BYTES = 4096;
    private static final int SLOT_BYTES = 8192;
    private static final int DATA = 512;
    private static final int STATUS = 256;
    private static final int TABLE = 16;

    /** {@code --queue-depth}: requests in flight. */
    @Param({"1", "2", "4", "8", "16", "32"})
    public int queueDepth;

    /** {@code --batch-size}: requests published together, at most the depth; larger ones count as the depth. */
    @Param({"1", "4", "32"})
    public int batchSize;

    /** {@code --queue-format}: split or packed. */
    @Param({"split", "packed"})
    public String queueFormat;

    /** {@code --descriptor-layout}: direct or indirect. */
    @Param({"direct", "indirect"})
    public String descriptorLayout;

    /** {@code --notification-policy}: always, or event_idx. */
    @Param({"always", "event_idx"})
    public String notificationPolicy;

    /** What a run counts. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Counts {
        /** Requests made available. */
        public long submissions;
        /** Notifications sent. */
        public long notifications;
    }

    private FlatMemory memory;
    private VirtioDevice device;
    private VirtioHandshake handshake;
    private DriverQueue queue;
    private long slots;
    private boolean indirect;
    private boolean eventIdx;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

    /** Brings the disk up. */
    @Setup
    public void setUp() {
        memory = new FlatMemory(MEMORY_BYTES);
        indirect = choice("descriptorLayout", descriptorLayout, "direct", "indirect");
        eventIdx = choice("notificationPolicy", notificationPolicy, "always", "event_idx");
        boolean packed = choice("queueFormat", queueFormat, "split", "packed");
        if (queueDepth < 1 || queueDepth > 32 || batchSize < 1) {
            throw new IllegalArgumentException("queueDepth must be in [1, 32] and batchSize at least 1, queueDepth="
                    + queueDepth + " batchSize=" + batchSize);
        }
        device = new VirtioDevice(
                new BlkDevice(new MemoryBlockDevice(256), "bench"),
                memory,
                DeviceProfile.KVM_IOEVENTFD,
                (cause, queueIndex) -> {});
        ModernPciDevice pci = new ModernPciDevice(device);
        handshake = VirtioHandshake.begin(
                new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                2,
                (packed ? VirtioFeatures.RING_PACKED : 0)
                        | (indirect ? VirtioFeatures.INDIRECT_DESC : 0)
                        | (eventIdx ? VirtioFeatures.EVENT_IDX : 0));
        DmaAllocator dma = new DmaAllocator(0x10000, MEMORY_BYTES - 0x10000);
        queue = handshake.queue(0, 256, memory, dma);
        handshake.ready();
        slots = dma.allocate(32 * SLOT_BYTES, SLOT_BYTES);
        queue.disableInterrupts(); // the driver polls
    }

    private static boolean choice(String name, String value, String no, String yes) {
        if (!value.equals(no) && !value.equals(yes)) {
            throw new IllegalArgumentException(name + " must be " + no + " or " + yes + ", " + name + "=" + value);
        }
        return value.equals(yes);
    }

    private void submit(int slot) {
        long at = slots + (long) slot * SLOT_BYTES;
        memory.store64(at, 0);
        memory.store64(at + 8, 0);
        memory.store8(at + STATUS, 0xff);
        chain.clear();
        chain.addReadable(at, 16);
        chain.addWritable(at + DATA, REQUEST_BYTES);
        chain.addWritable(at + STATUS, 1);
        if (indirect) {
            queue.addIndirect(chain, at + TABLE);
        } else {
            queue.add(chain);
        }
    }

    private void wave(Counts counts) {
        int batch = Math.min(batchSize, queueDepth);
        for (int sent = 0; sent < queueDepth; ) {
            for (int i = 0; i < batch && sent < queueDepth; i++) {
                submit(sent++);
            }
            queue.publish();
            if (queue.notificationNeeded() || !eventIdx) {
                handshake.notifyQueue(0, queue);
                counts.notifications++;
            }
        }
        counts.submissions += queueDepth;
        device.serviceKicks();
        for (int answers = 0; answers < queueDepth; answers++) {
            if (!queue.poll(used)) {
                throw new IllegalStateException("no answer: " + queue.error() + ", " + device.brokenBy());
            }
        }
    }

    /** Requests a second: {@code submissions} over the time; an operation is a wave. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public int throughput(Counts counts) {
        wave(counts);
        return used.id();
    }

    /** Time of a wave, in percentiles. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public int latency(Counts counts) {
        wave(counts);
        return used.id();
    }
}
