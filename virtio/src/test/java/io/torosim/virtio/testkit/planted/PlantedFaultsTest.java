package io.torosim.virtio.testkit.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.Interleaving;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.QueueMode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Single faults in halves of our own making against the exam that the guide shows. {@code -Dtorosim.updateDocs=true}
 * gives each fault the whole exam and writes docs/virtio-faults.md, {@code -Dtorosim.rows=REGEX} those of such names; without it each
 * gets a short one.
 */
final class PlantedFaultsTest {
    /** What no rule of the specification forbids; the kit shows it, and it fails only where asked. */
    private static final Set<Fault> ALLOWED = EnumSet.of(
            Fault.PD_ID_COUNTS,
            Fault.PD_LEN_WITHOUT_WRITE,
            Fault.SD_USED_IDX_UNCHECKED,
            Fault.SD_SHOWN_BY_ADD,
            Fault.SV_SHOWN_BY_COMPLETE,
            Fault.PD_SHOWN_BY_ADD,
            Fault.PV_SHOWN_BY_COMPLETE,
            Fault.SD_DESC_RESERVED,
            Fault.PD_DESC_RESERVED,
            Fault.PD_TABLE_ID,
            Fault.PD_TABLE_AVAILABLE);

    private static final boolean LONG = Boolean.getBoolean("torosim.longSearch");
    private static final String MARKER = "<!-- table -->\n";

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFault_isFound_andItsSideBlamed(Fault fault) throws IOException {
        if (fault == Fault.NONE) {
            return;
        }
        String listed = Files.readString(FaultTable.PAGE)
                .lines()
                .filter(line -> line.startsWith("| " + fault.half.title + " | " + fault.story + " |"))
                .findFirst()
                .orElseThrow();
        if (listed.contains("both sides")
                || listed.contains("busy script")
                || listed.contains("long script")
                || listed.contains("at the wrap")) {
            return; // takes long; in the table
        }
        String[] cells = listed.split("\\|");
        boolean rare = cells[7].trim().matches("\\d{2,}"); // more than 9 scripts
        ExamReport report = Planted.exam(fault)
                .scripts(rare ? 12 : 3)
                .interleavings(0)
                .wraps(false)
                .run();
        FaultTable.Row row = report.failed() ? FaultTable.row(fault, report) : FaultTable.remarked(fault, report);
        assertThat(row.found()).as(listed).isTrue();
        assertThat(row.foundBy().equals("a remark")).as(listed).isEqualTo(ALLOWED.contains(fault));
        assertThat(row.blamed()).as(listed).isEqualTo(Planted.side(fault));
    }

    /** An event index that wraps under the half: the predicate in ints, and one that takes 0 for no event. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "(NONE|(SD|SV)_EVENT_(WIDE|ZERO_STALE))", mode = EnumSource.Mode.MATCH_ALL)
    void eventsAtTheWrap_findTheWrongPredicate(Fault fault) {
        if (!LONG && (fault == Fault.SD_EVENT_ZERO_STALE || fault == Fault.SV_EVENT_WIDE)) {
            return; // one of each kind will do
        }
        for (QueueExam exam : fault == Fault.NONE
                ? List.of(
                        QueueExam.driver(Planted.driver(fault, Variant.PLAIN)),
                        QueueExam.device(Planted.device(fault, Variant.PLAIN)))
                : List.of(Planted.exam(fault))) {
            ExamReport report = exam.modes(QueueMode.parse("split+event_idx q=8")::equals)
                    .scripts(0)
                    .interleavings(0)
                    .run();
            if (fault == Fault.NONE) {
                assertThat(report.failed()).as(report.toString()).isFalse();
            } else {
                assertThat(report.failing()).as(report.toString()).isEqualTo("event at the wrap");
                assertThat(FaultTable.row(fault, report).rule()).isEqualTo(fault.half.driver ? "N6" : "N11");
                assertThat(FaultTable.row(fault, report).blamed()).isEqualTo(Planted.side(fault));
            }
        }
    }

    /** What shows late, or where an index comes to 0 alone, is found without luck: whatever the seed. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = "(SD|SV)_AHEAD_AT_WRAP|(SD|SV|PD|PV)_LATE_.*",
            mode = EnumSource.Mode.MATCH_ALL)
    void longScript_findsWhatIsLate(Fault fault) {
        if (!LONG && fault.half == Half.SPLIT_DRIVER || !LONG && fault == Fault.SV_AHEAD_AT_WRAP) {
            return; // shrinking takes long; MilestonesTest has the wrap without
        }
        QueueMode mode = QueueMode.parse(fault.half.packed ? "packed q=8" : "split q=8");
        ExamReport report = Planted.exam(fault)
                .modes(mode::equals)
                .scripts(0)
                .interleavings(0)
                .run();
        assertThat(report.failing()).as(report.toString()).isEqualTo("long script");
        assertThat(FaultTable.row(fault, report).blamed()).isEqualTo(Planted.side(fault));
        String rule =
                switch (fault) {
                    case SD_AHEAD_AT_WRAP -> "A6";
                    case SV_AHEAD_AT_WRAP -> "U2";
                    case SD_LATE_ADDRESS -> "S9";
                    case PD_LATE_ADDRESS -> "P9";
                    default -> "S16";
                };
        assertThat(FaultTable.row(fault, report).rule()).as(report.toString()).isEqualTo(rule);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void variants_areFoundInnocent(Variant variant) {
        // when a half asks and fences differs in two of them; the others run at once in the table of the page
        boolean atOnce = LONG || variant == Variant.PLAIN || variant == Variant.ALWAYS_EVENT_UNFENCED;
        for (boolean packed : new boolean[] {false, true}) {
            for (QueueExam exam : List.of(
                    QueueExam.driver(Planted.driver(Fault.NONE, variant)),
                    QueueExam.device(Planted.device(Fault.NONE, variant)))) {
                ExamReport report = exam.modes(mode -> mode.packed() == packed)
                        .scripts(2)
                        .interleavings(atOnce ? 4 : 0)
                        .wraps(false)
                        .run();
                assertThat(report.failed()).as(report.toString()).isFalse();
            }
        }
    }

    /** docs/decisions/0026: who always sends an event cannot lose one by looking too early, with a fence or without. */
    @ParameterizedTest
    @EnumSource(
            value = Variant.class,
            names = {"ALWAYS_EVENT", "ALWAYS_EVENT_UNFENCED"})
    void alwaysAnEvent_isInnocent_inEveryInterleaving(Variant variant) {
        for (QueueMode mode : QueueMode.all(2)) {
            if (mode.legacy() || mode.indirect() || mode.inOrder()) {
                continue;
            }
            for (StoreOrder order : List.of(StoreOrder.TSO, StoreOrder.WEAK)) {
                Exhaustion driver = Interleaving.exhaust(
                        mode, 1, order, Planted.driver(Fault.NONE, variant), DeviceQueue::create, 100_000);
                assertThat(driver.complete())
                        .as(mode + " " + order + " driver: " + driver)
                        .isTrue();
                Exhaustion device = Interleaving.exhaust(
                        mode, 1, order, DriverQueue::create, Planted.device(Fault.NONE, variant), 100_000);
                assertThat(device.complete())
                        .as(mode + " " + order + " device: " + device)
                        .isTrue();
            }
        }
    }

