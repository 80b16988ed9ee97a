package io.torosim.virtio.testkit.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.requests.PlantedRequests;
import io.torosim.virtio.testkit.ChoiceSearch;
import io.torosim.virtio.testkit.DriverFactory;
import io.torosim.virtio.testkit.ExamReport;
import io.torosim.virtio.testkit.Interleaving;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.Violation;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import io.torosim.virtio.testkit.broken.HandshakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Single faults in halves of our own making against the exam that the guide shows. {@code -Dtorosim.updateDocs=true}
 * gives each fault the whole exam and writes docs/virtio-faults.md, {@code -Dtorosim.rows=REGEX} those of such names; without it each
 * gets a short one.
 */
class PlantedFaultsTest {
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
    /** Names of the faults and variants that are examined for the page; the rows of the others stay as they are. */
    private static final Pattern ROWS = Pattern.compile(System.getProperty("torosim.rows", ".*"));

    private static final Path PAGE = Path.of("../docs/virtio-faults.md");
    private static final String MARKER = "<!-- table -->\n";

    private static List<Fault> faults() {
        return Arrays.stream(Fault.values()).filter(f -> f != Fault.NONE).toList();
    }

    /** One line of the table. */
    private record Row(Fault fault, String foundBy, Side blamed, String rule, long scripts, long runs) {
        boolean found() {
            return !foundBy.isEmpty();
        }

        String line() {
            return "| " + fault.half.title + " | " + fault.story + " | " + fault.publicBug + " | "
                    + (fault.blind() ? "before" : "after") + " | "
                    + (found() ? foundBy : "**not**") + " | " + rule + " | " + (scripts > 0 ? scripts : "") + " | "
                    + (runs > 0 ? runs : "") + " |\n";
        }
    }

    /** What the page says of a fault that is not examined again. */
    private static Row known(Fault fault, String page) {
        String start = "| " + fault.half.title + " | " + fault.story + " |";
        String[] cells = page.lines()
                .filter(l -> l.startsWith(start))
                .findFirst()
                .orElseThrow()
                .split("\\|", -1);
        return new Row(
                fault, cells[5].trim(), Planted.side(fault), cells[6].trim(), number(cells[7]), number(cells[8]));
    }

    private static long number(String cell) {
        return cell.isBlank() ? 0 : Long.parseLong(cell.trim());
    }

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Row row(Fault fault, ExamReport report) {
        Violation first = Violation.atLeast(Verdict.MUST, report.violations()).get(0);
        boolean script = report.failing().contains("script");
        boolean runs = report.failing().startsWith("both");
        return new Row(
                fault,
                report.failing().replaceFirst(", .*", ""),
                first.side(),
                first.rule().name(),
                script ? report.scripts() : 0,
                runs ? report.interleavings() : 0);
    }

    private static Row whole(Fault fault) {
        ExamReport report = Planted.exam(fault).run();
        return report.failed() ? row(fault, report) : remarked(fault, report);
    }

    /** What is said of a fault and not of the half without it. */
    private static Row remarked(Fault fault, ExamReport report) {
        Set<String> usual = new TreeSet<>();
        QueueExam right = fault.half.driver
                ? QueueExam.driver(Planted.driver(Fault.NONE, Variant.PLAIN))
                : QueueExam.device(Planted.device(Fault.NONE, Variant.PLAIN));
        right.modes(m -> m.packed() == fault.half.packed)
                .scripts(4)
                .interleavings(0)
                .wraps(false)
                .run()
                .violations()
                .forEach(v -> usual.add(v.rule() + v.error().detail()));
        return report.violations().stream()
                .filter(v -> !usual.contains(v.rule() + v.error().detail()))
                .findFirst()
                .map(v -> new Row(fault, "a remark", v.side(), v.rule().name(), 0, 0))
                .orElse(new Row(fault, "", null, "", 0, 0));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFault_isFound_andItsSideBlamed(Fault fault) throws IOException {
        if (fault == Fault.NONE) {
            return;
        }
        String listed = Files.readString(PAGE)
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
        Row row = report.failed() ? row(fault, report) : remarked(fault, report);
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
                assertThat(row(fault, report).rule()).isEqualTo(fault.half.driver ? "N6" : "N11");
                assertThat(row(fault, report).blamed()).isEqualTo(Planted.side(fault));
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
        assertThat(row(fault, report).blamed()).isEqualTo(Planted.side(fault));
        String rule =
                switch (fault) {
                    case SD_AHEAD_AT_WRAP -> "A6";
                    case SV_AHEAD_AT_WRAP -> "U2";
                    case SD_LATE_ADDRESS -> "S9";
                    case PD_LATE_ADDRESS -> "P9";
                    default -> "S16";
                };
        assertThat(row(fault, report).rule()).as(report.toString()).isEqualTo(rule);
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
            String text = Files.readString(PAGE);
            Files.writeString(PAGE, text.substring(0, text.indexOf(MARKER) + MARKER.length()) + table());
        }
        String page = Files.readString(PAGE);
        for (Fault fault : faults()) {
            assertThat(page).contains("| " + fault.half.title + " | " + fault.story + " | " + fault.publicBug + " |");
        }
        assertThat(page).contains("| wrong side blamed | none |").contains("| false alarms | none |");
        assertThat(page).doesNotContain("| **not** |").doesNotContain(" of **");
        assertThat(faults()).hasSizeGreaterThanOrEqualTo(120);
        assertThat(faults().stream().filter(Fault::blind).count() * 2).isGreaterThanOrEqualTo(faults().size());
    }

