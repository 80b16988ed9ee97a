package io.torosim.fat.layout;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * FAT times ("Date and Time Formats"), packed into a {@code long}: bits 0–7 hundredths of a second (0–199), 8–23 time
 * (5-bit hour, 6-bit minute, 5-bit double second), 24–39 date (7-bit year from 1980, 4-bit month, 5-bit day). Local
 * time without a zone: the zone is the reader's choice. Creation has all three parts, writing has no hundredths, access
 * only the date.
 */
public final class FatTime {
    /** 1980-01-01T00:00:00. */
    public static final long MIN = pack(0x0021, 0, 0);
    /** 2107-12-31T23:59:59.99. */
    public static final long MAX = pack(0xff9f, 0xbf7d, 199);

    private FatTime() {}

    /**
     * Packs the fields of a slot.
     *
     * @param date 16-bit date
     * @param time 16-bit time
     * @param tenths hundredths, 0 to 199
     * @return a packed time
     */
    public static long pack(int date, int time, int tenths) {
        return (long) date << 24 | (long) time << 8 | tenths;
    }

    /**
     * Returns the date part.
     *
     * @param packed a packed time
     * @return 16 bits
     */
    public static int date(long packed) {
        return (int) (packed >>> 24) & 0xffff;
    }

    /**
     * Returns the time part.
     *
     * @param packed a packed time
     * @return 16 bits
     */
    public static int time(long packed) {
        return (int) (packed >>> 8) & 0xffff;
    }

    /**
     * Returns the hundredths.
     *
     * @param packed a packed time
     * @return 0 to 255, 0 to 199 in a good volume
     */
    public static int tenths(long packed) {
        return (int) packed & 0xff;
    }

    /**
     * Turns a FAT time into an instant. Fields out of their range (month 0, hour 31) are drawn to the nearest legal
     * value, as a damaged time must not hide a file.
     *
     * @param packed a packed time
     * @param zone the zone the volume's local time is read in
     * @return the instant
     */
    public static Instant toInstant(long packed, ZoneId zone) {
        int date = date(packed);
        int time = time(packed);
        int tenths = Math.min(tenths(packed), 199);
        int year = 1980 + (date >>> 9);
        int month = Math.min(Math.max(date >>> 5 & 15, 1), 12);
        int day = Math.min(
                Math.max(date & 31, 1), java.time.YearMonth.of(year, month).lengthOfMonth());
        var local = LocalDateTime.of(
                year,
                month,
                day,
                Math.min(time >>> 11, 23),
                Math.min(time >>> 5 & 63, 59),
                Math.min((time & 31) * 2, 58) + tenths / 100,
                tenths % 100 * 10_000_000);
        return zone instanceof ZoneOffset offset
                ? local.toInstant(offset)
                : local.atZone(zone).toInstant();
    }

    /**
     * Turns an instant into a FAT time, rounding down. Instants outside 1980..2107 become {@link #MIN} or {@link #MAX}.
     *
     * @param instant the instant
     * @param zone the zone of the volume's local time
     * @return a packed time
     */
    public static long of(Instant instant, ZoneId zone) {
        long seconds = Math.min(Math.max(instant.getEpochSecond(), 0), 5_000_000_000L); // keep LocalDateTime in range
        var local = LocalDateTime.ofInstant(Instant.ofEpochSecond(seconds, instant.getNano()), zone);
        if (local.getYear() < 1980) {
            return MIN;
        }
        if (local.getYear() > 2107) {
            return MAX;
        }
        int date = local.getYear() - 1980 << 9 | local.getMonthValue() << 5 | local.getDayOfMonth();
        int time = local.getHour() << 11 | local.getMinute() << 5 | local.getSecond() / 2;
        return pack(date, time, local.getSecond() % 2 * 100 + local.getNano() / 10_000_000);
    }

    /**
     * Keeps what a write time can hold.
     *
     * @param packed a packed time
     * @return the same without hundredths
     */
    public static long twoSeconds(long packed) {
        return packed & ~0xffL;
    }

    /**
     * Keeps what an access date can hold.
     *
     * @param packed a packed time
     * @return the same day at midnight
     */
    public static long day(long packed) {
        return packed & ~0xff_ffffL;
    }
}
