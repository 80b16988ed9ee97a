package io.torosim.fat.nio;

import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.CodePage;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The map that opens a file system, read and checked. Unknown keys are ignored, as zipfs does.
 *
 * @param access null, {@code readOnly} or {@code readWrite}
 * @param options what remains
 */
record Environment(@Nullable String access, MountOptions options) {
    static final String ACCESS_MODE = "accessMode";
    static final String READ_ONLY = "readOnly";
    static final String READ_WRITE = "readWrite";

    static Environment of(String image, Map<String, ?> env, InstantSource defaultClock) {
        Object access = env.get(ACCESS_MODE);
        if (access != null && !access.equals(READ_ONLY) && !access.equals(READ_WRITE)) {
            throw bad(ACCESS_MODE, "readOnly or readWrite", access, null);
        }
        Object page = env.get("codepage");
        var options = new MountOptions(
                image,
                READ_ONLY.equals(access),
                partition(env.get("partition")),
                page == null ? CodePage.CP437 : CodePage.of(page.toString()),
                zone(env.get("zone")),
                clock(env.get("clock"), defaultClock),
                flag("barriers", env.get("barriers")));
        return new Environment((String) access, options);
    }

    private static int partition(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        try {
            int number = value instanceof Integer given ? given : Integer.parseInt(value.toString());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad("partition", "a number from 1", value, e);
        }
        throw bad("partition", "a number from 1", value, null);
    }

    private static ZoneId zone(@Nullable Object value) {
        if (value == null) {
            return ZoneOffset.UTC;
        }
        try {
            return value instanceof ZoneId zone ? zone : ZoneId.of(value.toString());
        } catch (DateTimeException e) {
            throw bad("zone", "a ZoneId or its name", value, e);
        }
    }

    private static boolean flag(String key, @Nullable Object value) {
        if (value == null || value.toString().equals("false")) {
            return false;
        }
        if (value.toString().equals("true")) {
            return true;
        }
        throw bad(key, "true or false", value, null);
    }

    private static InstantSource clock(@Nullable Object value, InstantSource defaultClock) {
        if (value == null) {
            return defaultClock;
        }
        if (value instanceof InstantSource clock) {
            return clock;
        }
        throw bad("clock", "an InstantSource", value, null);
    }

    private static IllegalArgumentException bad(String key, String range, Object value, @Nullable Exception cause) {
        return new IllegalArgumentException(key + " must be " + range + ", " + key + "=" + value, cause);
    }
}
