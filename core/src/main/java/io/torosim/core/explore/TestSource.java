package io.torosim.core.explore;

import java.util.Locale;

/** A failing schedule as Java source of a test. */
final class TestSource {
    private TestSource() {}

    static String of(Scenario scenario, Verdict.Violation violation) {
        return String.format(
                Locale.ROOT,
                """
                // `scenario` is what was searched. This test holds once it is repaired:
                @Test
                void %s() {
                    Exploration.verify(scenario);
                }

                // and this one as long as it is not: it shows the schedule above again
                @Test
                void %s() {
                    Verdict.Schedule schedule = Verdict.Schedule.parse("%s");
                    assertThat(Exploration.replay(scenario, schedule)).map(Verdict.Violation::invariant).contains("%s");
                }
                """,
                identifier(scenario.name() + " keeps " + violation.invariant()),
                identifier(scenario.name() + " violates " + violation.invariant()),
                violation.schedule().text(),
                literal(violation.invariant()));
    }

    /** Returns text as it stands between the quotes of a string literal. */
    private static String literal(String text) {
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                case '"', '\\' -> literal.append('\\').append(c);
                default -> {
                    if (c < ' ') {
                        literal.append(String.format(Locale.ROOT, "\\%03o", (int) c));
                    } else if (c > '~') {
                        literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        literal.append(c);
                    }
                }
            }
        }
        return literal.toString();
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
