package io.torosim.virtio.testkit.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DriverAttacks;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What attacks print is read back, and does alone what it did among the others. */
class AttackReplayTest {
    private static final Pattern SOURCE = Pattern.compile(
            "(Device|Driver)Attacks\\.replay\\(\"([^\"]+)\", mine\\)\\.forEach\\(System\\.out::println\\);");

    private static List<String> attacked(Fault fault) {
        List<Violation> all = new ArrayList<>(
                fault.half.driver
                        ? DriverAttacks.violations(fault.half.packed, Planted.driver(fault, Variant.PLAIN))
                        : DeviceAttacks.violations(fault.half.packed, Planted.device(fault, Variant.PLAIN)));
        Function<String, List<Violation>> replay = line -> fault.half.driver
                ? DriverAttacks.replay(line, Planted.driver(fault, Variant.PLAIN))
                : DeviceAttacks.replay(line, Planted.device(fault, Variant.PLAIN));
        List<String> places =
                all.stream().map(v -> v.error().place()).distinct().toList();
        for (String place : places) {
            List<String> then = all.stream()
                    .filter(v -> v.error().place().equals(place))
                    .map(AttackReplayTest::text)
                    .toList();
            assertThat(replay.apply(place).stream()
                            .filter(v -> v.error().place().equals(place))
                            .map(AttackReplayTest::text))
                    .as("%s, %s", fault, place)
                    .isEqualTo(then);
        }
        return places;
    }

    /** Without the places of a trace, which HotSpot leaves out in the long run. */
    private static String text(Violation violation) {
        return violation.toString().replaceFirst("( at io\\.torosim).*", "");
    }

    @Test
    void everyPlaceOfAReport_isAnAttack_thatShowsTheSameAlone() {
        int replayed = 0;
        for (Fault fault : Fault.values()) {
            if (fault != Fault.NONE && fault.ordinal() % 7 == 0) {
                replayed += attacked(fault).size();
            }
        }
        assertThat(replayed).isGreaterThan(50);
    }

    @Test
    void failure_printsSource_thatRunsOneAttack() {
        Fault believing = Fault.SD_USED_IDX_UNCHECKED;
        AssertionError error = catchThrowableOfType(
                AssertionError.class,
                () -> DeviceAttacks.verify(false, Planted.device(Fault.SV_HEAD_MASKED, Variant.PLAIN)));
        Matcher source = SOURCE.matcher(error.getMessage());
        assertThat(source.find()).as(error.getMessage()).isTrue();
        assertThat(source.group(1)).isEqualTo("Device");
        assertThat(DeviceAttacks.replay(source.group(2), Planted.device(Fault.SV_HEAD_MASKED, Variant.PLAIN)))
                .isNotEmpty();
        assertThat(DeviceAttacks.replay(source.group(2), DeviceQueue::create)).isEmpty();
        ExamReport report = QueueExam.device(Planted.device(Fault.SV_HEAD_MASKED, Variant.PLAIN))
                .modes(mode -> !mode.packed())
                .scripts(1)
                .interleavings(0)
                .wraps(false)
                .run();
        assertThat(SOURCE.matcher(report.toString()).find())
                .as(report.toString())
                .isTrue();
        assertThat(DriverAttacks.replay("split q=8: used.idx one too far", Planted.driver(believing, Variant.PLAIN)))
                .isNotEmpty();
        assertThat(DriverAttacks.replay("split q=8: used.idx one too far", DriverQueue::create))
                .isEmpty();
        assertThat(DeviceAttacks.replay("packed+event_idx q=8: driver event area 0x30000", DeviceQueue::create))
                .isNotNull();
    }

    @Test
    void whatIsNoAttack_isRefused_inOneLine() {
        assertThatThrownBy(() -> DeviceAttacks.replay("head equals queue size", DeviceQueue::create))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "not an attack such as \"split+indirect q=8: head equals queue size\": head equals queue size");
        assertThatThrownBy(() -> DeviceAttacks.replay("split q=8: self lop", DeviceQueue::create))
                .hasMessage("no attack on a split ring has this name: self lop");
        assertThatThrownBy(() -> DriverAttacks.replay("packed q=16: id twice", DriverQueue::create))
                .hasMessage("attacks have a queue of 8, not of 16");
    }
}
