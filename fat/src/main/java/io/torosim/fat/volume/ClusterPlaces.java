package io.torosim.fat.volume;

import io.torosim.fat.layout.BootSector;

/** Where the clusters of a volume lie, worked out once: a cluster is a power of two of bytes, so no access divides. */
final class ClusterPlaces {
    private final int shift;
    private final long dataStart;
    private final int count;

    ClusterPlaces(BootSector boot) {
        this.shift = Integer.numberOfTrailingZeros(boot.clusterBytes());
        this.dataStart = boot.clusterOffset(2);
        this.count = boot.clusterCount();
    }

    int clusterBytes() {
        return 1 << shift;
    }

    /** Returns the bytes of all clusters. */
    long capacity() {
        return (long) count << shift;
    }

    /** Returns where a cluster begins, in bytes of the volume. */
    long offset(int cluster) {
        assert cluster >= 2 && cluster < count + 2 : cluster;
        return dataStart + ((long) (cluster - 2) << shift);
    }

    /** Returns in which cluster of a chain a byte lies. */
    int indexOf(long at) {
        return (int) (at >>> shift);
    }

    /** Returns where in its cluster a byte lies. */
    int inside(long at) {
        return (int) at & (1 << shift) - 1;
    }

    /** Returns how many clusters that many bytes take. */
    int holding(long bytes) {
        return (int) (bytes + (1 << shift) - 1 >>> shift);
    }

    /** Returns the bytes of that many clusters. */
    long bytes(int clusters) {
        return (long) clusters << shift;
    }
}
