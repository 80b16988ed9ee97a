package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.requests.DeviceExam.DeviceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs random scripts at devices, each at a new one, and shortens the first that fails. */
final class ScriptSearch {
    private static final long[] RINGS = {
        0,
        VirtioFeatures.RING_PACKED,
        VirtioFeatures.INDIRECT_DESC | VirtioFeatures.EVENT_IDX,
        VirtioFeatures.RING_PACKED | VirtioFeatures.INDIRECT_DESC | VirtioFeatures.EVENT_IDX
    };
    private static final int SEEDS = 12;
    private static final int STEPS = 14;
    private static final int MOST_RERUNS = 300;
    private static final List<String> EXAM =
            List.of("Guest", "BlkGuest", "NetGuest", "ConsoleGuest", "EntropyGuest", "VsockGuest", "Sent");
    private static final Pattern CALLED_BY_BOTH = Pattern.compile(
            "java\\..*|io\\.torosim\\.virtio\\.queue\\..*|"
                    + "io\\.torosim\\.virtio\\.vsock\\.Vsock(Endpoint|Connection|Packet|Checker)|io\\.torosim\\.virtio\\.testkit\\.FlatMemory");

    private ScriptSearch() {}

    /**
     * Runs all scripts until one fails.
     *
     * @param type the device type, for the report
     * @param known the features of that type that scripts use
     * @param guest makes a new device and its guest, with the features to accept
     * @param steps returns a script of so many steps
     * @param huge a step with a buffer of more bytes than an int counts, which may take long: a script of its own, the last
     */
    static <W extends Guest> DeviceReport run(
            String type,
            long known,
            Function<Long, W> guest,
            BiFunction<SimRandom, Integer, List<Step<? super W>>> steps,
            List<Step<? super W>> huge) {
        int scripts = 0;
        Map<String, Integer> taken = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            for (long ring : RINGS) {
                scripts++;
                long features = ring | (seed % 3 == 2 ? 0 : known);
                List<Step<? super W>> script = steps.apply(new RandomStreams(seed ^ ring).stream(type), STEPS);
                Failure wrong = once(guest, features, script, taken);
                if (wrong != null) {
                    String what = type + ", seed " + seed + ", features wanted 0x" + Long.toHexString(features);
                    return report(what, features, script, wrong, guest, scripts, taken);
                }
            }
        }
        Failure wrong = once(guest, 0, huge, taken);
        String report = wrong == null ? null : wrong.text + "\n" + type + ", features wanted 0x0\n  " + huge + "\n";
        return new DeviceReport(report, scripts + (huge.isEmpty() ? 0 : 1), taken, wrong == null ? null : wrong.cause);
    }

    /** What went wrong, and what was thrown if that is it. */
    private record Failure(String text, @Nullable Throwable cause) {}

    /** The shortest script that fails; of a device that does not repeat itself the first, and that it did not. */
    private static <W extends Guest> DeviceReport report(
            String what,
            long features,
            List<Step<? super W>> script,
            Failure first,
            Function<Long, W> guest,
            int scripts,
            Map<String, Integer> taken) {
        List<Step<? super W>> shortest = shortened(guest, features, script);
        Failure again = once(guest, features, shortest, new TreeMap<>());
        StringBuilder out = new StringBuilder();
        out.append((again == null ? first : again).text).append('\n');
        if (again == null) {
            out.append(
                    "this did not repeat: run again, the same script does not fail, so the device is not deterministic\n");
            shortest = script;
        }
        out.append(what).append('\n');
        shortest.forEach(step -> out.append("  ").append(step).append('\n'));
        boolean alike = again != null
                && again.cause != null
                && first.cause != null
                && again.cause.getClass() == first.cause.getClass();
        return new DeviceReport(out.toString(), scripts, taken, again == null || alike ? first.cause : again.cause);
    }

    private static <W extends Guest> @Nullable Failure once(
            Function<Long, W> guest, long features, List<Step<? super W>> script, Map<String, Integer> taken) {
        String at = "at the start";
        W world = null;
        try {
            world = guest.apply(features);
            for (Step<? super W> step : script) {
                at = "in " + step;
                taken.merge(kind(step), 1, Integer::sum);
                step.run(world);
                world.checkLatest();
            }
            at = "at the end";
            world.end();
            return null;
        } catch (Wrong e) {
            return new Failure(e.getMessage() + " (" + at + ")", null);
        } catch (Throwable e) {
            if (!(e instanceof OutOfMemoryError)) { // a device that takes what a guest says is one of its own kind
                Thrown.orRethrow(e);
            }
            StackTraceElement[] trace = e.getStackTrace();
            String whose = ours(trace) ? "exception out of the exam itself: " : "exception out of the device: ";
            return new Failure(whose + e + (trace.length > 0 ? " at " + trace[0] : "") + " (" + at + ")", e);
        }
    }

    /** Returns the first word of a step's text. */
    private static String kind(Step<?> step) {
        return step.toString().replaceFirst("^\\[", "").split("[ ,\\]]", 2)[0];
    }

    /** Whether the exam threw, and not the device that it called: by the first frame that is neither Java's nor a queue's. */
    private static boolean ours(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            String name = frame.getClassName();
            if (name.startsWith("io.torosim.virtio.requests.")) {
                return EXAM.contains(name.replaceFirst(".*\\.", "").replaceFirst("\\$.*", ""));
            }
            if (!CALLED_BY_BOTH.matcher(name).matches()) {
                return false;
            }
        }
        return false;
    }

    /** Leaves out steps, many and then few, as long as what is left fails. */
    private static <W extends Guest> List<Step<? super W>> shortened(
            Function<Long, W> guest, long features, List<Step<? super W>> script) {
        List<Step<? super W>> shortest = script;
        int reruns = 0;
        for (int piece = script.size() / 2; piece >= 1; piece /= 2) {
            for (int from = 0; from + piece <= shortest.size() && reruns < MOST_RERUNS; reruns++) {
                List<Step<? super W>> fewer = new ArrayList<>(shortest.subList(0, from));
                fewer.addAll(shortest.subList(from + piece, shortest.size()));
                if (once(guest, features, fewer, new TreeMap<>()) != null) {
                    shortest = fewer;
                } else {
                    from++;
                }
            }
        }
        return shortest;
    }
}