    @Test
    void ourDriversHalf_passesTheWholeExam() { // the device's does in docs.TestYourOwnQueueTest
        QueueExam.driver(DriverQueue::create).scripts(4).interleavings(20).verify();
    }

    /** Release and acquire in each of the four halves: the rule is named in the first run under the weaker order. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "(SD|SV|PD|PV)_NO_(RELEASE|ACQUIRE)", mode = EnumSource.Mode.MATCH_ALL)
    void missingReleaseOrAcquire_isNamed_underTheWeakOrder(Fault fault) {
        for (QueueMode mode : QueueMode.all(4)) {
            if (mode.packed() != fault.half.packed) {
                continue;
            }
            ChoiceSearch.Outcome outcome = ChoiceSearch.random(
                    Interleaving.of(
                            mode,
                            4,
                            StoreOrder.WEAK,
                            fault.half.driver ? Planted.driver(fault, Variant.PLAIN) : DriverQueue::create,
                            fault.half.driver ? DeviceQueue::create : Planted.device(fault, Variant.PLAIN)),
                    1000,
                    1);
            assertThat(outcome.runs()).as(fault + " " + mode).isOne();
            assertThat(outcome.failure()).matches("(A3|A7|U1|U11|P7|P15|P27) .*");
        }
    }

    /** The same by going through all interleavings of two buffers: what really goes wrong, with the way there. */
    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "(SD|SV|PD|PV)_NO_(RELEASE|ACQUIRE)", mode = EnumSource.Mode.MATCH_ALL)
    void missingReleaseOrAcquire_doesDamage_inSomeInterleaving(Fault fault) {
        for (QueueMode mode : QueueMode.all(2)) {
            if (mode.packed() != fault.half.packed || mode.legacy() || mode.indirect() || mode.inOrder()) {
                continue;
            }
            Exhaustion search = Interleaving.exhaust(
                    mode,
                    2,
                    StoreOrder.WEAK,
                    fault.half.driver ? Planted.driver(fault, Variant.PLAIN) : DriverQueue::create,
                    fault.half.driver ? DeviceQueue::create : Planted.device(fault, Variant.PLAIN),
                    100_000);
            assertThat(search.failure()).as(fault + " " + mode).matches("(U5|C3|N15): .*");
            assertThat(search.way()).hasSizeGreaterThan(5);
        }
    }

    /** What is read too early is found by what goes wrong, too, without a checker. */
    @Test
    void lengthReadBeforeTheFlags_doesDamage_inSomeInterleaving() {
        QueueMode mode = QueueMode.parse("packed q=4");
        DriverFactory early = Planted.driver(Fault.PD_LENGTH_EARLY, Variant.PLAIN);
        Exhaustion search = Interleaving.exhaust(mode, 1, null, early, DeviceQueue::create, 100_000);
        assertThat(search.failure()).startsWith("U5: buffer 0 came back with ");
        ChoiceSearch.Outcome random =
                ChoiceSearch.random(Interleaving.of(mode, 4, early, DeviceQueue::create), 1000, 1);
        assertThat(random.found()).isTrue();
    }

    @Test
    void table_listsEveryFault() throws IOException {
        if (Boolean.getBoolean("torosim.updateDocs")) {
            String text = Files.readString(FaultTable.PAGE);
            Files.writeString(
                    FaultTable.PAGE, text.substring(0, text.indexOf(MARKER) + MARKER.length()) + FaultTable.table());
        }
        String page = Files.readString(FaultTable.PAGE);
        for (Fault fault : FaultTable.faults()) {
            assertThat(page).contains("| " + fault.half.title + " | " + fault.story + " | " + fault.publicBug + " |");
        }
        assertThat(page).contains("| wrong side blamed | none |").contains("| false alarms | none |");
        assertThat(page).doesNotContain("| **not** |").doesNotContain(" of **");
        assertThat(FaultTable.faults()).hasSizeGreaterThanOrEqualTo(120);
        assertThat(FaultTable.faults().stream().filter(Fault::blind).count() * 2)
                .isGreaterThanOrEqualTo(FaultTable.faults().size());
    }
}
