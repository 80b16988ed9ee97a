package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.driver.BlkDriver.QueuedBlkDriver;
import io.torosim.virtio.profile.DeviceProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Requests that the host finishes in any order: each answer is its own, and a flush covers what came before it. */
class BlkOrderPropertiesTest {
    private static final int SECTORS = 64;

    /** A disk with a cache: what it would have after a crash is in {@code durable}. */
    private static final class CachedDisk implements io.torosim.core.block.BlockDevice {
        final RamDisk ram = new RamDisk(SECTORS, false);
        byte[] durable = ram.bytes.clone();

        @Override
        public long sectorCount() {
            return SECTORS;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, java.nio.ByteBuffer target) throws IOException {
            ram.read(sector, target);
        }

        @Override
        public void write(long sector, java.nio.ByteBuffer source) throws IOException {
            ram.write(sector, source);
        }

        @Override
        public void flush() {
            durable = ram.bytes.clone();
        }

        @Override
        public void close() {}
    }

    /** What a request must give: of a read its data; of a flush the sectors that must be durable. */
    private record Expected(int order, long sector, byte[] data, boolean write, Map<Long, byte[]> durable) {}

    private static final class Run {
        final CachedDisk disk = new CachedDisk();
        final BlkDevice blk = BlkDevice.deferred(disk, "d");
        final Rig rig = new Rig(blk, DeviceProfile.STRICT);
        final QueuedBlkDriver driver;
        final Random random;
        final Map<Integer, Expected> outstanding = new LinkedHashMap<>();
        final Map<Long, byte[]> lastWritten = new LinkedHashMap<>();
        final boolean[] busy = new boolean[SECTORS];
        final List<Integer> finished = new ArrayList<>();
        int submitted;
        int flushed;

        Run(Rig.Way way, long ring, long seed) {
            random = new Random(seed);
            driver = new QueuedBlkDriver(rig.transport(way), rig.memory(), rig.dma(), ring, 1 + random.nextInt(20));
        }

        void submit() {
            int kind = random.nextInt(5);
            if (kind == 0) {
                remember(driver.flush(), new Expected(submitted, 0, null, false, new LinkedHashMap<>(lastWritten)));
                return;
            }
            int sector = random.nextInt(SECTORS);
            if (busy[sector]) {
                return; // overlapping requests are the driver's problem
            }
            if (kind < 3) {
                byte[] now = Arrays.copyOfRange(disk.ram.bytes, sector * 512, sector * 512 + 512);
                if (remember(driver.read(sector, 1), new Expected(submitted, sector, now, false, null))) {
                    busy[sector] = true;
                }
                return;
            }
            byte[] data = new byte[512];
            random.nextBytes(data);
            if (remember(driver.write(sector, data), new Expected(submitted, sector, data, true, null))) {
                busy[sector] = true;
                lastWritten.put((long) sector, data);
            }
        }

        boolean remember(int tag, Expected expected) {
            if (tag == 0) {
                return false;
            }
            assertThat(outstanding.put(tag, expected)).isNull();
            submitted++;
            return true;
        }

        void poll() throws IOException {
            QueuedBlkDriver.Completion completion;
            while ((completion = driver.poll()) != null) {
                Expected expected = outstanding.remove(completion.tag());
                assertThat(expected)
                        .as("answer to a request that is not in flight")
                        .isNotNull();
                finished.add(expected.order);
                assertThat(completion.status()).isEqualTo(BlkDevice.S_OK);
                if (expected.durable != null) {
                    expected.durable.forEach((sector, data) -> {
                        if (lastWritten.get(sector) == data) { // not written again since
                            flushed++;
                            assertThat(durable(sector)).isEqualTo(data);
                        }
                    });
                    continue;
                }
                busy[(int) expected.sector] = false;
                if (!expected.write) {
                    assertThat(completion.data()).isEqualTo(expected.data);
                }
            }
        }

        byte[] durable(long sector) {
            return Arrays.copyOfRange(disk.durable, (int) sector * 512, (int) sector * 512 + 512);
        }

        void all(Choices choices) throws IOException {
            for (int i = 0; i < 400; i++) {
                switch (random.nextInt(5)) {
                    case 0, 1, 2 -> submit();
                    case 3 -> blk.finishOne(choices);
                    default -> poll();
                }
            }
            while (blk.finishOne(choices)) {}
            poll();
            assertThat(outstanding).isEmpty();
            assertThat(driver.inFlight()).isZero();
            assertThat(blk.inFlight()).isZero();
            lastWritten.forEach((sector, data) -> assertThat(
                            Arrays.copyOfRange(disk.ram.bytes, sector.intValue() * 512, sector.intValue() * 512 + 512))
                    .isEqualTo(data));
            assertThat(rig.device.brokenBy()).isNull();
        }
    }

    @Provide
    Arbitrary<Long> rings() {
        List<Long> sets = new ArrayList<>(Rig.ringFeatureSets());
        Rig.ringFeatureSets().forEach(set -> sets.add(set | VirtioFeatures.NOTIFICATION_DATA));
        return Arbitraries.of(sets);
    }

