package io.torosim.virtio.testkit.planted;

import io.torosim.virtio.requests.PlantedRequests;
import io.torosim.virtio.testkit.QueueExam;
import io.torosim.virtio.testkit.QueueExam.ExamReport;
import io.torosim.virtio.testkit.Violation;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import io.torosim.virtio.testkit.broken.HandshakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The table of docs/virtio-faults.md: a row for each fault, by its whole exam. */
final class FaultTable {
    /** Names of the faults and variants that are examined for the page; the rows of the others stay as they are. */
    private static final Pattern ROWS = Pattern.compile(System.getProperty("torosim.rows", ".*"));

    static final Path PAGE = Path.of("../docs/virtio-faults.md");

    /** One line of the table. */
    record Row(Fault fault, String foundBy, Side blamed, String rule, long scripts, long runs) {
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

    static List<Fault> faults() {
        return Arrays.stream(Fault.values()).filter(f -> f != Fault.NONE).toList();
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

    static Row row(Fault fault, ExamReport report) {
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
    static Row remarked(Fault fault, ExamReport report) {
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

    static String table() {
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
