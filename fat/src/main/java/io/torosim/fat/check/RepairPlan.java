package io.torosim.fat.check;

import static io.torosim.fat.layout.LittleEndian.put16;
import static io.torosim.fat.layout.LittleEndian.u16;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.CodePage;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks a volume whose chains are sound and changes what a power cut left.
 *
 * <p>{@link VolumeRepair} makes it once it has mended the chains; it reads and writes {@link DirectorySlot}s and {@link FatEntries} on the
 * {@link BlockDevice} itself, since no volume is mounted.
 */
final class RepairPlan {
    /** An entry as it was found: where its slots are, and what it points at. */
    private record Entry(String path, long[] slots, int parent, byte[] bytes) {
        long shortSlot() {
            return slots[slots.length - 1];
        }

        boolean isDirectory() {
            return (DirectorySlot.attributes(bytes, 0) & DirectorySlot.DIRECTORY) != 0;
        }

        int cluster() {
            return DirectorySlot.firstCluster(bytes, 0);
        }

        long size() {
            return DirectorySlot.size(bytes, 0);
        }

        /** Returns whether another entry may be the same file's, before or behind a move. */
        boolean mayBe(Entry other) {
            return isDirectory() == other.isDirectory()
                    && u16(bytes, DirectorySlot.CREATE_DATE_OFFSET)
                            == u16(other.bytes, DirectorySlot.CREATE_DATE_OFFSET)
                    && u16(bytes, DirectorySlot.CREATE_TIME_OFFSET)
                            == u16(other.bytes, DirectorySlot.CREATE_TIME_OFFSET);
        }
    }

    private record Place(String path, int cluster) {}

    private final BlockDevice device;
    private final BootSector boot;
    private final CodePage codePage;
    private final byte[] raw;
    private final char[] fat;
    private final List<String> actions = new ArrayList<>();
    private final Map<Integer, Entry> byCluster = new TreeMap<>();
    private final ArrayDeque<Place> pending = new ArrayDeque<>();

    RepairPlan(BlockDevice device, BootSector boot, CodePage codePage) throws IOException {
        this.device = device;
        this.boot = boot;
        this.codePage = codePage;
        this.raw = new byte[FatEntries.bytes(boot)];
        device.read(FatEntries.offset(boot, 0) / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(raw));
        this.fat = FatEntries.decode(raw, boot);
    }

    List<String> carryOut() throws IOException {
        pending.add(new Place("", 0));
        while (!pending.isEmpty()) {
            walk(pending.poll());
        }
        var used = new HashSet<Integer>();
        for (Entry entry : byCluster.values()) {
            keepChain(entry, used);
        }
        freeLost(used);
        writeFats();
        return actions;
    }

    private List<Long> slotsOf(int cluster) {
        var slots = new ArrayList<Long>();
        if (cluster == 0) {
            addSlots(slots, boot.rootStartSector() * boot.bytesPerSector(), boot.rootEntries() * DirectorySlot.BYTES);
            return slots;
        }
        int at = cluster;
        for (int i = 0; at >= 2 && at < fat.length && i < fat.length; i++, at = fat[at]) {
            addSlots(slots, boot.clusterOffset(at), boot.clusterBytes());
        }
        return slots;
    }

    private static void addSlots(List<Long> slots, long offset, int bytes) {
        for (int at = 0; at < bytes; at += DirectorySlot.BYTES) {
            slots.add(offset + at);
        }
    }

    private void walk(Place place) throws IOException {
        var longName = new LongName();
        var run = new ArrayList<Long>();
        Set<String> names = new HashSet<>();
        for (long slot : slotsOf(place.cluster())) {
            byte[] bytes = read(slot);
            int first = bytes[0] & 0xff;
            if (first == DirectorySlot.END_MARK) {
                break;
            }
            if (DirectorySlot.isLongName(bytes, 0) && first != DirectorySlot.DELETED) {
                boolean begins = (first & 0x40) != 0;
                boolean fits = longName.accept(bytes, 0);
                if (begins || !fits) {
                    drop(run, place.path());
                }
                if (longName.pending()) {
                    run.add(slot);
                } else {
                    drop(new ArrayList<>(List.of(slot)), place.path());
                }
                continue;
            }
            boolean entry = first != DirectorySlot.DELETED
                    && (DirectorySlot.attributes(bytes, 0) & DirectorySlot.VOLUME_ID) == 0
                    && first != '.';
            String name = longName.finish(bytes, 0);
            if (name == null || !entry) {
                drop(run, place.path());
            }
            if (entry) {
                run.add(slot);
                String shown = name != null ? name : ShortName.decode(bytes, 0, codePage, true);
                long[] slots = run.stream().mapToLong(Long::longValue).toArray();
                take(new Entry(place.path() + "/" + shown, slots, place.cluster(), bytes), names, shown);
            }
            run.clear();
        }
        drop(run, place.path());
    }

