package io.torosim.fat.testkit;

import io.torosim.fat.testkit.DiskOracle.DiskRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the slots of one directory.
 *
 * <p>{@link DiskOracle} makes one for each directory and hears which rules it breaks.
 */
final class DirectoryOracle {
    private static final int[] UNITS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    private static final String ILLEGAL_LONG = "\"*/:<>?\\|";
    private static final String ILLEGAL_SHORT = "\"*+,./:;<=>?[\\]|";

    private final DiskOracle oracle;
    private final String path;
    private final List<Integer> slots;
    private final int self;
    private final int parent;
    private final Set<String> shortNames = new HashSet<>();
    private final Set<String> longNames = new HashSet<>();
    private final List<Integer> run = new ArrayList<>();
    private boolean labelled;

    DirectoryOracle(DiskOracle oracle, String path, List<Integer> slots, int self, int parent) {
        this.oracle = oracle;
        this.path = path;
        this.slots = slots;
        this.self = self;
        this.parent = parent;
    }

    void read() {
        boolean ended = false;
        for (int i = 0; i < slots.size(); i++) {
            int slot = slots.get(i);
            int first = oracle.u8(slot);
            if (ended) {
                if (first != 0 && first != 0xe5) {
                    broken(DiskRule.D11, "slot " + i);
                    return;
                }
            } else if (first == 0) {
                ended = true;
                orphans(i);
            } else if (first == 0xe5) {
                orphans(i);
            } else if ((oracle.u8(slot + 11) & 0x3f) == 0x0f) {
                run.add(slot);
            } else {
                entry(slot, i);
            }
            if (i < 2 && self != 0) {
                dot(slot, i);
            }
        }
        orphans(slots.size());
    }

    private void broken(DiskRule rule, String found) {
        oracle.broken(rule, path, found);
    }

    private void orphans(int at) {
        if (!run.isEmpty()) {
            broken(DiskRule.L1, run.size() + " slots before slot " + at + " have no short entry");
            run.clear();
        }
    }

    private boolean isDot(int slot) {
        return oracle.u8(slot) == '.';
    }

    private void dot(int slot, int number) {
        String wanted = number == 0 ? ".          " : "..         ";
        int cluster = oracle.u16(slot + 26);
        boolean right = name(slot).equals(wanted)
                && (oracle.u8(slot + 11) & 0x10) != 0
                && cluster == (number == 0 ? self : parent);
        if (!right) {
            broken(DiskRule.D3, "slot " + number + " is \"" + name(slot) + "\", cluster " + cluster);
        }
    }

    private String name(int slot) {
        return new String(oracle.disk, slot, 11, StandardCharsets.ISO_8859_1);
    }

    private void entry(int slot, int number) {
        int attributes = oracle.u8(slot + 11);
        if ((attributes & 0xc0) != 0) {
            broken(DiskRule.D7, "slot " + number + " has attributes " + Integer.toHexString(attributes) + "h");
        }
        if (oracle.u16(slot + 20) != 0) {
            broken(DiskRule.D9, "slot " + number);
        }
        if ((attributes & 0x08) != 0) {
            orphans(number);
            label(slot, number);
            return;
        }
        if (isDot(slot)) {
            orphans(number);
            if (self == 0 || number > 1) {
                broken(DiskRule.D4, "slot " + number);
            }
            return;
        }
        String raw = name(slot);
        checkShortName(raw);
        String shown = shown(slot, raw);
        String longName = longName(slot, number);
        run.clear();
        if (!longNames.add((longName == null ? shown : longName).toUpperCase(Locale.ROOT))) {
            broken(DiskRule.D6, longName == null ? shown : longName);
        }
        checkTimes(slot, number);
        content(slot, attributes, path + "/" + (longName == null ? shown : longName), raw);
    }

    private void label(int slot, int number) {
        if (self != 0 || labelled || oracle.u16(slot + 26) != 0 || oracle.u32(slot + 28) != 0) {
            broken(DiskRule.D8, "slot " + number);
        }
        labelled = true;
    }

    private void checkShortName(String raw) {
        if (!shortNames.add(raw)) {
            broken(DiskRule.D5, raw);
        }
        if (raw.charAt(0) == ' ') {
            broken(DiskRule.N3, "\"" + raw + "\"");
        }
        for (int i = 0; i < 11; i++) {
            char c = raw.charAt(i);
            if (c >= 'a' && c <= 'z') {
                broken(DiskRule.N2, "\"" + raw + "\"");
                return;
            }
            if (c < 0x20 && !(i == 0 && c == 5) || c == 0x7f || ILLEGAL_SHORT.indexOf(c) >= 0) {
                broken(DiskRule.N1, "byte " + Integer.toHexString(c) + "h at " + i);
                return;
            }
        }
    }

    /** Returns a short name as it is shown, with the case flags of byte 12. */
    private String shown(int slot, String raw) {
        int flags = oracle.u8(slot + 12);
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        bytes[0] = bytes[0] == 5 ? (byte) 0xe5 : bytes[0];
        String base = new String(bytes, 0, 8, oracle.codePage).stripTrailing();
        String extension = new String(bytes, 8, 3, oracle.codePage).stripTrailing();
        base = (flags & 8) != 0 ? base.toLowerCase(Locale.ROOT) : base;
        extension = (flags & 16) != 0 ? extension.toLowerCase(Locale.ROOT) : extension;
        return extension.isEmpty() ? base : base + "." + extension;
    }