    @Property(tries = 300)
    void anyOrder_givesEachRequestItsOwnAnswer(@ForAll Rig.Way way, @ForAll("rings") long ring, @ForAll long seed)
            throws IOException {
        Run run = new Run(way, ring, seed);
        Random order = new Random(~seed);
        run.all((point, alternatives) -> order.nextInt(alternatives));
        assertThat(run.finished).hasSizeGreaterThan(10);
        boolean outOfOrder = !run.finished.equals(run.finished.stream().sorted().toList());
        Statistics.label("finished in another order").collect(outOfOrder);
        Statistics.label("finished in another order")
                .coverage(c -> c.check(true).percentage(p -> p > 20));
        Statistics.label("a flush covered a write").collect(run.flushed > 0);
        Statistics.label("a flush covered a write").coverage(c -> c.check(true).percentage(p -> p > 50));
        if (VirtioFeatures.has(run.driver.features(), VirtioFeatures.IN_ORDER)) {
            assertThat(run.finished).isSorted();
        }
    }

    @Property(tries = 100)
    void alternativeZero_isTheOrderOfArrival(@ForAll Rig.Way way, @ForAll("rings") long ring, @ForAll long seed)
            throws IOException {
        Run run = new Run(way, ring, seed);
        run.all(Choices.fixed());
        assertThat(run.finished).isSorted();
    }

    @Example
    void lastFirst_isAnsweredByItsOwnId_andAFlushWaits() throws IOException {
        CachedDisk disk = new CachedDisk();
        BlkDevice blk = BlkDevice.deferred(disk, "d");
        Rig rig = new Rig(blk, DeviceProfile.STRICT);
        QueuedBlkDriver driver = new QueuedBlkDriver(rig.transport(Rig.Way.MODERN_PCI), rig.memory(), rig.dma(), 0, 8);
        Choices last = (point, alternatives) -> alternatives - 1;
        int first = driver.read(3, 1);
        int write = driver.write(9, new byte[1024]);
        int flush = driver.flush();
        int third = driver.read(5, 2);
        assertThat(blk.inFlight()).isEqualTo(4);
        assertThat(driver.poll()).isNull();
        List<Integer> tags = new ArrayList<>();
        while (blk.finishOne(last)) {
            QueuedBlkDriver.Completion completion = driver.poll();
            tags.add(completion.tag());
            if (completion.tag() == third) {
                assertThat(completion.data()).isEqualTo(Arrays.copyOfRange(disk.ram.bytes, 5 * 512, 7 * 512));
            }
        }
        assertThat(tags).containsExactly(third, write, flush, first);
        assertThat(Arrays.copyOfRange(disk.durable, 9 * 512, 11 * 512)).containsOnly(0);
        assertThat(blk.finishOne(last)).isFalse();
    }

    @Example
    void resetOfDeviceOrQueue_forgetsWhatIsInFlight() {
        BlkDevice blk = BlkDevice.deferred(new CachedDisk(), "d");
        Rig rig = new Rig(blk, DeviceProfile.STRICT);
        var transport = (io.torosim.virtio.transport.ModernPciTransport) rig.transport(Rig.Way.MODERN_PCI);
        QueuedBlkDriver driver = new QueuedBlkDriver(transport, rig.memory(), rig.dma(), VirtioFeatures.RING_RESET, 8);
        assertThat(driver.read(0, 1)).isPositive();
        assertThat(transport.resetQueue(0)).isTrue();
        byte[] before = rig.memory.snapshot();
        assertThat(blk.finishOne(Choices.fixed())).isFalse();
        assertThat(blk.inFlight()).isZero();
        assertThat(rig.memory.snapshot()).isEqualTo(before);
        driver.close();
        driver = new QueuedBlkDriver(transport, rig.memory(), rig.dma(), 0, 8);
        assertThat(driver.read(0, 1)).isPositive();
        driver.close();
        assertThat(blk.inFlight()).isZero();
        assertThat(blk.finishOne(Choices.fixed())).isFalse();
    }

    @Example
    void requestWithoutRoomForAnswer_breaksTheDevice() {
        BlkDevice blk = BlkDevice.deferred(new CachedDisk(), "d");
        Rig rig = new Rig(blk, DeviceProfile.STRICT);
        var transport = rig.transport(Rig.Way.MMIO);
        var handshake = io.torosim.virtio.driver.VirtioHandshake.begin(transport, 2, 0);
        var queue = handshake.queue(0, 8, rig.memory(), rig.dma());
        handshake.ready();
        var chain = new io.torosim.virtio.queue.BufferChain();
        chain.addReadable(0x100000, 16);
        queue.add(chain);
        queue.publish();
        transport.notifyQueue(0);
        assertThat(rig.device.brokenBy()).contains("without room");
        assertThat(blk.finishOne(Choices.fixed())).isFalse();
    }

    @Example
    void moreSectorsThanARequestHas_areRefused() {
        Rig rig = new Rig(BlkDevice.deferred(new CachedDisk(), "d"), DeviceProfile.STRICT);
        QueuedBlkDriver driver = new QueuedBlkDriver(rig.transport(Rig.Way.MMIO), rig.memory(), rig.dma(), 0, 1);
        assertThat(driver.sectorCount()).isEqualTo(SECTORS);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> driver.read(0, 9))
                .isInstanceOf(IllegalArgumentException.class);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> driver.write(0, new byte[100]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(driver.read(0, 8)).isEqualTo(1);
        assertThat(driver.read(0, 1)).isZero(); // one in flight is all there is room for
    }
}