    private void take(Entry entry, Set<String> names, String shown) throws IOException {
        boolean twice = !names.add(NameFolding.fold(shown));
        if (entry.cluster() == 0) {
            if (twice && !entry.isDirectory()) {
                remove(entry, "a second entry of an empty file");
            }
            return;
        }
        Entry other = byCluster.get(entry.cluster());
        if (other != null && other.mayBe(entry)) {
            boolean newer = entry.isDirectory() ? fits(entry) && !fits(other) : entry.size() > other.size();
            remove(newer ? other : entry, "one of two entries of a move");
            if (!newer) {
                return;
            }
        }
        byCluster.put(entry.cluster(), entry);
        if (entry.isDirectory() && other == null) {
            pending.add(new Place(entry.path(), entry.cluster()));
        }
    }

    /** Returns whether a directory's {@code ..} is the directory that the entry lies in. */
    private boolean fits(Entry directory) throws IOException {
        byte[] dotDot = read(boot.clusterOffset(directory.cluster()) + DirectorySlot.BYTES);
        return DirectorySlot.firstCluster(dotDot, 0) == directory.parent();
    }

    private void remove(Entry entry, String why) throws IOException {
        for (long slot : entry.slots()) {
            put(slot, 0, (byte) DirectorySlot.DELETED);
        }
        actions.add(entry.path() + ": removed, " + why);
    }

    private void drop(List<Long> slots, String path) throws IOException {
        for (long slot : slots) {
            put(slot, 0, (byte) DirectorySlot.DELETED);
        }
        if (!slots.isEmpty()) {
            actions.add((path.isEmpty() ? "/" : path) + ": " + slots.size() + " slots of a long name deleted");
        }
        slots.clear();
    }

    /** Notes the clusters of a file and cuts what is behind its end. */
    private void keepChain(Entry entry, Set<Integer> used) throws IOException {
        long needed =
                entry.isDirectory() ? Long.MAX_VALUE : (entry.size() + boot.clusterBytes() - 1) / boot.clusterBytes();
        int at = entry.cluster();
        if (needed == 0) {
            byte[] empty = entry.bytes().clone();
            put16(empty, DirectorySlot.CLUSTER_OFFSET, 0);
            write(entry.shortSlot(), empty);
            actions.add(entry.path() + ": is empty, its chain freed");
            return;
        }
        for (long count = 1; at >= 2 && at < fat.length && used.add(at); count++) {
            int next = fat[at];
            if (count == needed && next < FatEntries.FIRST_END) {
                set(at, FatEntries.END);
                actions.add(entry.path() + ": chain cut behind its end");
                return;
            }
            at = next;
        }
    }

    private void freeLost(Set<Integer> used) {
        int lost = 0;
        for (int c = 2; c < fat.length; c++) {
            if (fat[c] != FatEntries.FREE && fat[c] != FatEntries.BAD && !used.contains(c)) {
                set(c, FatEntries.FREE);
                lost++;
            }
        }
        if (lost > 0) {
            actions.add("/: " + lost + " lost clusters freed");
        }
    }

    private void set(int cluster, int value) {
        fat[cluster] = (char) value;
        FatEntries.put(raw, boot.type(), cluster, value);
    }

    private void writeFats() throws IOException {
        if (boot.type() == FatType.FAT16) {
            set(1, fat[1] | FatEntries.CLEAN_BIT);
        }
        for (int copy = 0; copy < boot.fatCount(); copy++) {
            long offset = FatEntries.offset(boot, copy);
            boolean same = true;
            for (int at = 0; at < raw.length; at += BlockDevice.SECTOR_BYTES) {
                byte[] sector = Arrays.copyOfRange(raw, at, at + BlockDevice.SECTOR_BYTES);
                if (!Arrays.equals(sector, sector(offset + at))) {
                    device.write((offset + at) / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(sector));
                    same = false;
                }
            }
            if (!same && copy > 0) {
                actions.add("/: FAT " + (copy + 1) + " made equal to FAT 1");
            }
        }
        byte[] first = sector(0);
        if ((first[BootSector.STATE_OFFSET] & 1) != 0) {
            first[BootSector.STATE_OFFSET] &= ~1;
            device.write(0, ByteBuffer.wrap(first));
            actions.add("/: mark of use cleared");
        }
    }

    private byte[] sector(long offset) throws IOException {
        byte[] sector = new byte[BlockDevice.SECTOR_BYTES];
        device.read(offset / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(sector));
        return sector;
    }

    private byte[] read(long slot) throws IOException {
        int inside = (int) (slot % BlockDevice.SECTOR_BYTES);
        return Arrays.copyOfRange(sector(slot), inside, inside + DirectorySlot.BYTES);
    }

    private void write(long slot, byte[] bytes) throws IOException {
        byte[] sector = sector(slot);
        System.arraycopy(bytes, 0, sector, (int) (slot % BlockDevice.SECTOR_BYTES), bytes.length);
        device.write(slot / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(sector));
    }

    private void put(long slot, int offset, byte value) throws IOException {
        byte[] bytes = read(slot);
        bytes[offset] = value;
        write(slot, bytes);
    }
}
