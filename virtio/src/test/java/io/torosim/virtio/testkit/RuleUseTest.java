package io.torosim.virtio.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.torosim.virtio.Rule;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.transport.Transports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A report says how often each rule was judged, and which never were. */
class RuleUseTest {
    private static ExamReport exam(boolean all) {
        QueueExam exam = QueueExam.device(DeviceQueue::create)
                .interleavings(0)
                .wraps(false)
                .scripts(4);
        return (all ? exam : exam.modes(m -> !m.packed() && !m.indirect())).run();
    }

    @Test
    void allModes_judgeEveryRuleOfTheList_andNoOther() {
        ExamReport report = exam(true);
        assertThat(report.failed()).isFalse();
        assertThat(report.neverJudged()).isEmpty();
        assertThat(report.judged().values()).allMatch(times -> times > 0);
        assertThat(report.toString()).contains("judged, times: S4 ").doesNotContain("never judged");
        // what the list leaves out although it is judged would never be missed
        assertThat(report.judged().keySet()).containsExactlyInAnyOrderElementsOf(ExamReport.JUDGED);
    }

    @Test
    void whatTheModesLeaveOut_isListed() {
        ExamReport report = exam(false);
        assertThat(report.failed()).isFalse();
        assertThat(report.neverJudged())
                .contains(Rule.I1, Rule.I3, Rule.P4, Rule.E7)
                .doesNotContain(Rule.U5, Rule.N15);
        assertThat(report.toString()).contains("never judged: [");
    }

    @Test
    void counts_areThoseOfWhatHappened() {
        QueueMode mode = QueueMode.all(4).stream()
                .filter(m -> !m.packed() && !m.indirect() && !m.inOrder() && !m.eventIdx() && !m.legacy())
                .findFirst()
                .orElseThrow();
        RunResult result = ScriptRunner.run(DriverScript.busy(mode, 1, 3), DriverQueue::create, DeviceQueue::create);
        assertThat(result.ok()).isTrue();
        Map<Rule, Long> judged = new TreeMap<>(result.judged());
        assertThat(judged.get(Rule.S4)).as("once for each buffer exposed").isEqualTo(result.buffers());
        assertThat(judged.get(Rule.C2)).as("each buffer reaped, and the end").isEqualTo(result.buffers() + 1);
        assertThat(judged.keySet()).doesNotContainAnyElementsOf(List.of(Rule.I1, Rule.O1, Rule.O2, Rule.P4, Rule.E1));
    }

    @Test
    void whatCheckedNothing_fails() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChoiceSearch.random(choices -> null, 0, 1))
                .withMessage("runs must be at least 1, runs=0");
        HandshakeChecker nobody = HandshakeChecker.mmio(Transports.mmioRegisters(new VirtioDevice(
                new RngDevice(() -> 4), new FlatMemory(1 << 12), DeviceProfile.STRICT, (cause, queue) -> {})));
        assertThatIllegalStateException().isThrownBy(nobody::end).withMessageStartingWith("nothing was checked");
    }
}
