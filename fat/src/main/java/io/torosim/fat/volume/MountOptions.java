package io.torosim.fat.volume;

import io.torosim.fat.layout.CodePage;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * How a volume is mounted.
 *
 * @param image what errors call the image
 * @param readOnly whether writing is refused even if the device allows it
 * @param partition 0 to choose (a volume without partition table, else the first FAT16 partition), else 1 to 4 for a
 *     primary and 5 and up for a logical partition
 * @param codePage code page of the short names
 * @param zone zone of the volume's local times
 * @param fat12 whether a FAT12 volume is accepted, read-only
 * @param clock gives the times of what is created and written
 */
public record MountOptions(
        String image,
        boolean readOnly,
        int partition,
        CodePage codePage,
        ZoneId zone,
        boolean fat12,
        InstantSource clock) {

    /** The clock of a mount that names none: it stands at 1980-01-01T00:00:00Z, so that equal runs give equal bytes. */
    public static final InstantSource FIXED_CLOCK = InstantSource.fixed(Instant.parse("1980-01-01T00:00:00Z"));

    private static final int LAST_PARTITION = 4 + PartitionTable.MAX_LOGICAL;

    /** Checks the values. */
    public MountOptions {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(codePage, "codePage");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(clock, "clock");
        if (partition < 0 || partition > LAST_PARTITION) {
            throw new IllegalArgumentException(
                    "partition must be in [0, " + LAST_PARTITION + "], partition=" + partition);
        }
    }

    /**
     * Returns the usual options: writable, partition chosen, code page 437, UTC, no FAT12, fixed clock.
     *
     * @param image what errors call the image
     * @return the options
     */
    public static MountOptions of(String image) {
        return new MountOptions(image, false, 0, CodePage.CP437, ZoneOffset.UTC, false, FIXED_CLOCK);
    }

    /**
     * Returns these options for reading only.
     *
     * @return a copy
     */
    public MountOptions asReadOnly() {
        return new MountOptions(image, true, partition, codePage, zone, fat12, clock);
    }

    /**
     * Returns these options with FAT12 accepted.
     *
     * @return a copy
     */
    public MountOptions withFat12() {
        return new MountOptions(image, readOnly, partition, codePage, zone, true, clock);
    }

    /**
     * Returns these options with a clock.
     *
     * @param clock gives the times of what is created and written
     * @return a copy
     */
    public MountOptions withClock(InstantSource clock) {
        return new MountOptions(image, readOnly, partition, codePage, zone, fat12, clock);
    }

    /**
     * Returns these options with a partition.
     *
     * @param partition 0 to choose, or its number
     * @return a copy
     */
    public MountOptions withPartition(int partition) {
        return new MountOptions(image, readOnly, partition, codePage, zone, fat12, clock);
    }

    /**
     * Returns these options with a zone.
     *
     * @param zone zone of the volume's local times
     * @return a copy
     */
    public MountOptions withZone(ZoneId zone) {
        return new MountOptions(image, readOnly, partition, codePage, zone, fat12, clock);
    }

    /**
     * Returns these options with a code page.
     *
     * @param codePage code page of the short names
     * @return a copy
     */
    public MountOptions withCodePage(CodePage codePage) {
        return new MountOptions(image, readOnly, partition, codePage, zone, fat12, clock);
    }
}
