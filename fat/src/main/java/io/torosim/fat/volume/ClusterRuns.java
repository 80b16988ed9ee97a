package io.torosim.fat.volume;

import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The cluster chain of one file as runs of neighbouring clusters, found in the table as far as it was needed. A read
 * costs a binary search over the runs, not a walk of the chain.
 *
 * <p>A chain that only climbs cannot loop. At its first step down a bit set of the clusters met is begun, so that a loop
 * is found at the very step that closes it: a contiguous file costs two numbers, any file at most 8 KiB for the set and
 * 8 bytes a run.
 *
 * <p>Safe for use by several readers; whoever changes the table holds the volume's write lock.
 */
final class ClusterRuns {
    private final FatTable table;
    private int[] firstIndex = new int[2];
    private int[] startCluster = new int[2];
    private int runs;
    private int known;
    private @Nullable BitSet met;

    ClusterRuns(FatTable table, int firstCluster) {
        this.table = table;
        if (firstCluster != 0) {
            add(firstCluster);
        }
    }

    /**
     * Finds a cluster and how many neighbours follow it.
     *
     * @param owner whose chain this is, for errors
     * @param index place in the chain, from 0
     * @param wanted how many clusters the caller would like in one piece, at least 1
     * @return {@code cluster << 32 | length} with length from 1 to wanted, or -1 if the chain ends before
     * @throws FatException if the chain is broken at or before {@code index}
     */
    synchronized long locate(ChainOwner owner, int index, int wanted) throws FatException {
        int want = index + wanted;
        FatException broken = null;
        if (known < want) {
            broken = extend(owner, want);
        }
        if (index >= known) {
            if (broken != null) {
                throw broken;
            }
            return -1;
        }
        int run = runOf(index);
        int runEnd = run + 1 < runs ? firstIndex[run + 1] : known;
        int cluster = startCluster[run] + (index - firstIndex[run]);
        int length = Math.min(runEnd - index, wanted);
        if (index + length == known) {
            FatRule unusable = unusable(startCluster[runs - 1] + (known - 1 - firstIndex[runs - 1]));
            if (unusable != null) {
                if (length == 1) {
                    throw owner.error(
                            unusable,
                            cluster,
                            "cluster " + cluster + " of the chain (number " + index + ") is marked "
                                    + (unusable == FatRule.CHAIN_TO_BAD ? "bad" : "free"));
                }
                length--;
            }
        }
        return (long) cluster << 32 | length;
    }

    private @Nullable FatRule unusable(int cluster) {
        int value = table.get(cluster);
        return value == FatTable.FREE
                ? FatRule.CHAIN_TO_FREE
                : value == FatTable.BAD && !table.isLink(value) ? FatRule.CHAIN_TO_BAD : null;
    }

    private int runOf(int index) {
        int at = Arrays.binarySearch(firstIndex, 0, runs, index);
        return at >= 0 ? at : -at - 2;
    }

    /** Follows the chain until {@code want} clusters are known, the chain ends or breaks. */
    private @Nullable FatException extend(ChainOwner owner, int want) {
        while (known < want && known > 0) {
            int cluster = lastKnown();
            int next = table.get(cluster);
            FatRule broken = table.brokenBy(next);
            if (broken != null) {
                return owner.error(broken, cluster, "cluster " + cluster + " leads to " + hex(next));
            }
            if (next >= FatTable.FIRST_END && !table.isLink(next)) {
                return null;
            }
            if (next <= cluster && met == null) {
                met = new BitSet(table.lastCluster() + 1);
                for (int r = 0; r < runs; r++) {
                    int end = r + 1 < runs ? firstIndex[r + 1] : known;
                    met.set(startCluster[r], startCluster[r] + end - firstIndex[r]);
                }
            }
            if (met != null && met.get(next)) {
                return owner.error(
                        FatRule.CHAIN_LOOP, cluster, "cluster " + cluster + " leads back to cluster " + next);
            }
            add(next);
        }
        return null;
    }

    private static String hex(int value) {
        return Integer.toHexString(value) + "h";
    }

    private int lastKnown() {
        return startCluster[runs - 1] + (known - 1 - firstIndex[runs - 1]);
    }

    private void add(int cluster) {
        if (runs == 0 || cluster != lastKnown() + 1) {
            if (runs == firstIndex.length) {
                firstIndex = Arrays.copyOf(firstIndex, runs * 2);
                startCluster = Arrays.copyOf(startCluster, runs * 2);
            }
            firstIndex[runs] = known;
            startCluster[runs++] = cluster;
        }
        known++;
        if (met != null) {
            met.set(cluster);
        }
    }

    /** Adds clusters that the caller has just chained behind the end, under the volume's write lock. */
    void append(int[] clusters) {
        for (int cluster : clusters) {
            add(cluster);
        }
    }

    /** Forgets all clusters from {@code count} on, under the volume's write lock. */
    void truncate(int count) {
        while (runs > 0 && firstIndex[runs - 1] >= count) {
            runs--;
        }
        known = Math.min(known, count);
        met = null;
    }

    /** Returns the number of runs found so far. */
    synchronized int runCount() {
        return runs;
    }
}
