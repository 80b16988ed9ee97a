package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.trace.TraceBus.TraceDigest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

class ResultFilesTest {
    @Test
    void resultsJson_hasTheDocumentedShape() {
        Map<String, Object> root = JSON.std.mapFrom(ResultsJson.results(SampleResults.run()));

        assertThat(root).containsEntry("seed", 9).containsEntry("jdk", "17.0.1").containsEntry("commit", "abcdef");
        assertThat(root).containsEntry("digest", SampleResults.run().digest());
        List<Map<String, Object>> experiments = list(root.get("experiments"));
        assertThat(experiments).extracting(e -> e.get("name")).containsExactly("cpu-usage", "boot");
        Map<String, Object> usage = experiments.get(0);
        assertThat(usage).containsEntry("digest", "123456789abcdef0");
        assertThat(usage.get("settings")).isEqualTo(SampleResults.usage().settings());
        List<Map<String, Object>> cases = list(usage.get("cases"));
        assertThat(cases.get(0))
                .containsEntry("name", "Toro after")
                .containsEntry("metric", SampleResults.AWKWARD)
                .containsEntry("unit", "%")
                .containsEntry("published", "100, only in traffic")
                .containsEntry("obtained", 100.25)
                .containsEntry("bandLow", 99.0)
                .containsEntry("bandHigh", 101.5)
                .containsEntry("verdict", "PASS");
        assertThat(cases).extracting(c -> c.get("verdict")).containsExactly("PASS", "FAIL", "INFO");
    }

    @Test
    void whatThereIsNot_isNullInJson() {
        Map<String, Object> root = JSON.std.mapFrom(ResultsJson.results(SampleResults.run()));
        Map<String, Object> info =
                list(list(root.get("experiments")).get(0).get("cases")).get(2);

        for (String key : List.of("published", "obtained", "bandLow", "bandHigh")) {
            assertThat(info).containsEntry(key, null);
        }
    }

    @Test
    void samplesJson_holdsEverySampleAndTheTraffic() {
        Map<String, Object> root = JSON.std.mapFrom(ResultsJson.samples(SampleResults.run()));
        Map<String, Object> toro = map(map(root.get("cpu-usage")).get("Toro after"));

        assertThat(list(toro.get("samples"))).hasSize(2);
        assertThat(list(toro.get("samples")).get(1))
                .containsEntry("start", 3.0)
                .containsEntry("end", 6.0)
                .containsEntry("value", 7.5)
                .containsEntry("phase", "idle");
        assertThat(toro.get("traffic")).isEqualTo(List.of(List.of(0.0, 3.0)));
    }

    @Test
    void digestOfARun_dependsOnEveryExperimentAndTheirOrder() {
        RunOutcome run = SampleResults.run();
        RunOutcome turned = new RunOutcome(9, "17.0.1", "abcdef", List.of(SampleResults.boot(), SampleResults.usage()));
        RunOutcome one = new RunOutcome(9, "17.0.1", "abcdef", List.of(SampleResults.usage()));

        assertThat(List.of(run.digest(), turned.digest(), one.digest())).doesNotHaveDuplicates();
        assertThat(run.digest())
                .isEqualTo(new RunOutcome(9, "25", "other", run.experiments()).digest())
                .isEqualTo(TraceDigest.hex(TraceDigest.combine(
                        TraceDigest.combine(9, SampleResults.usage().digest()),
                        SampleResults.boot().digest())));
    }

    @Test
    void csv_quotesWhatNeedsIt() {
        assertThat(ResultsCsv.samples(SampleResults.run()))
                .contains("\"Ubuntu, more\"")
                .hasLineCount(1 + 3);
        assertThat(ResultsCsv.phases(SampleResults.run()))
                .contains("\"a <b> & \"\"c\"\", d\"")
                .contains("\"code, \"\"init\"\"\"")
                .hasLineCount(1 + 2);
    }

    @Test
    void table_isPlainWithoutATerminal_andAligned() {
        String plain = new TextTable(false).render(SampleResults.usage());
        String coloured = new TextTable(true).render(SampleResults.usage());

        assertThat(plain)
                .doesNotContain("\u001b")
                .contains("vCPU mode: kvm", "99 to 101.5 %", "A note with")
                .doesNotContain("none %");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "")).isEqualTo(plain);
        assertThat(coloured).contains("\u001b[32mPASS", "\u001b[31mFAIL");
        List<Integer> verdicts = plain.lines()
                .filter(l -> l.endsWith("PASS") || l.endsWith("FAIL"))
                .map(l -> l.length())
                .toList();
        assertThat(verdicts).hasSize(2).containsOnly(verdicts.get(0));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
