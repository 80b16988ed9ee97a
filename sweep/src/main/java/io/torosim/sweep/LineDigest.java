package io.torosim.sweep;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/** A digest of lines of runs without their check sums, in the order of their numbers. */
final class LineDigest {
    private final Hasher hasher = Hashing.sha256().newHasher();

    void add(String line) {
        hasher.putString(CellLine.bare(line), StandardCharsets.UTF_8).putChar('\n');
    }

    /** Returns 16 hexadecimal digits; to be asked once. */
    String value() {
        return hasher.hash().toString().substring(0, 16);
    }
}
