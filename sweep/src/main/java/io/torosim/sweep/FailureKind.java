package io.torosim.sweep;

/**
 * Runs that failed for the same reason: their exceptions say the same but for numbers.
 *
 * @param kind what they say, with {@code #} in place of every number
 * @param count how many
 * @param firstCell the lowest number among them: {@code --cell} makes it again
 * @param firstError what that one said, in full
 */
public record FailureKind(String kind, long count, long firstCell, String firstError) {}
