package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A script that failed, made small, and what it shows. Where the same script does not fail again, the finding is that of the
 * first run, and a line says so: what a half does must follow from what it is given.
 */
record Reproduction(DriverScript script, RunResult result, @Nullable Throwable cause, String note) {
    private static final String UNREPEATED =
            "this did not repeat: run again, the same script does not fail, so the half is"
                    + " not deterministic (a clock, randomness, hash order, or what an earlier half left behind)\n";

    static Reproduction of(DriverScript script, RunResult first, Verdict least, Function<DriverScript, RunResult> run) {
        if (run.apply(script).ok(least)) {
            return new Reproduction(script, first, first.cause(), UNREPEATED);
        }
        DriverScript.Shrunk small;
        try {
            small = script.shrink(s -> !run.apply(s).ok(least), DriverScript.SHRINK_BUDGET);
        } catch (IllegalArgumentException e) { // now and then it does not fail
            return new Reproduction(script, first, first.cause(), UNREPEATED);
        }
        RunResult again = run.apply(small.script());
        if (again.ok(least)) {
            return new Reproduction(script, first, first.cause(), UNREPEATED);
        }
        return new Reproduction(small.script(), again, traced(first.cause(), again.cause()), small.note());
    }

    /** The later of two, unless the earlier is alike and has the trace that HotSpot leaves out in the long run. */
    private static @Nullable Throwable traced(@Nullable Throwable first, @Nullable Throwable again) {
        if (first == null || again == null) {
            return again;
        }
        return first.getClass() == again.getClass() && first.getStackTrace().length > 0 ? first : again;
    }
}
