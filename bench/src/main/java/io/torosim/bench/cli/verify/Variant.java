package io.torosim.bench.cli.verify;

import java.util.List;

/**
 * One way to make the same run.
 *
 * @param name for the report
 * @param javaOptions options of the Java virtual machine
 * @param elsewhere in a directory of its own, with other settings of the environment
 * @param traced whether every event is written down, or at least heard
 * @param exact whether every step is an event of its own: no fast-forward, no lookahead
 */
record Variant(String name, List<String> javaOptions, boolean elsewhere, boolean traced, boolean exact) {
    private static final List<String> PLAIN = List.of();

    /** The first is what the others are held against. */
    static List<Variant> ofGuest() {
        return List.of(
                new Variant("first", PLAIN, false, true, false),
                new Variant("again", PLAIN, false, true, false),
                new Variant("tracing off", PLAIN, false, false, false),
                new Variant("exact stepping (--exact)", PLAIN, false, true, true),
                elsewhere(true),
                new Variant("compiler off", List.of("-XX:TieredStopAtLevel=1"), false, true, false));
    }

    static List<Variant> ofExperiment() {
        return List.of(
                new Variant("first", PLAIN, false, false, false),
                new Variant("again", PLAIN, false, false, false),
                new Variant("every event heard", PLAIN, false, true, false),
                elsewhere(false),
                new Variant("exact stepping (--exact)", PLAIN, false, false, true)); // last: it takes longest
    }

    private static Variant elsewhere(boolean traced) {
        return new Variant(
                "other directory, locale, time zone, user",
                List.of(
                        "-Duser.language=tr",
                        "-Duser.country=TR",
                        "-Duser.timezone=Pacific/Kiritimati",
                        "-Duser.name=somebody-else",
                        "-XX:hashCode=2"), // every identity hash is 1
                true,
                traced,
                false);
    }
}
