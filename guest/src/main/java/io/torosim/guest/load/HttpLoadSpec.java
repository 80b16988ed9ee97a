package io.torosim.guest.load;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * What is asked of a guest, and when: a value.
 *
 * @param path what is asked for, beginning with a slash, without spaces and control characters
 * @param requests how many, at least 0
 * @param concurrency clients at a time in a closed loop, in [1, 10000]
 * @param perSecond mean rate of an open loop, 0 for a closed one
 * @param start when the first begins
 * @param limit after which a request has failed, positive
 */
public record HttpLoadSpec(
        String path, long requests, int concurrency, long perSecond, Duration start, Duration limit) {
    /** Checks the ranges. */
    public HttpLoadSpec {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(limit, "limit");
        if (path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "path must have no control characters, which would end the line of the request, path="
                            + shown(path));
        }
        if (!path.startsWith("/") || path.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("path must begin with / and have no space, path=" + path);
        }
        if (requests < 0) {
            throw new IllegalArgumentException("requests must be at least 0, requests=" + requests);
        }
        if (concurrency < 1 || concurrency > 10_000) {
            throw new IllegalArgumentException("concurrency must be in [1, 10000], concurrency=" + concurrency);
        }
        if (perSecond < 0 || perSecond > 1_000_000) {
            throw new IllegalArgumentException("perSecond must be in [0, 1000000], perSecond=" + perSecond);
        }
        if (start.isNegative() || limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(
                    "start must be at least 0 and limit positive, start=" + start + ", limit=" + limit);
        }
    }

    /** On one line. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (char c : text.toCharArray()) {
            shown.append(
                    Character.isISOControl(c) ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
        }
        return shown.toString();
    }

    /** Returns a closed loop: as {@code ab -n requests -c concurrency}, beginning at once, 30 s for each. */
    public static HttpLoadSpec closed(String path, long requests, int concurrency) {
        return new HttpLoadSpec(path, requests, concurrency, 0, Duration.ZERO, Duration.ofSeconds(30));
    }

    /** Returns an open loop of {@code perSecond} requests a second in the mean. */
    public static HttpLoadSpec open(String path, long requests, long perSecond) {
        return new HttpLoadSpec(path, requests, 1, perSecond, Duration.ZERO, Duration.ofSeconds(30));
    }

    /** Returns this with another beginning. */
    public HttpLoadSpec startingAt(Duration when) {
        return new HttpLoadSpec(path, requests, concurrency, perSecond, when, limit);
    }

    /** Returns this with another limit. */
    public HttpLoadSpec withLimit(Duration newLimit) {
        return new HttpLoadSpec(path, requests, concurrency, perSecond, start, newLimit);
    }
}
