package io.torosim.virtio.requests;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.device.ConsoleDevice;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Runs a driver of a device type at devices that lie or are late, with every ring, and says what it did wrong. A driver may
 * refuse any answer that makes no sense; but what it returns must be right, and once the device is honest again everything
 * must work again.
 *
 * <p>A driver must give up at an answer that never comes: one that calls {@link io.torosim.virtio.transport.VirtioTransport.DeviceWait#await} more
 * than 150,000 times for one request is stopped there. What a driver throws is a line with the first places of its trace. Lines that
 * differ in the ring or in numbers only are said once, with how many more there are.
 */
public final class DriverExam {
    private static final List<Long> RINGS = List.of(
            0L,
            VirtioFeatures.RING_PACKED,
            VirtioFeatures.INDIRECT_DESC | VirtioFeatures.EVENT_IDX,
            VirtioFeatures.RING_PACKED | VirtioFeatures.INDIRECT_DESC | VirtioFeatures.EVENT_IDX);
    private static final Set<Lie> BAD_STATUS =
            EnumSet.of(Lie.FAILED_STATUS, Lie.UNSUPPORTED_STATUS, Lie.NONSENSE_STATUS);
    static final int MEMORY_BYTES = 4 << 20;
    private static final int SECTORS = 64;
    private static final int HONEST_CALLS = 20;
    private static final int LIES = 70; // more than a driver usually has buffers
    static final int MOST_WAITS = 150_000; // ours give up after 100,000
    static final int LEAST_FRAME = 60;
    static final int MOST_FRAME = 1514;
    private static final int MOST_BUFFERS = 64; // of a frame, each of which may look like one where a device lies
    private static final byte[] MAC = {2, 0, 0, 0, 0, 1};

    private DriverExam() {}

    /** A device with a liar in it, and the driver's end of it. */
    private static final class Bench {
        final FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        final LyingModel liar;
        final VirtioTransport transport;
        final DmaAllocator dma = new DmaAllocator(1 << 16, MEMORY_BYTES - (1 << 16));
        Lie lie = Lie.NONE;
        private int waits; // in the call that is under way

        Bench(DeviceModel honest, int liedAbout) {
            this(honest, liedAbout, 0);
        }

        Bench(DeviceModel honest, int liedAbout, long without) {
            liar = new LyingModel(honest, liedAbout, without);
            VirtioDevice device = new VirtioDevice(liar, memory, DeviceProfile.STRICT, (cause, queue) -> {});
            liar.in(device);
            ModernPciDevice pci = new ModernPciDevice(device);
            transport = new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
        }

        void lie(Lie newLie) {
            lie = newLie;
            liar.lie(newLie);
            waits = 0;
        }

        /** The driver waits: what is out of order comes now, what is late does not. */
        void waited() {
            if (++waits > MOST_WAITS) {
                throw new NoEnd(MOST_WAITS);
            }
            if (lie == Lie.OUT_OF_ORDER) {
                liar.release(true);
            }
        }
    }

    /**
     * Examines a disk driver.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> blk(Drivers.Factory<Drivers.Blk> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        List<Lie> lies = List.of(
                Lie.NONE,
                Lie.FAILED_STATUS,
                Lie.UNSUPPORTED_STATUS,
                Lie.NONSENSE_STATUS,
                Lie.SHORT_LENGTH,
                Lie.LONG_LENGTH,
                Lie.OUT_OF_ORDER,
                Lie.LATE,
                Lie.LATE_TOGETHER,
                Lie.NEVER);
        for (long ring : RINGS) {
            for (Lie lie : lies) {
                blk(factory, ring, lie, wrong);
            }
            BlkLimits.run(factory, ring, wrong);
        }
        return Alike.lines(wrong);
    }

    private static void blk(Drivers.Factory<Drivers.Blk> factory, long ring, Lie lie, List<String> wrong) {
        MemoryBlockDevice disk = new MemoryBlockDevice(SECTORS);
        Bench bench = new Bench(new BlkDevice(disk, ""), 0);
        String where = "blk, ring " + Long.toHexString(ring) + ", " + lie + ": ";
        try {
            byte[] content = pattern(SECTORS * BlockDevice.SECTOR_BYTES, 1);
            disk.write(0, ByteBuffer.wrap(content));
            Drivers.Blk driver = factory.start(bench.transport, bench.memory, bench.dma, ring, bench::waited);
            SimRandom random = new RandomStreams(ring + lie.ordinal()).stream("requests");
            boolean[] unsure = new boolean[SECTORS];
            int lies = lie == Lie.LATE_TOGETHER ? 2 : 3; // then a read comes next, into which late bytes may go
            for (int call = 0; call < lies + HONEST_CALLS; call++) {
                boolean lying = call < lies;
                bench.lie(lying ? lie : Lie.NONE);
                int sector = random.nextInt(SECTORS - 1);
                if (call % 2 == 0) {
                    read(driver, sector, content, unsure, lie, lying, where, wrong);
                } else {
                    write(driver, sector, content, unsure, call, lie, lying, where, wrong);
                }
                if (call == 2 && lie != Lie.LATE_TOGETHER) {
                    bench.liar.release(false); // too late
                }
            }
            byte[] after = new byte[content.length];
            disk.read(0, ByteBuffer.wrap(after));
            for (int sector = 0; sector < SECTORS; sector++) {
                int at = sector * BlockDevice.SECTOR_BYTES;
                int end = at + BlockDevice.SECTOR_BYTES;
                if (!unsure[sector] && !Arrays.equals(after, at, end, content, at, end)) {
                    wrong.add(where + "sector " + sector + " has other bytes than were written");
                }
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    private static void read(
            Drivers.Blk driver,
            int sector,
            byte[] content,
            boolean[] unsure,
            Lie lie,
            boolean lying,
            String where,
            List<String> wrong) {
        try {
            byte[] data = driver.read(sector, 1);
            int at = sector * BlockDevice.SECTOR_BYTES;
            if (lying && BAD_STATUS.contains(lie)) {
                wrong.add(where + "a read that failed passes for one that did not");
            } else if (!unsure[sector]
                    && !Arrays.equals(data, Arrays.copyOfRange(content, at, at + BlockDevice.SECTOR_BYTES))) {
                wrong.add(where + "read of sector " + sector + " returns other bytes than the disk's");
            }
        } catch (IOException e) {
            if (!lying || lie == Lie.NONE || lie == Lie.OUT_OF_ORDER || lie == Lie.LONG_LENGTH) {
                wrong.add(where + "read of sector " + sector + " fails: " + e.getMessage());
            }
        }
    }

    private static void write(
            Drivers.Blk driver,
            int sector,
            byte[] content,
            boolean[] unsure,
            int call,
            Lie lie,
            boolean lying,
            String where,
            List<String> wrong) {
        byte[] data = pattern(BlockDevice.SECTOR_BYTES, 77 + call);
        try {
            driver.write(sector, data);
            System.arraycopy(data, 0, content, sector * BlockDevice.SECTOR_BYTES, data.length);
            unsure[sector] = false;
            if (lying && (BAD_STATUS.contains(lie) || lie == Lie.NEVER)) {
                wrong.add(where + "a write that failed passes for one that did not");
            }
        } catch (IOException e) {
            unsure[sector] = true;
            if (!lying || lie == Lie.NONE || lie == Lie.OUT_OF_ORDER || lie == Lie.LONG_LENGTH) {
                wrong.add(where + "write of sector " + sector + " fails: " + e.getMessage());
            }
        }
    }

    /**
     * Examines the receiving half of a network driver: frames of 60 to 1514 bytes, with mergeable buffers where it agrees to
     * them, and at a device that has none.
     *
     * <p>A frame that claims more buffers than it has leaves buffers behind which look like frames; the driver may return
     * those. A driver must have room for a frame of 1514 bytes.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> net(Drivers.Factory<Drivers.Net> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            for (Lie lie : List.of(
                    Lie.NONE,
                    Lie.SHUFFLED,
                    Lie.SHORT_LENGTH,
                    Lie.LONG_LENGTH,
                    Lie.LENGTH_5,
                    Lie.NUM_BUFFERS_0,
                    Lie.NUM_BUFFERS_2,
                    Lie.NUM_BUFFERS_65535)) {
                net(factory, ring | NetDevice.F_MRG_RXBUF, lie, 0, wrong);
            }
            net(factory, ring | NetDevice.F_MRG_RXBUF, Lie.NONE, NetDevice.F_MRG_RXBUF, wrong);
        }
        return Alike.lines(wrong);
    }

    private static void net(
            Drivers.Factory<Drivers.Net> factory, long ring, Lie lie, long without, List<String> wrong) {
        NetDevice card = new NetDevice(MAC, frame -> {});
        Bench bench = new Bench(card, NetDevice.RX, without);
        String where = "net, ring " + Long.toHexString(ring) + (without == 0 ? ", " : ", no MRG_RXBUF, ") + lie + ": ";
        try {
            Drivers.Net driver = factory.start(bench.transport, bench.memory, bench.dma, ring, bench::waited);
            for (int call = 0; call < LIES + HONEST_CALLS; call++) {
                boolean lying = call < LIES;
                bench.lie(lying ? lie : Lie.NONE);
                byte[] frame = pattern(LEAST_FRAME + call * 193 % (MOST_FRAME - LEAST_FRAME + 1), call);
                if (!card.receive(frame)) {
                    wrong.add(where + "no buffer for frame " + call + " of " + frame.length + " bytes");
                    return;
                }
                byte[] got = driver.receive();
                boolean believable = !lying || lie == Lie.NONE || lie == Lie.SHUFFLED;
                if (believable && got == null) {
                    wrong.add(where + "frame " + call + " of " + frame.length + " bytes is lost");
                } else if (got != null && (believable || lie == Lie.SHORT_LENGTH) && !Arrays.equals(got, frame)) {
                    wrong.add(where + "frame " + call + " of " + frame.length + " bytes comes with other bytes"
                            + (got.length == frame.length ? "" : ", " + got.length + " of them"));
                }
                int left = 0;
                for (int i = 0; i < MOST_BUFFERS; i++) { // null may be a frame that was refused
                    left += driver.receive() == null ? 0 : 1;
                }
                if (believable && left > 0) {
                    wrong.add(where + left + " frames more than came, behind frame " + call);
                }
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    /**
     * Examines the sending half of a network driver at a card that takes its time, and at one that returns buffers in another order
     * than they came in: each frame that was taken goes out once, as it was given, behind a header of 12 bytes that asks for nothing.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> netSend(Drivers.Factory<Drivers.Sender> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            SendingExam.run(factory, ring, wrong);
        }
        return Alike.lines(wrong);
    }

    /**
     * Examines the receiving half of a console driver at a device that lies about lengths, and at one that uses buffers in another
     * order than they came in.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> consoleInput(Drivers.Factory<Drivers.ConsoleInput> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            for (Lie lie : List.of(Lie.NONE, Lie.SHUFFLED, Lie.SHORT_LENGTH, Lie.LONG_LENGTH, Lie.LENGTH_5)) {
                consoleInput(factory, ring, lie, wrong);
            }
        }
        return Alike.lines(wrong);
    }

    private static void consoleInput(
            Drivers.Factory<Drivers.ConsoleInput> factory, long ring, Lie lie, List<String> wrong) {
        ConsoleDevice console = new ConsoleDevice(80, 25, bytes -> {});
        Bench bench = new Bench(console, ConsoleDevice.RX);
        String where = "console input, ring " + Long.toHexString(ring) + ", " + lie + ": ";
        try {
            Drivers.ConsoleInput driver = factory.start(bench.transport, bench.memory, bench.dma, ring, bench::waited);
            for (int call = 0; call < LIES + HONEST_CALLS; call++) {
                boolean lying = call < LIES;
                bench.lie(lying ? lie : Lie.NONE);
                byte[] typed = pattern(1 + call * 7 % 40, call);
                int taken = console.type(typed);
                if (taken == 0) {
                    wrong.add(where + "no buffer for input " + call);
                    return;
                }
                ByteArrayOutputStream got = new ByteArrayOutputStream();
                for (int i = 0; i < MOST_BUFFERS; i++) { // null may be a buffer that was refused
                    byte[] part = driver.read();
                    if (part != null) {
                        got.writeBytes(part);
                    }
                }
                boolean exact = !lying || lie == Lie.NONE || lie == Lie.SHUFFLED;
                byte[] expected = Arrays.copyOf(typed, taken);
                if (exact && !Arrays.equals(got.toByteArray(), expected)) {
                    wrong.add(where + "input " + call + " of " + taken + " bytes comes as " + got.size()
                            + ", or as others");
                } else if (lying && lie == Lie.SHORT_LENGTH && got.size() > 0) {
                    wrong.add(where + "bytes come of which the device says that it wrote none");
                } else if (lying && lie == Lie.LENGTH_5 && got.size() > 5 * taken) {
                    wrong.add(where + "more bytes come than the device says that it wrote");
                }
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    /**
     * Examines the transmitting half of a console driver at a device that takes its time, and at one that returns buffers in
     * another order than they came in, as it may, and prints them in the right one.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> console(Drivers.Factory<Drivers.Console> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            console(factory, ring, new ConsoleDevice(80, 25, out::writeBytes), out, () -> {}, "", wrong);
            ByteArrayOutputStream mixed = new ByteArrayOutputStream();
            LeisurelyReader leisurely = LeisurelyReader.console(mixed::writeBytes);
            console(factory, ring, leisurely, mixed, leisurely::finish, ", out of order", wrong);
        }
        return Alike.lines(wrong);
    }

    private static void console(
            Drivers.Factory<Drivers.Console> factory,
            long ring,
            DeviceModel console,
            ByteArrayOutputStream out,
            Runnable atLast,
            String course,
            List<String> wrong) {
        FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        VirtioDevice device = new VirtioDevice(console, memory, DeviceProfile.KVM_IOEVENTFD, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(device);
        VirtioTransport transport = new ModernPciTransport(pci.configSpace(), bar -> pci.bar());
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        String where = "console, ring " + Long.toHexString(ring) + course + ": ";
        int[] waits = {0};
        DeviceWait wait = () -> {
            if (++waits[0] > MOST_WAITS) {
                throw new NoEnd(MOST_WAITS);
            }
            device.serviceKicks();
        };
        try {
            Drivers.Console driver = factory.start(transport, memory, new DmaAllocator(1 << 16, 1 << 20), ring, wait);
            for (int call = 0; call < 3 * HONEST_CALLS; call++) {
                byte[] bytes = pattern(1 + call * 5 % 90, call);
                taken.write(bytes, 0, driver.write(bytes));
                if (call % 3 == 2) {
                    device.serviceKicks();
                }
            }
            for (int call = 0; call < LIES; call++) { // until there is no room
                byte[] bytes = pattern(10, call);
                taken.write(bytes, 0, driver.write(bytes));
            }
            device.serviceKicks();
            atLast.run();
            if (!Arrays.equals(out.toByteArray(), taken.toByteArray())) {
                int at = Arrays.mismatch(out.toByteArray(), taken.toByteArray());
                wrong.add(where + "the device gets other bytes than were written, from byte " + at);
            }
            if (driver.write(new byte[] {1}) != 1) {
                wrong.add(where + "with nothing in flight a byte finds no room");
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    /**
     * Examines an entropy driver.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> entropy(Drivers.Factory<Drivers.Entropy> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            for (Lie lie : List.of(
                    Lie.NONE,
                    Lie.HALF,
                    Lie.SHORT_LENGTH,
                    Lie.LONG_LENGTH,
                    Lie.OUT_OF_ORDER,
                    Lie.LATE,
                    Lie.LATE_TOGETHER,
                    Lie.NEVER)) {
                entropy(factory, ring, lie, wrong);
            }
        }
        return Alike.lines(wrong);
    }

    private static void entropy(Drivers.Factory<Drivers.Entropy> factory, long ring, Lie lie, List<String> wrong) {
        int[] next = {0};
        Bench bench = new Bench(new RngDevice(() -> next[0]++ % 251), 0);
        String where = "entropy, ring " + Long.toHexString(ring) + ", " + lie + ": ";
        try {
            Drivers.Entropy driver = factory.start(bench.transport, bench.memory, bench.dma, ring, bench::waited);
            for (int call = 0; call < 3 + HONEST_CALLS; call++) {
                boolean lying = call < 3;
                bench.lie(lying ? lie : Lie.NONE);
                int asked = 1 + call * 7 % 30;
                int before = next[0];
                try {
                    byte[] got = driver.random(asked);
                    if (got.length < 1 || got.length > asked) {
                        wrong.add(where + got.length + " bytes for " + asked);
                    } else if ((got[0] & 0xff) != before % 251) {
                        wrong.add(where + "bytes of an earlier request");
                    } else {
                        int fresh = 1;
                        while (fresh < got.length && (got[fresh] & 0xff) == (before + fresh) % 251) {
                            fresh++;
                        }
                        if (fresh < got.length) {
                            wrong.add(where + got.length + " bytes of which the device wrote only " + fresh);
                        }
                    }
                } catch (IllegalStateException e) {
                    boolean answered =
                            lie == Lie.NONE || lie == Lie.HALF || lie == Lie.OUT_OF_ORDER || lie == Lie.LONG_LENGTH;
                    if (!lying || answered) {
                        wrong.add(where + "request " + call + " fails: " + e.getMessage());
                    }
                }
                if (call == 2 && lie != Lie.LATE_TOGETHER) {
                    bench.liar.release(false);
                }
            }
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    /**
     * Examines a socket driver: streams both ways with small buffers, credit asked for, streams that the host ends, refuses or
     * never had. Counters that wrap are not reached: that takes 2 GiB.
     *
     * @return what it did wrong, a line for each kind; empty if nothing
     */
    public static List<String> vsock(Drivers.Factory<Drivers.Vsock> factory) {
        Objects.requireNonNull(factory, "factory");
        List<String> wrong = new ArrayList<>();
        for (long ring : RINGS) {
            VsockDriverExam.run(factory, ring, wrong);
        }
        return Alike.lines(wrong);
    }

    static byte[] pattern(int bytes, int seed) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = (byte) (seed * 59 + i * 7 + i / 251);
        }
        return pattern;
    }

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
            D start(
                    VirtioTransport transport,
                    GuestMemory memory,
                    DmaAllocator dma,
                    long ringFeatures,
                    DeviceWait wait);
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
}
