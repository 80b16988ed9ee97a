package io.torosim.guest.fs;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.driver.IdeDriver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Toro's FAT16 driver under its virtual file system ({@code Fat.pas} and {@code Filesystem.pas} of 2018) as routines above {@link IdeDriver}:
 * {@link #mount}, {@link #open}, {@link #read}. Each sector is a command, a suspension of the thread, an interrupt and a transfer; several
 * threads of the owning core may be in it at once, and one that is killed leaves behind what it held.
 *
 * <p>Two threads that miss the same block make two buffers of it, as in Toro.
 *
 * <p>Blocks and the copy of the table lie in guest memory. Confined to the simulation thread.
 */
public final class FatReader {
    /** Word of every routine: how it ended, a {@link ReadStatus}. */
    private static final int STATUS = 0;

    private static final int SECTOR_BYTES = BlockCache.BLOCK_BYTES;
    private static final int SLOT_BYTES = 32;
    private static final int LAST = -1; // no cluster follows
    private static final int MAX_STEPS = 70_000; // longer than any chain: the real driver would not come back
    private static final int LARGEST_TABLE = 1 << 17;

    private final Set<FatQuirk> quirks;
    private final GuestMemory memory;
    private final LongUnaryOperator allocate;
    private final BlockCache cache;
    private final long comparePs;
    private final long copySectorPs;
    private final Map<Integer, ToroInode> inodes = new LinkedHashMap<>();
    private final List<@Nullable Path> paths = new ArrayList<>();
    private final GuestCode getBlock;
    private final GuestCode mount;
    private final GuestCode open;
    private final GuestCode read;

    private boolean mounted;

    @SuppressWarnings("NullAway.Init") // mount comes first
    private ToroLayout layout;
    /** What {@code nextSector} returns behind the last sector. */
    private final int behindLast;

    private long table;
    private long tableBytes;
    /** Where the driver believes that the table begins, from where it does. */
    private long tableBase;

    /**
     * Creates the driver of one block file, with nothing mounted.
     *
     * @param memory guest memory
     * @param allocate gives so many bytes of guest memory, zeros, and returns their address; -1 if there are no more
     * @param driver reads the partition
     * @param quirks the defects that are on
     * @param comparePs one element of a linear search
     * @param copySectorPs copying 512 bytes
     */
    public FatReader(
            GuestMemory memory,
            LongUnaryOperator allocate,
            IdeDriver driver,
            Set<FatQuirk> quirks,
            long comparePs,
            long copySectorPs) {
        this.memory = memory;
        this.allocate = allocate;
        this.quirks = quirks.isEmpty() ? EnumSet.noneOf(FatQuirk.class) : EnumSet.copyOf(quirks);
        this.behindLast = quirks.contains(FatQuirk.END_IS_SECTOR) ? 0xffff : -1;
        this.cache = new BlockCache(allocate);
        this.comparePs = comparePs;
        this.copySectorPs = copySectorPs;
        this.getBlock = getBlock(driver.readBlock());
        this.mount = fatReadSuper();
        this.open = openFile();
        this.read = fatReadFile();
    }

    /** Returns how many blocks the cache holds in use. */
    public int blocksInUse() {
        return cache.inUseCount();
    }

    /** Returns {@code SysMount}: it takes no arguments. */
    public GuestCode mount() {
        return mount;
    }

    /** Returns {@code SysOpenFile}: {@link #openArguments}, {@link #opened}. */
    public GuestCode open() {
        return open;
    }

    /** Returns {@code SysReadFile}: {@link #readArguments}, {@link #bytesRead}. */
    public GuestCode read() {
        return read;
    }

    /** Returns how a routine ended whose outermost frame this was. */
    public static ReadStatus status(Frame over) {
        return ReadStatus.of(over.w[STATUS]);
    }

    /** Searches and copies of the core's own memory. */
    private static long work(GuestCpu cpu, long ps) {
        return ps == 0 ? StepResult.NEXT : cpu.work(ps);
    }

    // ---- GetBlock

    private static final int BLOCK = 0;
    private static final int HEAD_TO = 1;
    private static final int HEAD = 2;
    private static final int SECTORS_READ = 3;
    private static final int FAILED = -2;

    /** {@code GetBlock}: the caller's word {@code HEAD_TO} gets the head, -1 if none is free, -2 if the disk failed. */
    private GuestCode getBlock(GuestCode readBlock) {
        Mark end = new Mark();
        return Steps.of("GetBlock", 4)
                .step("search the buffers in use", (cpu, f) -> {
                    f.w[HEAD] = cache.findInUse(f.w[BLOCK]);
                    return work(cpu, cache.compared() * comparePs);
                })
                .ifEqual("not in use", HEAD, BlockCache.NONE, missed -> missed.step(
                                "search the free buffers", (cpu, f) -> {
                                    f.w[HEAD] = cache.findFree(f.w[BLOCK]);
                                    return work(cpu, cache.compared() * comparePs);
                                })
                        .ifEqual(
                                "not there", HEAD, BlockCache.NONE, absent -> absent.step("take a buffer", (cpu, f) -> {
                                            f.w[HEAD] = cache.take();
                                            if (f.w[HEAD] == BlockCache.NONE) {
                                                f.entry = end.entry();
                                            }
                                            return StepResult.NEXT;
                                        })
                                        .call("ATAReadBlock", readBlock, (from, to) -> {
                                            to.w[IdeDriver.BLOCK] = from.w[BLOCK];
                                            to.w[IdeDriver.COUNT] = 1;
                                            to.w[IdeDriver.BUFFER] = cache.data((int) from.w[HEAD]);
                                            to.w[IdeDriver.RESULT] = SECTORS_READ;
                                        })
                                        .step("append", (cpu, f) -> {
                                            if (f.w[SECTORS_READ] == 1) {
                                                cache.append((int) f.w[HEAD], f.w[BLOCK]);
                                            } else {
                                                f.w[HEAD] = FAILED;
                                            }
                                            return StepResult.NEXT;
                                        })))
                .mark(end)
                .step("Count + 1", (cpu, f) -> {
                    if (f.w[HEAD] >= 0) {
                        cache.get((int) f.w[HEAD]);
                    }
                    cpu.caller().w[(int) f.w[HEAD_TO]] = f.w[HEAD];
                    return StepResult.NEXT;
                })
                .build();
    }

    /** Without a block the routine is over, with the reason; returns whether there is one. */
    private static boolean hasBlock(Frame f, long head, Mark end, ReadStatus none) {
        if (head >= 0) {
            return true;
        }
        return !fails(f, head == FAILED ? ReadStatus.DISK_ERROR : none, end);
    }

    private static boolean fails(Frame f, ReadStatus why, Mark end) {
        f.w[STATUS] = why.ordinal();
        f.entry = end.entry();
        return true;
    }

    // ---- mounting

    private static final int MOUNT_HEAD = 1;
    private static final int MOUNT_BLOCK = 2;
    private static final int MOUNT_LAST = 3;

    private GuestCode fatReadSuper() {
        Mark end = new Mark();
        return Steps.of("FatReadSuper", 4)
                .call("GetBlock 0", getBlock, (from, to) -> to.w[HEAD_TO] = MOUNT_HEAD)
                .step("look at the boot sector", (cpu, f) -> {
                    if (hasBlock(f, f.w[MOUNT_HEAD], end, ReadStatus.NO_BUFFER)) {
                        superBlock(cpu, f, end);
                    }
                    return StepResult.NEXT;
                })
                .whileLess("blocks of the table", MOUNT_BLOCK, MOUNT_LAST, each -> each.call(
                                "GetBlock", getBlock, (from, to) -> {
                                    to.w[BLOCK] = layout.tableStart() + from.w[MOUNT_BLOCK];
                                    to.w[HEAD_TO] = MOUNT_HEAD;
                                })
                        .step("copy a block of the table", (cpu, f) -> {
                            if (!hasBlock(f, f.w[MOUNT_HEAD], end, ReadStatus.TABLE_FILLS_CACHE)) {
                                return StepResult.NEXT;
                            }
                            copy(cpu, cache.data((int) f.w[MOUNT_HEAD]), table + SECTOR_BYTES * f.w[MOUNT_BLOCK]);
                            f.w[MOUNT_BLOCK]++;
                            return work(cpu, copySectorPs); // the block stays in use for ever
                        }))
                .step("InodeROOT", (cpu, f) -> {
                    mounted = true;
                    return StepResult.NEXT;
                })
                .mark(end)
                .end("mounted, or not")
                .build();
    }

    private static void copy(GuestCpu cpu, long from, long to) {
        for (int i = 0; i < SECTOR_BYTES; i += 8) {
            cpu.own().store64(to + i, cpu.own().load64(from + i));
        }
    }

    private void superBlock(GuestCpu cpu, Frame f, Mark end) {
        int head = (int) f.w[MOUNT_HEAD];
        long boot = cache.data(head);
        GuestMemory own = cpu.own();
        if (own.load8(boot + 0x36) != 'F' || own.load8(boot + 0x3a) != '6') {
            fails(f, ReadStatus.NOT_FAT16, end);
            return;
        }
        int bytesPerSector = own.load16(boot + 0x0b);
        int sectorsPerCluster = own.load8(boot + 0x0d);
        if (bytesPerSector == 0 || sectorsPerCluster == 0) {
            fails(f, ReadStatus.DIVISION_BY_ZERO, end);
            return;
        }
        layout = ToroLayout.of(
                bytesPerSector,
                sectorsPerCluster,
                own.load16(boot + 0x0e),
                own.load8(boot + 0x10),
                own.load16(boot + 0x11),
                own.load16(boot + 0x16),
                quirks);
        cache.put(head);
        long bytes = (long) layout.tableBlocks() * SECTOR_BYTES;
        tableBytes = bytes + LARGEST_TABLE + SECTOR_BYTES; // behind the copy memory is zero
        table = allocate.applyAsLong(tableBytes);
        if (table < 0) {
            fails(f, ReadStatus.NO_MEMORY, end);
            return;
        }
        tableBase = quirks.contains(FatQuirk.TABLE_POINTER) ? bytes : 0;
        f.w[MOUNT_LAST] = layout.tableBlocks();
    }

    // ---- opening

    private static final int PATH = 1;
    private static final int OPEN_SECTOR = 2;
    private static final int OPEN_LAST = 3;
    private static final int OPEN_HEAD = 4;
    private static final int OPEN_STEPS = 5;
    private static final int IN_ROOT = 6;

    /** Sets the argument of {@link #open}: for example {@code /index.html}. */
    public void openArguments(Frame f, String path) {
        int free = paths.indexOf(null);
        f.w[PATH] = free >= 0 ? free : paths.size();
        if (free >= 0) {
            paths.set(free, new Path(path));
        } else {
            paths.add(new Path(path));
        }
    }

    /** Returns what {@link #open} found, and forgets the path; null if its status is not {@link ReadStatus#OK}. */
    public @Nullable ToroInode opened(Frame over) {
        Path path = paths.set((int) over.w[PATH], null);
        return status(over) == ReadStatus.OK ? path.inode() : null;
    }

    private GuestCode openFile() {
        Mark end = new Mark();
        Mark more = new Mark();
        Mark looked = new Mark();
        return Steps.of("SysOpenFile", 7)
                .step("is there a root?", (cpu, f) -> {
                    if (!mounted) {
                        fails(f, ReadStatus.NOT_MOUNTED, end);
                    }
                    return StepResult.NEXT;
                })
                .forever(component -> component
                        .step("NameI: the next component", (cpu, f) -> {
                            nextComponent(f, end);
                            return StepResult.NEXT;
                        })
                        .mark(more)
                        .step("FatLookUpInode: another sector?", (cpu, f) -> {
                            boolean over = f.w[IN_ROOT] > 0
                                    ? f.w[OPEN_SECTOR] > f.w[OPEN_LAST]
                                    : f.w[OPEN_SECTOR] == behindLast;
                            if (over || path(f).search().isOver()) {
                                f.entry = looked.entry();
                            } else if (f.w[IN_ROOT] == 0 && f.w[OPEN_STEPS] > MAX_STEPS) {
                                fails(f, ReadStatus.ENDLESS, end);
                            }
                            return StepResult.NEXT;
                        })
                        .call("GetBlock", getBlock, (from, to) -> {
                            to.w[BLOCK] = from.w[OPEN_SECTOR];
                            to.w[HEAD_TO] = OPEN_HEAD;
                        })
                        .step("FindDir", (cpu, f) -> {
                            if (hasBlock(f, f.w[OPEN_HEAD], end, ReadStatus.NO_BUFFER)) {
                                findDir(cpu, f);
                                f.entry = more.entry();
                            }
                            return StepResult.NEXT;
                        })
                        .mark(looked)
                        .step("GetInode", (cpu, f) -> {
                            ToroInode found = path(f).search().found();
                            if (found == null) {
                                fails(f, ReadStatus.NOT_FOUND, end);
                            } else { // keyed by the first cluster: all empty files are one
                                ToroInode cached = inodes.putIfAbsent(found.number(), found);
                                path(f).found(cached != null ? cached : found);
                            }
                            return StepResult.NEXT;
                        }))
                .mark(end)
                .end("opened, or not")
                .build();
    }

    private Path path(Frame f) {
        return paths.get((int) f.w[PATH]);
    }

    private void nextComponent(Frame f, Mark end) {
        Path path = path(f);
        if (path.complete()) {
            f.entry = end.entry();
            return;
        }
        ToroInode directory = path.inode();
        if (!directory.directory()) {
            fails(f, ReadStatus.NOT_FOUND, end);
            return;
        }
        path.searchNext(quirks);
        boolean root = directory.number() == ToroInode.ROOT.number();
        f.w[IN_ROOT] = root ? 1 : 0;
        f.w[OPEN_SECTOR] = root ? layout.rootStart() : firstSector(directory.number());
        f.w[OPEN_LAST] = quirks.contains(FatQuirk.ROOT_BOUNDS) ? layout.rootEnd() : layout.rootEnd() - 1;
        f.w[OPEN_STEPS] = 0;
    }

    private void findDir(GuestCpu cpu, Frame f) {
        int head = (int) f.w[OPEN_HEAD];
        byte[] sector = new byte[SECTOR_BYTES];
        cpu.own().copyOut(cache.data(head), sector, 0, SECTOR_BYTES);
        path(f).search().scan(sector);
        cache.put(head);
        f.w[OPEN_STEPS]++;
        f.w[OPEN_SECTOR] = f.w[IN_ROOT] > 0 ? f.w[OPEN_SECTOR] + 1 : nextSector(f.w[OPEN_SECTOR]);
    }

    // ---- reading

    private static final int NUMBER = 1;
    private static final int SIZE = 2;
    private static final int POSITION = 3;
    private static final int COUNT = 4;
    private static final int TARGET = 5;
    private static final int DONE = 6;
    private static final int SECTOR = 7;
    private static final int INSIDE = 8;
    private static final int READ_HEAD = 9;
    private static final int LENGTH = 10;

    /**
     * Sets the arguments of {@link #read}.
     *
     * @param position the first byte, at least 0
     * @param count bytes wanted
     * @param target where they go in guest memory
     */
    public void readArguments(Frame f, ToroInode file, long position, int count, long target) {
        f.w[NUMBER] = file.number();
        f.w[SIZE] = file.size();
        f.w[POSITION] = position;
        f.w[COUNT] = count;
        f.w[TARGET] = target;
    }

    /** Returns how long the answer of {@link #read} is: what the file has there, right or not. */
    public int bytesRead(Frame over) {
        return (int) over.w[LENGTH];
    }

    private GuestCode fatReadFile() {
        Mark end = new Mark();
        return Steps.of("FatReadFile", 11)
                .step("where it begins", (cpu, f) -> {
                    f.w[LENGTH] = Math.max(0, Math.min(f.w[COUNT], f.w[SIZE] - f.w[POSITION]));
                    f.w[SECTOR] = f.w[LENGTH] == 0 ? behindLast : start(f.w[NUMBER], f.w[POSITION]);
                    f.w[INSIDE] = f.w[POSITION] % SECTOR_BYTES;
                    return StepResult.NEXT;
                })
                .whileLess("bytes left", DONE, LENGTH, each -> each.step("is there a sector?", (cpu, f) -> {
                            if (f.w[SECTOR] == behindLast) {
                                f.entry = end.entry();
                            }
                            return StepResult.NEXT;
                        })
                        .call("GetBlock", getBlock, (from, to) -> {
                            to.w[BLOCK] = from.w[SECTOR];
                            to.w[HEAD_TO] = READ_HEAD;
                        })
                        .step("copy", (cpu, f) -> {
                            if (!hasBlock(f, f.w[READ_HEAD], end, ReadStatus.NO_BUFFER)) {
                                return StepResult.NEXT;
                            }
                            copyPart(cpu, f);
                            return work(cpu, copySectorPs);
                        }))
                .mark(end)
                .end("read")
                .build();
    }

    private void copyPart(GuestCpu cpu, Frame f) {
        int head = (int) f.w[READ_HEAD];
        int part = (int) Math.min(SECTOR_BYTES - f.w[INSIDE], f.w[LENGTH] - f.w[DONE]);
        byte[] bytes = new byte[part];
        cpu.own().copyOut(cache.data(head) + f.w[INSIDE], bytes, 0, part);
        cpu.own().copyIn(f.w[TARGET] + f.w[DONE], bytes, 0, part);
        cache.put(head);
        f.w[DONE] += part;
        f.w[INSIDE] = 0;
        if (f.w[DONE] < f.w[LENGTH]) {
            f.w[SECTOR] = nextSector(f.w[SECTOR]);
        }
    }

    // ---- the table

    private long start(long number, long position) {
        long sector = firstSector(number);
        long blocks = position / SECTOR_BYTES;
        for (long i = 0; i < blocks && sector != behindLast; i++) {
            sector = nextSector(quirks.contains(FatQuirk.CLUSTERS_AS_SECTORS) ? number + i : sector);
        }
        return sector;
    }

    private long firstSector(long cluster) {
        return (cluster - 2) * layout.blocksPerCluster() + layout.rootEnd();
    }

    /** {@code GetFatSector}: the sector that follows one. */
    private long nextSector(long sector) {
        long cluster = Math.floorDiv(sector - layout.rootEnd(), (long) layout.blocksPerCluster()) + 2;
        boolean lastOfCluster =
                Math.floorMod(sector - layout.rootEnd(), layout.blocksPerCluster()) == layout.blocksPerCluster() - 1;
        if (!quirks.contains(FatQuirk.FIRST_SECTOR_OF_CLUSTER) && !lastOfCluster) {
            return sector + 1;
        }
        int next = entry((int) cluster);
        return next == LAST ? behindLast : firstSector(next);
    }

    private int entry(int cluster) {
        if (quirks.contains(FatQuirk.TWELVE_BIT_ENTRIES)) {
            int pair = tableWord(tableBase + cluster + cluster / 2);
            int value = (cluster & 1) == 0 ? pair & 0xfff : pair >>> 4;
            return value == 0xfff ? LAST : value;
        }
        int value = tableWord(tableBase + cluster * 2L);
        return value >= 0xfff8 ? LAST : value;
    }

    private int tableWord(long offset) {
        return offset < 0 || offset + 2 > tableBytes ? 0 : memory.load16(table + offset);
    }

    /** How a routine of the {@link FatReader} ended; a word of its frame holds the ordinal. */
    public enum ReadStatus {
        /** Done. */
        OK("done"),
        /** The type string of the boot sector is not that of FAT16. */
        NOT_FAT16("type string is not FAT16"),
        /** All buffers are in use. */
        NO_BUFFER("no buffer is free"),
        /** All buffers are in use, by the table itself. */
        TABLE_FILLS_CACHE("buffer cache is full of the table"),
        /** The disk answered with its error bit. */
        DISK_ERROR("disk error"),
        /** A directory's chain of clusters has no end. */
        ENDLESS("the driver searches for ever"),
        /** A component of the path is not there. */
        NOT_FOUND("no such file"),
        /** The boot sector has 0 bytes in a sector or 0 sectors in a cluster: the driver divides by it. */
        DIVISION_BY_ZERO("division by zero: bytesPerSector or sectorsPerCluster is 0"),
        /** There is no memory for the table or for a buffer. */
        NO_MEMORY("out of memory"),
        /** Nothing is mounted. */
        NOT_MOUNTED("nothing is mounted");

        private static final ReadStatus[] ALL = values();

        private final String text;

        ReadStatus(String text) {
            this.text = text;
        }

        /** Returns what happened, in words. */
        public String text() {
            return text;
        }

        static ReadStatus of(long ordinal) {
            return ALL[(int) ordinal];
        }
    }

    /**
     * An inode of Toro's FAT driver. Its number is the first cluster, so all empty files are inode 0.
     *
     * @param number first cluster; 1 for the root
     * @param size bytes
     * @param directory whether it is a directory
     */
    public record ToroInode(int number, long size, boolean directory) {
        /** The root directory. */
        public static final ToroInode ROOT = new ToroInode(1, 0, true);
    }
}
