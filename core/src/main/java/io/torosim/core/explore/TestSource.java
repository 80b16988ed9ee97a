package io.torosim.core.explore;

import java.util.Locale;

/** A failing schedule as Java source of a test. */
final class TestSource {
    private TestSource() {}

    static String of(Scenario scenario, Verdict.Violation violation) {
        return String.format(
                Locale.ROOT,
                """
                // the schedule as a test; `scenario` is what was searched
                @Test
                void %s() {
                    Schedule schedule = Schedule.parse("%s");
                    assertThat(Exploration.replay(scenario, schedule)).map(Verdict.Violation::invariant).contains("%s");
                }
                """,
                identifier(scenario.name() + " violates " + violation.invariant()),
                violation.schedule().text(),
                violation.invariant().replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /** Returns words as a name in camel case. */
    static String identifier(String words) {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
                upper = name.length() > 0;
            } else {
                name.append(upper ? Character.toUpperCase(c) : name.length() == 0 ? Character.toLowerCase(c) : c);
                upper = false;
            }
        }
        return name.length() == 0 || Character.isDigit(name.charAt(0)) ? "schedule" + name : name.toString();
    }
}
