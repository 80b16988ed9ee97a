package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.DriverScript.Kind;
import io.torosim.virtio.testkit.DriverScript.Step;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the steps of a script as {@link Step#toString} writes them. */
final class ScriptText {
    private static final String SIZES = "\\[((?:\\d+(?:, \\d+)*)?)]";
    private static final Pattern SUBMIT =
            Pattern.compile("SUBMIT (\\d{1,6}) x read" + SIZES + " write" + SIZES + "( indirect)?");
    private static final Pattern OTHER = Pattern.compile("([A-Z_]+) (\\d{1,6})(?: salt (-?\\d{1,10}))?");

    static Step step(String line) {
        try {
            Matcher submit = SUBMIT.matcher(line);
            if (submit.matches()) {
                List<Integer> readable = sizes(submit.group(2));
                List<Integer> writable = sizes(submit.group(3));
                if (readable.size() + writable.size() > 0) {
                    return Step.submit(readable, writable, submit.group(4) != null, Integer.parseInt(submit.group(1)));
                }
            }
            Matcher other = OTHER.matcher(line);
            if (other.matches() && !other.group(1).equals("SUBMIT")) {
                int salt = other.group(3) == null ? 0 : Integer.parseInt(other.group(3));
                return Step.of(Kind.valueOf(other.group(1)), Integer.parseInt(other.group(2)), salt);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a step: \"" + line + "\"", e);
        }
        throw new IllegalArgumentException("not a step: \"" + line + "\"");
    }

    private static List<Integer> sizes(String text) {
        List<Integer> sizes = text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(", ")).map(Integer::valueOf).toList();
        if (sizes.size() > DriverScript.MAX_ELEMENTS
                || sizes.stream().anyMatch(s -> s < 1 || s > DriverScript.MAX_BIG_BYTES)) {
            throw new IllegalArgumentException("at most " + DriverScript.MAX_ELEMENTS + " elements of 1 to "
                    + DriverScript.MAX_BIG_BYTES + " bytes");
        }
        return sizes;
    }

    private ScriptText() {}
}
