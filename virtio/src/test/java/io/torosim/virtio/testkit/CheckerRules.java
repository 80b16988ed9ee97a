package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a group of rules goes through: {@code cases()} of the class says what fires exactly one rule, and what stands at its border. */
abstract class CheckerRules {
    /** Takes cases. */
    interface Cases {
        /** What fires exactly one rule, and what stands at its border and is silent. */
        void add(Rule rule, QueueMode mode, Consumer<CheckerScene> play, Consumer<CheckerScene> border);
    }

    static List<CheckerCase> collect(Consumer<Cases> group) {
        List<CheckerCase> cases = new ArrayList<>();
        group.accept((rule, mode, play, border) -> cases.add(new CheckerCase(rule, mode, play, border)));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyRule_isNamed_andNoOther(CheckerCase c) {
        CheckerScene scene = new CheckerScene(c.mode());
        c.play().accept(scene);
        assertThat(scene.checker.judged()).as("what fires was judged").containsKey(c.rule());
        assertThat(scene.checker.violations().stream().map(Violation::rule).distinct())
                .as(scene.checker.violations() + "\n" + scene.checker.dump())
                .containsExactly(c.rule());
        assertThat(scene.checker.broken()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void atTheBorder_nothingIsSaid(CheckerCase c) {
        CheckerScene scene = new CheckerScene(c.mode());
        c.border().accept(scene);
        assertThat(scene.checker.violations()).as(scene.checker.dump()).isEmpty();
    }
}
