package io.torosim.guest.idle.blind;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.explore.Exploration;
import io.torosim.core.explore.Sampling;
import io.torosim.core.explore.Scenario;
import io.torosim.core.explore.Verdict;
import io.torosim.core.explore.Verdict.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault is found, what is right is searched to the end, and what is found is there a second time. */
final class BlindFaultsTest {
    /** The largest ones take seconds each. */
    private static final boolean LONG = Boolean.getBoolean("torosim.longSearch");

    private static final Bounds BOUNDS = Bounds.standard().withStates(2_000_000);

    private static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        add(all, NeedResched.Fault.values(), f -> new NeedResched(f, 1, 2));
        add(all, WakeQueue.Fault.values(), f -> new WakeQueue(f, 2, 1));
        add(all, Tickless.Fault.values(), Tickless::new);
        add(all, MwaitWord.Fault.values(), MwaitWord::new);
        add(all, HandOver.Fault.values(), HandOver::new);
        add(all, Napi.Fault.values(), Napi::new);
        add(all, CallFunction.Fault.values(), CallFunction::new);
        add(all, IpiOnce.Fault.values(), f -> new IpiOnce(f, 1, 2, 2));
        add(all, Window2020.Fault.values(), Window2020::new);
        add(all, BootOnline.Fault.values(), BootOnline::new);
        return all.stream();
    }

    private static <F extends Enum<F>> void add(List<Arguments> to, F[] faults, Function<F, Supplier<Scenario>> loop) {
        for (F fault : faults) {
            boolean big = loop.apply(fault) instanceof HandOver && right(fault);
            if (LONG || !big) {
                Supplier<Scenario> made = loop.apply(fault);
                to.add(Arguments.of(
                        Named.of(made.getClass().getSimpleName() + ", " + fault, made.get()), right(fault)));
            }
        }
    }

    private static boolean right(Enum<?> fault) {
        return fault.name().equals("NONE") || fault.name().startsWith("BENIGN");
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsWrongIsFound_andWhatIsRightIsExhausted(Scenario scenario, boolean right) {
        Verdict verdict = Exploration.search(scenario, BOUNDS);
        assertThat(verdict.outcome()).isEqualTo(right ? Verdict.Outcome.EXHAUSTED : Verdict.Outcome.VIOLATED);
        if (right) {
            assertThat(verdict.neverChecked()).isEmpty();
            for (Sampling.Strategy strategy : Sampling.Strategy.values()) {
                assertThat(Sampling.failures(scenario, strategy, 5, 20)).isZero();
            }
            return;
        }
        Verdict.Violation found = verdict.violation().orElseThrow();
        assertThat(Exploration.replay(scenario, found.schedule()))
                .map(Verdict.Violation::invariant)
                .contains(found.invariant());
    }

    @Test
    void faultsAreMany() {
        long wrong = all().filter(a -> !(boolean) a.get()[1]).count();
        assertThat(wrong).isGreaterThanOrEqualTo(60);
    }
}
