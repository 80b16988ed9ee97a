package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts by hand, and the place into which a shrunk counterexample is pasted. */
class EventScriptTest {
    @Test
    void classesThatMixInOneInstant_fireByClassThenInOrder() {
        EventScript script = new EventScript();
        for (int i = 0; i < 40; i++) {
            script.schedule(5, 40 - i % 7);
        }
        script.take().schedule(0, 3).schedule(0, 99).take().take().check();
    }

    @Test
    void cancelInsideAnOpenedInstant_leavesTheOthers() {
        EventScript script = new EventScript();
        for (int i = 0; i < 30; i++) {
            script.schedule(1, i % 3);
        }
        script.take()
                .cancel(3)
                .cancel(1)
                .cancel(29)
                .reschedule(5, 0)
                .take()
                .reschedule(6, 7)
                .check();
    }

    @Test
    void peekFarAhead_thenScheduleNearer_firesTheNearerFirst() {
        EventScript script = new EventScript();
        for (int i = 0; i < 20; i++) {
            script.schedule(1L << 50, 16);
        }
        script.peek()
                .schedule(3, 16)
                .peek()
                .takeUpTo(2)
                .schedule(0, 16)
                .take()
                .peek()
                .check();
    }

    @Test
    void endOfTime_holdsManyEventsOfSeveralClasses() {
        EventScript script = new EventScript();
        for (int i = 0; i < 50; i++) {
            script.schedule(Long.MAX_VALUE - i % 3, i % 5);
        }
        script.take().take().schedule(Long.MAX_VALUE, 0).check();
    }

    @Test
    void script_printsAsJava() {
        EventScript script = new EventScript()
                .schedule(4, 16)
                .cancel(0)
                .reschedule(1, 2)
                .take()
                .takeUpTo(9)
                .peek();
        assertThat(script.toString())
                .isEqualTo(String.join(
                        "\n    ",
                        List.of(
                                "new EventScript()",
                                ".schedule(4L, 16)",
                                ".cancel(0L)",
                                ".reschedule(1L, 2L)",
                                ".take()",
                                ".takeUpTo(9L)",
                                ".peek()",
                                ".check();")));
    }

    @Test
    void model_isNotBlind() {
        SortedListModel model = new SortedListModel();
        model.schedule(5, 1, 0);
        model.schedule(5, 0, 1);
        model.schedule(4, 9, 2);
        assertThat(model.take().id()).isEqualTo(2);
        assertThat(model.take().id()).isEqualTo(1);
        assertThat(model.take().id()).isEqualTo(0);
        assertThatThrownBy(model::take).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
