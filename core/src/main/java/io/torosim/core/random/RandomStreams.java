package io.torosim.core.random;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * Named random streams of one seed. A stream depends on the seed and its name alone: a new stream, or an extra draw from
 * one, moves no other.
 */
public final class RandomStreams {
    private final long seed;

    /** Creates the streams of {@code seed}. */
    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** Returns a new generator at the start of the stream called {@code name}. */
    public SimRandom stream(String name) {
        var hash = Hashing.sipHash24(seed, 0x746f726f73696dL).hashString(name, StandardCharsets.UTF_8);
        return new SimRandom(hash.asLong());
    }
}
