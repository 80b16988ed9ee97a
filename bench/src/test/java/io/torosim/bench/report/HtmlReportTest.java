package io.torosim.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.bench.spec.SpecFile;
import io.torosim.core.cost.CostModel.CostParameter;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.experiment.boot.BootExperiment;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final String PAGE = HtmlReport.render(SampleResults.run());

    @Test
    void page_loadsNothing() {
        Matcher loads = Pattern.compile(
                        "(?i)(src|href|action|data|poster)\\s*=\\s*[\"'][^#]|url\\(|@import|<link|<iframe|<base|fetch\\(|XMLHttp")
                .matcher(PAGE);

        assertThat(loads.results().map(m -> m.group()).toList()).isEmpty();
        assertThat(PAGE).doesNotContain("http://", "https://");
    }

    @Test
    void page_isAPureFunctionOfTheResults() {
        assertThat(HtmlReport.render(SampleResults.run())).isEqualTo(PAGE);
    }

    @Test
    void page_saysWhatItShows() {
        assertThat(PAGE).contains("Published measurements", "Published and obtained", "byte for byte");
        ExperimentResult unheard = ExperimentResult.builder("x", "X").build();
        RunOutcome nothing = new RunOutcome(1, "17", "c", List.of(unheard));
        assertThat(HtmlReport.render(nothing))
                .contains("ToroSim: simulated", "The Toro unikernel on a simulated machine.")
                .doesNotContain("ublished", "Every parameter");
        CaseResult figure = new CaseResult("k", "n", "m", "%", "2.5", 2.4, 2.25, 2.75, "");
        ExperimentResult measured =
                ExperimentResult.builder("x", "X").addCases(List.of(figure)).build();
        String page = HtmlReport.render(
                Headline.prediction("of my own", "What I did."), new RunOutcome(1, "17", "c", List.of(measured)));
        assertThat(page)
                .contains("<title>ToroSim: of my own<", "What I did.", "Measured and predicted")
                .contains("<th>measured<th class=\"n\">predicted", "data-label=\"predicted\"")
                .doesNotContain("ublished", "obtained", "byte for byte");
    }

    @Test
    void page_saysWhereItComesFrom() {
        assertThat(PAGE).contains("17.0.1", "abcdef", SampleResults.run().digest());
    }

    @Test
    void page_holdsTheModesAndEverySampleAsATooltip() {
        assertThat(PAGE).contains("vCPU mode", "kvm", "top mode", "irix, 3 s between samples");
        assertThat(PAGE).contains("<title>0.0 to 3.0 s: 100.3 % (burst)</title>");
        assertThat(PAGE).contains("<title>3.0 to 6.0 s: 7.5 % (idle)</title>");
    }

    @Test
    void text_isEscapedEverywhere() {
        assertThat(PAGE).contains("a &lt;b&gt; &amp; &quot;c&quot;, d").doesNotContain("a <b>");
    }

    @Test
    void failure_isSaidAtTheTop() {
        assertThat(PAGE).contains("1 of 3 figures lie outside their bands");
    }

    @Test
    void page_hasLightAndDark_andFitsAPhone() {
        assertThat(PAGE).contains("prefers-color-scheme: dark", "name=\"viewport\"", "color-scheme");
    }

    @Test
    void assumedParameters_areMarked() {
        assertThat(PAGE).containsPattern("load\\.client_think.{0,200}badge assumed\">fitted");
        assertThat(PAGE).doesNotContainPattern("kvm\\.ipi.{0,200}badge assumed");
    }

    @Test
    void realBoot_showsEveryPhaseWithDriverAndSource_andEveryParameter() {
        ExperimentResult boot = new BootExperiment(SpecFile.defaults()).run(1, Experiment.Progress.NONE);
        String page = HtmlReport.render(new RunOutcome(1, "17", "c", List.of(boot)));

        boot.phases().forEach(p -> assertThat(page)
                .contains(Html.escape(p.phase()), Html.escape(p.driver()), Html.escape(p.source())));
        for (CostParameter p : boot.parameters()) {
            assertThat(page).contains("<code>" + p.name() + "</code>", Html.escape(p.source()));
        }
    }
}
