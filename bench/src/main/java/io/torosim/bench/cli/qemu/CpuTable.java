package io.torosim.bench.cli.qemu;

import io.torosim.core.host.HostProfile;
import io.torosim.experiment.real.CpuComparison;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.model.Prediction;
import io.torosim.experiment.real.model.Prediction.PredictedSecond;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import io.torosim.experiment.real.verdict.Band;
import io.torosim.experiment.real.verdict.Band.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** A comparison as it is printed, line by line while it runs, and as JSON and CSV. */
final class CpuTable {
    private final PrintWriter out;
    private final ProbeSpec spec;
    private final CpuComparison.Setting setting;
    private final HostFacts host;
    private List<PredictedSecond> predicted = List.of();

    CpuTable(PrintWriter out, ProbeSpec spec, CpuComparison.Setting setting, HostFacts host) {
        this.out = out;
        this.spec = spec;
        this.setting = setting;
        this.host = host;
    }

    /** The prediction, before anything runs. */
    void prediction(Prediction prediction) {
        predicted = prediction.seconds();
        out.println(spec.text());
        out.println("  host       " + host.text());
        out.println("  QEMU       " + setting.machine().name() + ", "
                + setting.accelerator().label());
        out.println("  profile    " + named(setting.profile()));
        out.printf(
                Locale.ROOT,
                "  predicted  %.2f %% CPU of the process, guest awake %.2f %%%n",
                prediction.percent(),
                prediction.awakePercent());
        out.println();
        out.println("   s    top      CPU  predicted      error    awake  predicted   ticks   halts  served  host");
        out.flush();
    }

    static String named(HostProfile profile) {
        return profile.label() + ": " + profile.origin();
    }

    void second(int number, ProbeSecond s) {
        PredictedSecond p = predicted.get(Math.min(number, predicted.size() - 1));
        String disturbance = s.cpu().disturbance();
        out.printf(
                Locale.ROOT,
                "%4d %6.1f %8.2f %10.2f %10s %8.2f %10.2f %7.0f %7.0f %7.0f  %s%n",
                number + 1,
                s.cpu().topPercent(),
                s.cpu().percent(),
                p.percent(),
                Band.CPU.error(s.cpu().percent(), p.percent()).replace(" points", " pt"),
                s.awakePercent(),
                p.awakePercent(),
                s.ticks(),
                s.halts(),
                s.served(),
                disturbance.isEmpty() ? "quiet" : disturbance);
        out.flush();
    }

    void verdict(CpuComparison comparison) {
        if (comparison.finding() == Finding.NOT_TESTABLE) {
            out.println("not testable: " + comparison.reason());
            return;
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "measured %.2f %%, predicted %.2f %%, error %s: %s%s%n",
                comparison.measuredPercent(),
                comparison.predictedPercent(),
                Band.CPU.error(comparison.measuredPercent(), comparison.predictedPercent()),
                comparison.finding().text(),
                comparison.reason().isEmpty() ? "" : " (" + comparison.reason() + ")");
    }

    static String json(CpuComparison comparison, CpuComparison.Setting setting, HostFacts host) throws IOException {
        return json(
                comparison, setting, host, comparison.finding().text(), comparison.finding() != Finding.NOT_TESTABLE);
    }

    /** The seconds so far of a run that did not come to its end; there is no verdict. */
    static String json(
            ProbeSpec spec,
            CpuComparison.Setting setting,
            HostFacts host,
            List<PredictedSecond> predicted,
            List<ProbeSecond> measured,
            String why)
            throws IOException {
        CpuComparison part = new CpuComparison(spec, predicted, measured, Finding.INSIDE, why);
        return json(part, setting, host, "not finished", true);
    }

    private static String json(
            CpuComparison comparison, CpuComparison.Setting setting, HostFacts host, String finding, boolean isMeasured)
            throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("specification", comparison.spec().text());
        root.put("host", host.text());
        root.put("machine", setting.machine().name());
        root.put("accelerator", setting.accelerator().label());
        root.put("profile", setting.profile().name());
        root.put("validated", setting.profile().validated());
        root.put("finding", finding);
        root.put("reason", comparison.reason());
        root.put("predictedPercent", comparison.predictedPercent());
        root.put("predictedAwakePercent", comparison.predictedAwake());
        if (isMeasured) {
            root.put("measuredPercent", comparison.measuredPercent());
            root.put("measuredAwakePercent", comparison.measuredAwake());
        }
        List<Map<String, Object>> seconds = new ArrayList<>();
        for (int i = 0; i < comparison.predicted().size(); i++) {
            Map<String, Object> second = new LinkedHashMap<>();
            PredictedSecond p = comparison.predicted().get(i);
            second.put("second", i + 1);
            second.put("predictedPercent", p.percent());
            second.put("predictedTop", p.topPercent());
            second.put("predictedAwakePercent", p.awakePercent());
            if (i < comparison.measured().size()) {
                ProbeSecond s = comparison.measured().get(i);
                second.put("measuredPercent", s.cpu().percent());
                second.put("measuredTop", s.cpu().topPercent());
                second.put("vcpuPercent", s.cpu().vcpuPercent());
                second.put("mainLoopPercent", s.cpu().mainLoopPercent());
                second.put("measuredAwakePercent", s.awakePercent());
                second.put("ticks", s.ticks());
                second.put("halts", s.halts());
                second.put("served", s.served());
                second.put("stealPercent", s.cpu().stealPercent());
                second.put("waitPercent", s.cpu().waitPercent());
                second.put("othersPercent", s.cpu().othersPercent());
            }
            seconds.add(second);
        }
        root.put("seconds", seconds);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }

    static String csv(CpuComparison comparison) {
        return csv(comparison.predicted(), comparison.measured());
    }

    static String csv(List<PredictedSecond> predicted, List<ProbeSecond> measured) {
        StringBuilder text =
                new StringBuilder("second,top,cpu,predicted_top,predicted_cpu,vcpu,main_loop,awake,predicted_awake,"
                        + "ticks,halts,served,steal,wait,others\n");
        for (int i = 0; i < measured.size(); i++) {
            ProbeSecond s = measured.get(i);
            PredictedSecond p = predicted.get(i);
            text.append(String.format(
                    Locale.ROOT,
                    "%d,%.1f,%.4f,%.1f,%.4f,%.4f,%.4f,%.4f,%.4f,%.1f,%.1f,%.1f,%.2f,%.2f,%.2f%n",
                    i + 1,
                    s.cpu().topPercent(),
                    s.cpu().percent(),
                    p.topPercent(),
                    p.percent(),
                    s.cpu().vcpuPercent(),
                    s.cpu().mainLoopPercent(),
                    s.awakePercent(),
                    p.awakePercent(),
                    s.ticks(),
                    s.halts(),
                    s.served(),
                    s.cpu().stealPercent(),
                    s.cpu().waitPercent(),
                    s.cpu().othersPercent()));
        }
        return text.toString();
    }
}
