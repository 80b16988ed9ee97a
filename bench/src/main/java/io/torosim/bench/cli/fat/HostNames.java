package io.torosim.bench.cli.fat;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of files as the host can have them. */
final class HostNames {
    private static final int MAX_BYTES = 255; // of a name on Linux's file systems

    private HostNames() {}

    /** Returns the character set in which Java hands names to the host. */
    static String charset() {
        return System.getProperty("sun.jnu.encoding", "UTF-8");
    }

    /** Returns whether a terminal of the host's character set shows a name as it is. */
    static boolean canShow(String name) {
        return escaped(name).equals(name);
    }

    /**
     * Returns a name that the host takes: characters that its character set lacks, lone surrogates among them, become
     * {@code %uXXXX}, and so does {@code %u} itself where anything is changed.
     *
     * @param name a name on a FAT volume
     * @return the name, the same object if nothing had to be changed
     */
    static String escaped(String name) {
        return escaped(name, Charset.forName(charset()));
    }

    static String escaped(String name, Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        if (encoder.canEncode(name)) {
            return name;
        }
        var text = new StringBuilder();
        for (int i = 0; i < name.length(); ) {
            int c = name.codePointAt(i);
            String one = Character.toString(c);
            if (encoder.canEncode(one) && !name.startsWith("%u", i)) {
                text.append(one);
            } else {
                one.chars().forEach(unit -> text.append(String.format(Locale.ROOT, "%%u%04X", unit)));
            }
            i += Character.charCount(c);
        }
        return text.toString();
    }

    /** Returns whether a name is too long for the host. */
    static boolean isTooLong(String name) {
        Charset charset = Charset.forName(charset());
        return name.getBytes(charset == StandardCharsets.US_ASCII ? charset : StandardCharsets.UTF_8).length
                > MAX_BYTES;
    }
}
