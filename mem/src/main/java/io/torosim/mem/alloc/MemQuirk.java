package io.torosim.mem.alloc;

import io.torosim.core.defect.Defect;
import java.util.EnumSet;

/** A defect of Toro's memory manager. On = faithful, off = repaired. */
public enum MemQuirk implements Defect {
    /** Free blocks never merge. Off: when nothing fits, neighbouring free blocks are merged and the request tried again. */
    NO_COALESCING,
    /**
     * At boot all blocks are marked as core 0's, since core 0 prepares every area: what another core allocates from its own
     * list goes to core 0's list when freed (Memory.pas:SplitChunk).
     */
    BOOT_MEMORY_TAGGED_CPU_0,
    /**
     * A list is expanded only when a block comes and it is full, with the old array and length taken before the new array
     * is asked for; what that request itself puts on the list is lost or freed twice. Fixed on 2018-03-25 (commits 9e349c5,
     * 7d6f447), so not part of {@link #toro2018()}. The order of steps before the fix is derived from its description.
     */
    EXPANSION_RACE,
    /**
     * A list grows when one place in it is left, in the middle of the operation that added to it. The request for the longer array may cut a
     * block whose pieces make other lists grow, whose requests again put pieces on this one: past its end, over the header of the block
     * behind (Memory.pas:BlockListAdd, BlockListExpand; derived, no public report is known). Blocks of one size that are asked for until
     * memory ends bring several lists to that place at once. Off: a list keeps 64 places, and grows when nothing is half done.
     */
    NESTED_EXPANSION,
    /** The run-time library copies byte by byte (system.pas:Move). Costs time only. */
    BYTE_LOOP_MOVE,
    /** An area that is no multiple of 8 makes SplitChunk run below zero and write headers over all of memory. */
    SPLIT_UNDERFLOW,
    /** With nothing larger left, a pooled private heap is taken for a free block, which ends in a panic instead of nil. */
    POOLED_HEAP_TAKEN_FOR_BLOCK,
    /** Realloc of a private-heap block copies nothing (Memory.pas:ToroReAllocMem takes it for class 0). */
    PRIVATE_REALLOC_LOSES_DATA,
    /** The chunks of a private heap are not counted, so they are never given back (Memory.pas:XHeapAddChunk). */
    CHUNK_LEAK,
    /** GetPointerSize has its two branches exchanged. Seen only through {@link ToroAllocator#pointerSize}. */
    POINTER_SIZE_SWAPPED,
    /** The free-size counter drifts: misses count twice, splits count with the last class, list growth counts nothing. */
    WRONG_FREE_SIZE;

    /** Returns the defects of commit 72b7e90, 2018-08-25: all but {@link #EXPANSION_RACE}. */
    public static EnumSet<MemQuirk> toro2018() {
        EnumSet<MemQuirk> quirks = EnumSet.allOf(MemQuirk.class);
        quirks.remove(EXPANSION_RACE);
        return quirks;
    }

    /** Returns no defect. */
    public static EnumSet<MemQuirk> repaired() {
        return EnumSet.noneOf(MemQuirk.class);
    }
}