    private static String table() {
        String page = read();
        List<Row> rows = faults().parallelStream()
                .map(fault -> ROWS.matcher(fault.name()).matches() ? whole(fault) : known(fault, page))
                .toList();
        List<PlantedRequests.Row> requests = PlantedRequests.rows(ROWS, page);
        List<String> handshakes = HandshakeTable.lines();
        long guide = rows.stream()
                .filter(r -> r.found() && !r.foundBy().contains("remark"))
                .count();
        List<Long> scripts = rows.stream()
                .filter(r -> r.scripts() > 0)
                .map(Row::scripts)
                .sorted()
                .toList();
        List<String> wrong = rows.stream()
                .filter(r -> r.found() && r.blamed() != Planted.side(r.fault()))
                .map(r -> r.fault().name())
                .toList();
        long publicBugs =
                rows.stream().filter(r -> !r.fault().publicBug.isEmpty()).count();
        StringBuilder out = new StringBuilder("| | |\n|---|---|\n");
        summary(out, "single faults", rows.size() + requests.size() + handshakes.size());
        summary(out, "of these in queue halves", rows.size());
        summary(out, "of these in the requests of devices and drivers of each type", requests.size());
        summary(out, "of these in how drivers of each type bring their device up", handshakes.size());
        long all = guide
                + requests.stream().filter(PlantedRequests.Row::found).count()
                + handshakes.stream().filter(line -> line.contains("| all ")).count();
        int planted = rows.size() + requests.size() + handshakes.size();
        summary(out, "found by the guide's code alone", all + " (" + all * 1000 / planted / 10.0 + " %)");
        out.append("\n## Queue halves\n\n| | |\n|---|---|\n");
        summary(out, "faults", rows.size());
        summary(
                out,
                "of these planted before a look at the kit",
                rows.stream().filter(r -> r.fault().blind()).count());
        summary(out, "with a public bug behind them", publicBugs);
        summary(out, "found by the guide's code alone", guide + " (" + guide * 1000 / rows.size() / 10.0 + " %)");
        summary(
                out,
                "shown as a remark only",
                rows.stream().filter(r -> r.foundBy().contains("remark")).count());
        summary(out, "not found", rows.stream().filter(r -> !r.found()).count());
        summary(
                out,
                "found before the first script",
                rows.stream()
                        .filter(r -> r.found() && r.scripts() == 0 && r.runs() == 0)
                        .count());
        summary(out, "median scripts of the others", scripts.get(scripts.size() / 2));
        summary(out, "wrong side blamed", wrong.isEmpty() ? "none" : wrong);
        List<String> alarms = falseAlarms();
        summary(out, "false alarms", alarms.isEmpty() ? "none" : alarms);
        out.append("\n| half | fault | public bug | planted | found by | rule | scripts | runs |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        rows.forEach(row -> out.append(row.line()));
        requests(out, requests);
        out.append(
                        "\n## Bringing a device up\n\nBy `HandshakeChecker`, a driver of each type on each transport that can make the mistake.\n\n")
                .append("| fault | drivers | transports | rule | named, and nothing else |\n|---|---|---|---|---|\n");
        handshakes.forEach(out::append);
        return out.toString();
    }

    private static void requests(StringBuilder out, List<PlantedRequests.Row> rows) {
        List<Integer> scripts = rows.stream()
                .map(PlantedRequests.Row::scripts)
                .filter(s -> s > 0)
                .sorted()
                .toList();
        long found = rows.stream().filter(PlantedRequests.Row::found).count();
        out.append("\n## Requests of devices and drivers\n\n| | |\n|---|---|\n");
        summary(out, "faults", rows.size());
        summary(
                out,
                "of these in devices, written down before their exam was",
                rows.stream().filter(PlantedRequests.Row::device).count());
        summary(
                out,
                "with a public bug behind them",
                rows.stream().filter(PlantedRequests.Row::publicBug).count());
        summary(
                out,
                "found by `DeviceExam` and `DriverExam`, which is the guide's code",
                found + " (" + found * 1000 / rows.size() / 10.0 + " %)");
        summary(out, "not found, each with its reason", rows.size() - found);
        summary(out, "median scripts in devices", scripts.get(scripts.size() / 2));
        out.append("\n| what | fault | public bug | planted | found by | scripts |\n|---|---|---|---|---|---|\n");
        rows.forEach(row -> out.append(row.text()));
    }

    private static void summary(StringBuilder out, String what, Object value) {
        out.append("| ").append(what).append(" | ").append(value).append(" |\n");
    }

    private static List<String> falseAlarms() {
        List<String> alarms = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            for (boolean packed : new boolean[] {false, true}) {
                if (!ROWS.matcher(variant.name()).matches()) {
                    continue;
                }
                if (QueueExam.driver(Planted.driver(Fault.NONE, variant))
                        .modes(m -> m.packed() == packed)
                        .run()
                        .failed()) {
                    alarms.add(variant + " driver");
                }
                if (QueueExam.device(Planted.device(Fault.NONE, variant))
                        .modes(m -> m.packed() == packed)
                        .run()
                        .failed()) {
                    alarms.add(variant + " device");
                }
            }
        }
        return alarms;
    }
}
