package io.torosim.system.fat.toro;

import io.torosim.guest.fs.FatQuirk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Toro's reader made of every image of the corpus: the list docs/fat-toro-corpus.txt and the table in docs/fat.md. */
public final class ToroTable {
    private static final Path LIST = Path.of("../../docs/fat-toro-corpus.txt");
    private static final Path PAGE = Path.of("../../docs/fat.md");
    private static final String BEGIN = "<!-- toro corpus -->\n";
    private static final String END = "<!-- end -->";

    private ToroTable() {}

    /** Returns image to {@link ToroOutcome#line}, as the list has it. */
    public static Map<String, String> listed() throws IOException {
        var lines = new TreeMap<String, String>();
        for (String line : Files.readAllLines(LIST)) {
            if (!line.startsWith("#")) {
                int at = line.indexOf(" | ");
                lines.put(line.substring(0, at), line.substring(at + 3));
            }
        }
        return lines;
    }

    /** Writes list and table. */
    public static void write(Map<String, String> outcomes) throws IOException {
        var text = new StringBuilder("# image | Toro's reader of 2018 | repaired | defects that alone spoil it\n");
        outcomes.forEach(
                (name, line) -> text.append(name).append(" | ").append(line).append('\n'));
        Files.write(LIST, text.toString().getBytes(StandardCharsets.UTF_8));
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        page = page.substring(0, from) + table(outcomes) + page.substring(page.indexOf(END, from));
        Files.write(PAGE, page.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether the page has the table of some outcomes. */
    public static boolean isOnPage(Map<String, String> outcomes) throws IOException {
        return Files.readString(PAGE).contains(BEGIN + table(outcomes) + END);
    }

    private static String table(Map<String, String> outcomes) {
        var old = new TreeMap<String, Integer>();
        var repaired = new TreeMap<String, Integer>();
        var spoiled = new TreeMap<FatQuirk, Integer>();
        for (String line : outcomes.values()) {
            List<String> parts = Arrays.asList(line.split(" \\| ", -1));
            old.merge(parts.get(0), 1, Integer::sum);
            repaired.merge(parts.get(1), 1, Integer::sum);
            for (String name :
                    parts.get(2).isEmpty() ? new String[0] : parts.get(2).split(" ")) {
                spoiled.merge(FatQuirk.valueOf(name), 1, Integer::sum);
            }
        }
        var rows = new StringBuilder("| " + outcomes.size() + " images | 2018 | repaired |\n|---|---|---|\n");
        var all = new java.util.TreeSet<>(old.keySet());
        all.addAll(repaired.keySet());
        for (String outcome : all) {
            boolean refusal = !outcome.equals(ToroOutcome.RIGHT) && !outcome.equals(ToroOutcome.WRONG);
            rows.append("| ")
                    .append(refusal ? "refused: " + outcome : outcome)
                    .append(" | ")
                    .append(old.getOrDefault(outcome, 0))
                    .append(" | ")
                    .append(repaired.getOrDefault(outcome, 0))
                    .append(" |\n");
        }
        rows.append("\n| defect, all others repaired | images that it makes wrong |\n|---|---|\n");
        for (FatQuirk quirk : FatQuirk.values()) {
            rows.append("| `")
                    .append(quirk.name())
                    .append("` | ")
                    .append(spoiled.getOrDefault(quirk, 0))
                    .append(" |\n");
        }
        return rows.toString();
    }
}
