package io.torosim.mem.alloc;

import io.torosim.mem.map.PhysicalMap;

/**
 * The stretches of RAM that the cores' allocators manage, one behind the other.
 *
 * @param start address of core 0's area, at least 0x3000: the allocator's records lie in front of it
 * @param bytesPerCpu bytes of each, at least 1 MiB
 * @param cpuCount in {@code [1, 8]}
 */
public record MemoryAreas(long start, long bytesPerCpu, int cpuCount) {
    /** Checks the ranges. */
    public MemoryAreas {
        if (start < 0x3000) {
            throw new IllegalArgumentException("start must be at least 0x3000, start=0x" + Long.toHexString(start));
        }
        if (bytesPerCpu < 1 << 20) {
            throw new IllegalArgumentException("bytesPerCpu must be at least 1 MiB, bytesPerCpu=" + bytesPerCpu);
        }
        if (cpuCount < 1 || cpuCount > PhysicalMap.MAX_CPU) {
            throw new IllegalArgumentException("cpuCount must be in [1, 8], cpuCount=" + cpuCount);
        }
    }

    /** Returns the areas of a physical map. */
    public static MemoryAreas of(PhysicalMap map) {
        return new MemoryAreas(map.areaStart(0), map.memoryPerCpu(), map.cpuCount());
    }

    /** Returns the first byte of a core's area. */
    public long areaStart(int cpuId) {
        return start + cpuId * bytesPerCpu;
    }

    /** Returns the first byte behind the last area. */
    public long end() {
        return start + cpuCount * bytesPerCpu;
    }

    void checkCpu(int cpuId) {
        if (cpuId < 0 || cpuId >= cpuCount) {
            throw new IllegalArgumentException("cpuId must be in [0, " + cpuCount + "), cpuId=" + cpuId);
        }
    }

    static void checkSize(long sizeBytes) {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("sizeBytes must be at least 0, sizeBytes=" + sizeBytes);
        }
    }
}
