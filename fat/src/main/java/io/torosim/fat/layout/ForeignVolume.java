package io.torosim.fat.layout;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells what else a first sector may be, so that an error can say it. */
public final class ForeignVolume {
    private ForeignVolume() {}

    /**
     * Names the file system whose mark stands in a first sector.
     *
     * @param sector at least 512 bytes
     * @return {@code "exFAT"}, {@code "NTFS"}, {@code "FAT32"}, or null if none is recognised
     */
    public static @Nullable String name(byte[] sector) {
        String oem = ascii(sector, 3, 8);
        if (oem.equals("EXFAT   ")) {
            return "exFAT";
        }
        if (oem.equals("NTFS    ")) {
            return "NTFS";
        }
        boolean noFat16 = LittleEndian.u16(sector, 0x16) == 0 && LittleEndian.u32(sector, 0x24) != 0;
        return noFat16 && ascii(sector, 0x52, 5).equals("FAT32") ? "FAT32" : null;
    }

    /**
     * Returns whether a first sector calls itself FAT12 or FAT16, however broken the rest is.
     *
     * @param sector at least 512 bytes
     * @return true if the type string says so
     */
    public static boolean claimsFat(byte[] sector) {
        String type = ascii(sector, 0x36, 5);
        return type.equals("FAT16") || type.equals("FAT12");
    }

    private static String ascii(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }
}
