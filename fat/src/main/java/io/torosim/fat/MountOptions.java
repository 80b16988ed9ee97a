package io.torosim.fat;

import io.torosim.fat.layout.CodePage;
import io.torosim.fat.volume.FatVolume;
import io.torosim.fat.volume.Partitions;
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
 * @param partition 0 to choose (the device itself if it is a volume, else its only FAT12 or FAT16 partition), else the
 *     number of a partition as {@link Partitions} counts them
 * @param codePage code page of the short names
 * @param zone zone of the volume's local times
 * @param clock gives the times of what is created and written
 * @param barriers whether a write that relies on another is kept behind it by a flush of the device, so that after a power
 *     cut the volume is as {@link FatVolume} promises even on a device that carries out writes in any order; without them
 *     that holds when the program is ended, not when the machine is
 */
@SuppressWarnings("exports") // a code page is named by its character set
public record MountOptions(
        String image,
        boolean readOnly,
        int partition,
        CodePage codePage,
        ZoneId zone,
        InstantSource clock,
        boolean barriers) {

    /** The clock of a mount that names none: it stands at 1980-01-01T00:00:00Z, so that equal runs give equal bytes. */
    public static final InstantSource FIXED_CLOCK = InstantSource.fixed(Instant.parse("1980-01-01T00:00:00Z"));

    private static final int LAST_PARTITION = 999;

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
     * Returns the usual options: writable, partition chosen, code page 437, UTC, fixed clock, barriers.
     *
     * @param image what errors call the image
     * @return the options
     */
    public static MountOptions of(String image) {
        return new MountOptions(image, false, 0, CodePage.CP437, ZoneOffset.UTC, FIXED_CLOCK, true);
    }

    /**
     * Returns these options for reading only.
     *
     * @return a copy
     */
    public MountOptions asReadOnly() {
        return new MountOptions(image, true, partition, codePage, zone, clock, barriers);
    }

    /**
     * Returns these options with or without barriers.
     *
     * @param barriers whether writes that rely on each other are kept apart by flushes
     * @return a copy
     */
    public MountOptions withBarriers(boolean barriers) {
        return new MountOptions(image, readOnly, partition, codePage, zone, clock, barriers);
    }

    /**
     * Returns these options with a clock.
     *
     * @param clock gives the times of what is created and written
     * @return a copy
     */
    public MountOptions withClock(InstantSource clock) {
        return new MountOptions(image, readOnly, partition, codePage, zone, clock, barriers);
    }

    /**
     * Returns these options with a partition.
     *
     * @param partition 0 to choose, or its number
     * @return a copy
     */
    public MountOptions withPartition(int partition) {
        return new MountOptions(image, readOnly, partition, codePage, zone, clock, barriers);
    }

    /**
     * Returns these options with a zone.
     *
     * @param zone zone of the volume's local times
     * @return a copy
     */
    public MountOptions withZone(ZoneId zone) {
        return new MountOptions(image, readOnly, partition, codePage, zone, clock, barriers);
    }

    /**
     * Returns these options with a code page.
     *
     * @param charset code page of the short names: a character set such as {@code cp437}, {@code IBM850} or {@code ISO-8859-1}
     * @return a copy
     * @throws IllegalArgumentException if Java does not have it, it is not one byte a character, or its letters and
     *     digits are not those of ASCII
     */
    public MountOptions withCodePage(String charset) {
        Objects.requireNonNull(charset, "charset");
        return new MountOptions(image, readOnly, partition, CodePage.of(charset), zone, clock, barriers);
    }
}