    /** Returns the name in the slots met, null if there are none or they say nothing. */
    private @Nullable String longName(int shortSlot, int number) {
        if (run.isEmpty()) {
            return null;
        }
        var name = new StringBuilder();
        int count = run.size();
        for (int i = 0; i < count; i++) {
            int slot = run.get(count - 1 - i);
            int order = oracle.u8(slot);
            if (order != (i + 1 | (i == count - 1 ? 0x40 : 0))) {
                broken(DiskRule.L1, "slot " + (number - 1 - i) + " has number " + Integer.toHexString(order) + "h");
                return null;
            }
            if (oracle.u8(slot + 13) != checksum(shortSlot)) {
                broken(DiskRule.L2, "slot " + (number - 1 - i));
                return null;
            }
            if (oracle.u8(slot + 12) != 0 || oracle.u16(slot + 26) != 0) {
                broken(DiskRule.L3, "slot " + (number - 1 - i));
            }
            for (int unit : UNITS) {
                name.append((char) oracle.u16(slot + unit));
            }
        }
        return checkedLongName(name.toString());
    }

    private String checkedLongName(String units) {
        int end = units.indexOf(0);
        String name = end < 0 ? units : units.substring(0, end);
        boolean padded = end < 0 || units.substring(end + 1).chars().allMatch(c -> c == 0xffff);
        if (!padded || end >= 0 && units.length() - end > 13) {
            broken(DiskRule.L4, "behind \"" + name + "\"");
        }
        boolean legal = !name.isEmpty()
                && name.length() <= 255
                && !name.endsWith(".")
                && !name.endsWith(" ")
                && name.chars().allMatch(c -> c >= 0x20 && ILLEGAL_LONG.indexOf(c) < 0);
        if (!legal) {
            broken(DiskRule.L5, "\"" + name + "\"");
        }
        return name;
    }

    private int checksum(int slot) {
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            sum = (sum >> 1) + ((sum & 1) << 7) + oracle.u8(slot + i) & 0xff;
        }
        return sum;
    }

    private void checkTimes(int slot, int number) {
        int tenths = oracle.u8(slot + 13);
        boolean created = oracle.u16(slot + 16) == 0 || isDate(oracle.u16(slot + 16));
        boolean accessed = oracle.u16(slot + 18) == 0 || isDate(oracle.u16(slot + 18));
        boolean right = isDate(oracle.u16(slot + 24))
                && isTime(oracle.u16(slot + 22))
                && isTime(oracle.u16(slot + 14))
                && tenths < 200;
        if (!created || !accessed || !right) {
            broken(DiskRule.D10, "slot " + number);
        }
    }

    private static boolean isDate(int date) {
        int month = date >> 5 & 15;
        return month >= 1 && month <= 12 && (date & 31) >= 1;
    }

    private static boolean isTime(int time) {
        return time >> 11 < 24 && (time >> 5 & 63) < 60 && (time & 31) < 30;
    }

    private void content(int slot, int attributes, String name, String raw) {
        int first = oracle.u16(slot + 26);
        long size = oracle.u32(slot + 28);
        boolean directory = (attributes & 0x10) != 0;
        if (directory && size != 0) {
            oracle.broken(DiskRule.D2, name, "" + size);
        }
        boolean starts = first >= 2;
        if (directory || size != 0 ? !starts : first != 0) {
            oracle.broken(DiskRule.D1, name, "start cluster " + first + ", size " + size);
        }
        List<Integer> chain = starts ? oracle.chain(first, name) : List.of();
        String shortName =
                raw.substring(0, 8).stripTrailing() + "." + raw.substring(8).stripTrailing();
        if (directory) {
            oracle.found(name, new DiskOracle.Item(null, shortName, attributes, chain, slot));
            var below = new ArrayList<Integer>();
            for (int cluster : chain) {
                for (int at = 0; at < oracle.clusterBytes(); at += 32) {
                    below.add(oracle.clusterStart(cluster) + at);
                }
            }
            oracle.later(() -> new DirectoryOracle(oracle, name, below, first, self).read());
            return;
        }
        int clusterBytes = oracle.clusterBytes();
        if (chain.size() != (size + clusterBytes - 1) / clusterBytes) {
            oracle.broken(DiskRule.F9, name, chain.size() + " clusters, size " + size);
        }
        byte[] bytes = new byte[(int) Math.min(size, (long) chain.size() * clusterBytes)];
        for (int at = 0; at < bytes.length; at += clusterBytes) {
            int count = Math.min(clusterBytes, bytes.length - at);
            System.arraycopy(oracle.disk, oracle.clusterStart(chain.get(at / clusterBytes)), bytes, at, count);
        }
        oracle.found(name, new DiskOracle.Item(bytes, shortName, attributes, chain, slot));
    }
}
