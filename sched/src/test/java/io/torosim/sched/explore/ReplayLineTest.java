package io.torosim.sched.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.defect.Defects;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Explorer.ReplayLine;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplayLineTest {
    @Test
    void aLine_isReadAsItWasWritten() {
        Scenario scenario = Scenarios.named("idle-flag-race");
        for (Defects quirks :
                List.of(scenario.defectsOn(), Defects.none(), Defects.none().with(ToroQuirk.NESTED_DELAY))) {
            ReplayLine line = new ReplayLine(scenario, quirks, -7, "3=1,20=6");
            assertThat(ReplayLine.parse(line.text(), Scenarios::named)).isEqualTo(line);
        }
        assertThat(new ReplayLine(scenario, scenario.defectsOn(), 5, "-").text())
                .isEqualTo("torosim-replay:v1:idle-flag-race:on:5:-");
    }

    @Test
    void whatIsNoLine_isRefused() {
        for (String bad : List.of(
                "",
                "torosim-replay:v2:idle-flag-race:on:1:-",
                "torosim-replay:v1:no-such:on:1:-",
                "torosim-replay:v1:idle-flag-race:maybe:1:-",
                "torosim-replay:v1:idle-flag-race:0xzz:1:-",
                "torosim-replay:v1:idle-flag-race:0xffffffffff:1:-",
                "torosim-replay:v1:idle-flag-race:on:one:-",
                "torosim-replay:v1:idle-flag-race:on:1:5",
                "torosim-replay:v1:idle-flag-race:on:1:5=0",
                "torosim-replay:v1:idle-flag-race:on:1:5=1,5=2")) {
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> ReplayLine.parse(bad, Scenarios::named));
        }
    }

    @Test
    void aChoiceThatTheRunDoesNotHave_isRefusedByName() {
        String line = "torosim-replay:v1:idle-flag-race:on:1:";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Explorer.replay(ReplayLine.parse(line + "1=999", Scenarios::named)))
                .withMessageMatching(
                        "choices of a replay line must be there in the run of idle-flag-race, choice=1=999,"
                                + " where [a-z.]+ has no such alternative: the last is [0-9]+");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Explorer.replay(ReplayLine.parse(line + "99999999=1", Scenarios::named)))
                .withMessageMatching(
                        ".*, choice=99999999=1, which the run does not come to: choices that it makes=[0-9]+");
        Explorer.replay(ReplayLine.parse(line + "-", Scenarios::named));
    }
}
