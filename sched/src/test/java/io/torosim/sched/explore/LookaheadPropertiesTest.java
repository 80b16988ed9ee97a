package io.torosim.sched.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices;
import io.torosim.core.defect.Defects;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.trace.TraceBus.TraceDigest;
import io.torosim.sched.explore.Explorer.Evidence;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Choices that can be looked at ahead let a run take many steps at once: what it does, finds and counts stays the same. */
final class LookaheadPropertiesTest {
    private static final int LENGTH = 400;

    /** Passes choices on, and what lies ahead of them if it is to be seen. */
    private static final class Passed implements Choices {
        private final Choices choices;
        private final boolean ahead;
        private int taken;

        Passed(Choices choices, boolean ahead) {
            this.choices = choices;
            this.ahead = ahead;
        }

        @Override
        public int choose(String point, int alternatives) {
            return choices.choose(point, alternatives);
        }

        @Override
        public int plainAhead(String point, int alternatives, int most) {
            return ahead ? choices.plainAhead(point, alternatives, most) : 0;
        }

        @Override
        public void takePlain(String point, int alternatives, int count) {
            choices.takePlain(point, alternatives, count);
            taken += count;
        }
    }

    private record Outcome(
            Optional<Violation> violation, long digest, long events, String log, int length, List<String> evidence) {}

    private static SearchChoices choices(long seed, boolean few) {
        return new SearchChoices(new RandomStreams(seed).stream("ahead"), few, LENGTH);
    }

    private static Outcome outcome(Scenario scenario, Defects defects, long seed, boolean few, boolean[] ahead) {
        SearchChoices choices = choices(seed, few);
        Passed passed = new Passed(choices, ahead[0]);
        TraceDigest digest = new TraceDigest();
        Tally tally = new Tally();
        Optional<Violation> violation = scenario.run(defects, 1, tally.counting(passed), digest, tally);
        Evidence evidence = new Evidence(scenario);
        evidence.add(tally);
        ahead[0] = passed.taken > 0;
        return new Outcome(
                violation,
                digest.value(),
                digest.count(),
                choices.log().text(),
                choices.length(),
                evidence.lines(defects));
    }

    @Property(tries = 600)
    void aRun_isTheSameWithAndWithout(
            @ForAll long seed, @ForAll boolean few, @ForAll boolean on, @ForAll @IntRange(max = 17) int number) {
        Scenario scenario = Scenarios.all().get(number);
        Defects defects = on ? scenario.defectsOn() : Defects.none();
        boolean[] ahead = {true};
        assertThat(outcome(scenario, defects, seed, few, ahead))
                .isEqualTo(outcome(scenario, defects, seed, few, new boolean[] {false}));
        Statistics.label("steps were taken at once").collect(ahead[0]);
        Statistics.label("steps were taken at once").coverage(c -> c.check(true).percentage(p -> p > 30));
    }

    @Property(tries = 300)
    void aReplay_isTheSameWithAndWithout(
            @ForAll long seed, @ForAll boolean few, @ForAll @IntRange(max = 17) int number) {
        Scenario scenario = Scenarios.all().get(number);
        SearchChoices choices = choices(seed, few);
        TraceDigest first = new TraceDigest();
        Optional<Violation> found = scenario.run(scenario.defectsOn(), 1, choices, first, new Tally());
        for (boolean ahead : new boolean[] {true, false}) {
            TraceDigest again = new TraceDigest();
            Passed replay = new Passed(choices.log().replay(), ahead);
            assertThat(scenario.run(scenario.defectsOn(), 1, replay, again, new Tally()))
                    .isEqualTo(found);
            assertThat(again.value()).isEqualTo(first.value());
        }
    }

    /** Choices one by one beside the same with looks ahead in between, of which some are followed and some are not. */
    @Property(tries = 300)
    void lookingAhead_decidesNothing(@ForAll long seed, @ForAll boolean few) {
        SimRandom looks = new RandomStreams(seed).stream("looks");
        SearchChoices plain = choices(seed, few);
        SearchChoices ahead = choices(seed, few);
        Choices replay = replayed(seed, few);
        while (plain.length() < 2 * LENGTH) {
            int most = 1 + looks.nextInt(9);
            int seen = ahead.plainAhead("vcpu.delay", 7, most);
            assertThat(replay.plainAhead("vcpu.delay", 7, most)).isEqualTo(seen);
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                expected.add(plain.choose("vcpu.delay", 7));
                if (expected.get(i) != 0) {
                    break;
                }
            }
            int zeros = (int) expected.stream().filter(c -> c == 0).count();
            assertThat(seen).as("none that is a surprise").isLessThanOrEqualTo(zeros);
            assertThat(seen).as("all that are none").isEqualTo(zeros);
            int taken = looks.nextInt(seen + 1);
            ahead.takePlain("vcpu.delay", 7, taken);
            replay.takePlain("vcpu.delay", 7, taken);
            for (int i = taken; i < expected.size(); i++) {
                assertThat(ahead.choose("vcpu.delay", 7)).isEqualTo(expected.get(i));
                assertThat(replay.choose("vcpu.delay", 7)).isEqualTo(expected.get(i));
            }
            if (looks.nextInt(4) == 0) {
                int chosen = plain.choose("scenario.packet", 128);
                assertThat(ahead.choose("scenario.packet", 128)).isEqualTo(chosen);
                assertThat(replay.choose("scenario.packet", 128)).isEqualTo(chosen);
            }
        }
        assertThat(ahead.length()).isEqualTo(plain.length());
        assertThat(ahead.log().text()).isEqualTo(plain.log().text());
    }

    /** What the loop above chooses, as a replay of its log. */
    private static Choices replayed(long seed, boolean few) {
        SimRandom looks = new RandomStreams(seed).stream("looks");
        SearchChoices plain = choices(seed, few);
        while (plain.length() < 2 * LENGTH) {
            int most = 1 + looks.nextInt(9);
            int zeros = 0;
            for (int i = 0; i < most && plain.choose("vcpu.delay", 7) == 0; i++) {
                zeros++;
            }
            looks.nextInt(zeros + 1);
            if (looks.nextInt(4) == 0) {
                plain.choose("scenario.packet", 128);
            }
        }
        return ChoiceLog.parse(plain.log().text()).replay();
    }
}
