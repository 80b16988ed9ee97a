package io.torosim.virtio.testkit;

import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an attack has shown; the place of each violation is the name of the attack, which is what {@code replay} reads. */
final class AttackNotes {
    private static final int NAMES_SHOWN = 3;

    private final Side side;
    private final String attack;
    private final List<Violation> violations = new ArrayList<>();

    AttackNotes(Side side, String attack) {
        this.side = side;
        this.attack = attack;
    }

    void must(Rule rule, long value, String detail) {
        note(Verdict.MUST, rule, value, detail);
    }

    void should(Rule rule, long value, String detail) {
        note(Verdict.SHOULD, rule, value, detail);
    }

    void habit(Rule rule, long value, String detail) {
        note(Verdict.IMPLEMENTATION, rule, value, detail);
    }

    /** The half has stopped as it should, and names another rule. */
    void calledOtherwise(Rule rule, RingError said) {
        violations.add(new Violation(
                Verdict.IMPLEMENTATION,
                side,
                new RingError(rule, attack + " (" + said.rule() + ")", said.value(), "stops, and names another rule"),
                0));
    }

    /** The half has thrown. */
    void thrown(Rule rule, String detail, Throwable cause) {
        Thrown.orRethrow(cause);
        violations.add(new Violation(
                Verdict.MUST, side, new RingError(rule, attack, 0, detail + Thrown.line(cause)), 0, cause));
    }

    private void note(Verdict verdict, Rule rule, long value, String detail) {
        violations.add(new Violation(verdict, side, new RingError(rule, attack, value, detail), 0));
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** Throws if anything weighs so much, with a line for what several attacks have shown alike, and how to run one again. */
    static void verify(List<Violation> violations, Verdict verdict) {
        List<Violation> heavy = Violation.atLeast(verdict, violations);
        if (!heavy.isEmpty()) {
            throw new AssertionError(text(heavy) + "\n" + replay(heavy), Violation.cause(heavy));
        }
    }

    /** Returns how to run the first attack of these again, alone; nothing if they are none. */
    static String replay(List<Violation> violations) {
        return violations.stream()
                .filter(v -> AttackName.is(v.error().place()))
                .findFirst()
                .map(v -> "to run the first again, alone:\n"
                        + AttackName.source(v.side(), v.error().place()))
                .orElse("");
    }

    /** Whether these come from attacks or misuse, which make no memory access that could be counted. */
    static boolean isOf(List<Violation> violations) {
        return violations.stream().allMatch(v -> v.access() == 0);
    }

    static String text(List<Violation> violations) {
        Map<String, List<Violation>> alike = violations.stream()
                .collect(Collectors.groupingBy(
                        v -> v.verdict() + " " + v.error().detail(), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream().map(AttackNotes::line).collect(Collectors.joining("\n"));
    }

    private static String line(List<Violation> alike) {
        Violation first = alike.get(0);
        String names = alike.stream()
                .map(v -> v.error().place())
                .distinct()
                .limit(NAMES_SHOWN)
                .collect(Collectors.joining("; "));
        String more = alike.size() > NAMES_SHOWN ? "; and " + (alike.size() - NAMES_SHOWN) + " more" : "";
        String rules = alike.stream()
                .map(v -> v.rule().name())
                .distinct()
                .limit(NAMES_SHOWN)
                .collect(Collectors.joining(", "));
        return first.side()
                + (first.verdict() == Verdict.MUST
                        ? ""
                        : " (" + first.verdict().name().toLowerCase(java.util.Locale.ROOT) + ")")
                + " " + rules + ": "
                + first.error().detail() + " [" + names + more + "]";
    }
}
