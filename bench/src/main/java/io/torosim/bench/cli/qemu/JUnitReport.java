package io.torosim.bench.cli.qemu;

import io.torosim.virtio.qtest.Conformance.Difference;
import io.torosim.virtio.qtest.Conformance.Report;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conformance report as JUnit XML, as build servers read it: a suite of modes, a suite of scripts with a case for each
 * device behind each interface. Times are left out, so that equal outcomes are equal files.
 */
final class JUnitReport {
    private JUnitReport() {}

    static String of(Report report) {
        long badModes =
                report.modes().values().stream().filter(o -> !o.equals("ok")).count();
        long badPlaces = report.differing().values().stream().filter(n -> n > 0).count();
        StringBuilder xml = new StringBuilder(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"qemu conformance\">\n");
        suite(xml, "modes", report.modes().size(), badModes, report.version());
        for (Map.Entry<String, String> mode : report.modes().entrySet()) {
            testcase(xml, "modes", mode.getKey(), mode.getValue().equals("ok") ? null : mode.getValue(), "");
        }
        xml.append("  </testsuite>\n");
        suite(xml, "scripts", report.scripts().size(), badPlaces, report.version());
        for (Map.Entry<String, Integer> place : report.scripts().entrySet()) {
            int differing = report.differing().getOrDefault(place.getKey(), 0);
            StringBuilder details = new StringBuilder();
            for (Difference difference : report.differences()) {
                if (difference.where().startsWith(place.getKey() + ",")) {
                    details.append(difference).append('\n');
                }
            }
            String failure = differing == 0 ? null : differing + " of " + place.getValue() + " scripts differ";
            testcase(xml, "scripts", place.getKey(), failure, details.toString());
        }
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private static void suite(StringBuilder xml, String name, int tests, long failures, String version) {
        xml.append(String.format(
                Locale.ROOT,
                "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\">%n",
                name,
                tests,
                failures));
        xml.append("    <properties><property name=\"qemu\" value=\"")
                .append(escape(version))
                .append("\"/></properties>\n");
    }

    private static void testcase(
            StringBuilder xml, String suite, String name, @Nullable String failure, String details) {
        xml.append("    <testcase classname=\"qemu.")
                .append(suite)
                .append("\" name=\"")
                .append(escape(name))
                .append('"');
        if (failure == null) {
            xml.append("/>\n");
            return;
        }
        xml.append("><failure message=\"")
                .append(escape(failure))
                .append("\">")
                .append(escape(details))
                .append("</failure></testcase>\n");
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n', '\t' -> out.appendCodePoint(c);
                default -> out.appendCodePoint(c < 0x20 || c == 0xfffe || c == 0xffff ? '?' : c);
            }
        });
        return out.toString();
    }
}
