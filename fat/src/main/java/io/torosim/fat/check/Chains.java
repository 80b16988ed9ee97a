package io.torosim.fat.check;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.rule.FatException.FatRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Follows chains over one FAT and notes which file owns which cluster. Each cluster is walked over once. */
final class Chains {
    private static final int NOBODY = -1;

    private final BootSector boot;
    private final char[] fat;
    private final long deviceBytes;
    private final int[] owner;
    private final List<String> owners = new ArrayList<>();

    Chains(BootSector boot, char[] fat, long deviceBytes) {
        this.boot = boot;
        this.fat = fat;
        this.deviceBytes = deviceBytes;
        this.owner = new int[fat.length];
        Arrays.fill(owner, NOBODY);
    }

    char entry(int cluster) {
        return fat[cluster];
    }

    /**
     * Walks a chain and takes its clusters.
     *
     * @param expected number of clusters the file size asks for, or -1 for a directory
     * @return the clusters that can be read, in order
     */
    int[] claim(VolumeCheck check, String path, int first, long expected) {
        if (first < 2 || first >= fat.length) {
            FatRule rule = expected < 0 ? FatRule.DIRECTORY_START : FatRule.START_CLUSTER;
            check.report(rule, path, first, "first cluster is " + first);
            return new int[0];
        }
        int me = owners.size();
        int[] taken = new int[16];
        int count = 0;
        boolean outside = false;
        for (int cluster = first; ; cluster = fat[cluster]) {
            if (owner[cluster] != NOBODY) {
                boolean mine = owner[cluster] == me;
                check.report(
                        mine ? FatRule.CHAIN_LOOP : FatRule.CROSS_LINKED,
                        path,
                        cluster,
                        mine
                                ? "chain comes back to cluster " + cluster
                                : "cluster " + cluster + " belongs to " + owners.get(owner[cluster]) + " too");
                break;
            }
            if (fat[cluster] == FatEntries.FREE || fat[cluster] == FatEntries.BAD) {
                check.report(
                        fat[cluster] == FatEntries.FREE ? FatRule.CHAIN_TO_FREE : FatRule.CHAIN_TO_BAD,
                        path,
                        cluster,
                        "cluster " + cluster + " of the chain is marked "
                                + (fat[cluster] == FatEntries.FREE ? "free" : "bad"));
                break;
            }
            if (count == 0) {
                owners.add(path);
            }
            owner[cluster] = me;
            taken = count == taken.length ? Arrays.copyOf(taken, count * 2) : taken;
            taken[count++] = cluster;
            if (!outside && boot.clusterOffset(cluster) + boot.clusterBytes() > deviceBytes) {
                outside = true;
                check.report(FatRule.DATA_OUTSIDE_DEVICE, path, cluster, "device bytes=" + deviceBytes);
            }
            int next = fat[cluster];
            FatRule broken = FatEntries.brokenBy(next, fat.length - 1);
            if (broken != null && count == expected && FatEntries.straddles(boot, cluster)) {
                check.report(
                        FatRule.CHAIN_TOO_LONG,
                        path,
                        first,
                        "chain goes on behind the end of the file: cluster " + cluster + " leads to "
                                + Integer.toHexString(next) + "h, half an entry");
                break;
            }
            if (broken != null) {
                String found = "cluster " + cluster + " leads to " + Integer.toHexString(next) + "h";
                check.report(broken, path, cluster, found);
                break;
            }
            if (next >= fat.length) {
                checkLength(check, path, first, count, expected);
                break;
            }
        }
        return Arrays.copyOf(taken, count);
    }

    private static void checkLength(VolumeCheck check, String path, int first, int count, long expected) {
        if (expected >= 0 && count != expected) {
            check.report(
                    count < expected ? FatRule.CHAIN_TOO_SHORT : FatRule.CHAIN_TOO_LONG,
                    path,
                    first,
                    "chain has " + count + " clusters, the size asks for " + expected);
        }
    }

    void reportLost(VolumeCheck check) {
        int lost = 0;
        int first = -1;
        for (int c = 2; c < fat.length; c++) {
            if (fat[c] != FatEntries.FREE && fat[c] != FatEntries.BAD && owner[c] == NOBODY) {
                first = lost++ == 0 ? c : first;
            }
        }
        if (lost > 0) {
            check.report(FatRule.LOST_CLUSTERS, "/", first, lost + " used clusters belong to no file, first " + first);
        }
    }

    int used() {
        int used = 0;
        for (int c = 2; c < owner.length; c++) {
            used += owner[c] != NOBODY ? 1 : 0;
        }
        return used;
    }

    int bad() {
        int bad = 0;
        for (int c = 2; c < fat.length; c++) {
            bad += fat[c] == FatEntries.BAD ? 1 : 0;
        }
        return bad;
    }
}
