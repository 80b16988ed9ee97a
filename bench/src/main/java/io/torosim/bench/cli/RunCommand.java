package io.torosim.bench.cli;

import io.torosim.bench.cli.guest.MachineArguments;
import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.bench.cli.output.Terminal;
import io.torosim.bench.report.Bands;
import io.torosim.bench.report.ChartFiles;
import io.torosim.bench.report.FurtherSeeds;
import io.torosim.bench.report.HtmlReport;
import io.torosim.bench.report.ResultsCsv;
import io.torosim.bench.report.ResultsJson;
import io.torosim.bench.report.RunOutcome;
import io.torosim.bench.report.TextTable;
import io.torosim.bench.spec.SpecFile;
import io.torosim.core.stats.Replications;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim run}: reproduces published measurements. */
@Command(
        name = "run",
        description = {
            "Reproduces published measurements of Toro.",
            "Writes a table here, and results.json, samples.csv, samples.json, phases.csv, charts.csv, charts/*.svg and report.html into DIR."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every figure that has a band and was measured lies inside it",
            "1:a figure lies outside its band",
            "2:the call or an input file is wrong, or something could not be written",
            "3:none lies outside, but of an experiment that has bands no figure was measured"
        })
final class RunCommand implements Callable<Integer> {
    private static final int MOST_REPLICATIONS = 1000;

    @Spec
    private CommandSpec command;

    @Parameters(
            index = "0",
            paramLabel = "EXPERIMENT",
            description = "one of: ${COMPLETION-CANDIDATES}",
            converter = ExperimentName.Converter.class,
            completionCandidates = ExperimentName.Candidates.class)
    private ExperimentName name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SPEC", description = "specification file (TOML); see specs/")
    private Path specFile;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "seed of every random stream (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "torosim-out",
            description = "where the files go (default: ${DEFAULT-VALUE})")
    private Path out;

    @Option(
            names = "--replications",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "seeds to run, of which --seed is the first; with two and more every row shows mean and interval"
                            + " (default: ${DEFAULT-VALUE})")
    private int replications;

    @Option(
            names = "--perturb",
            paramLabel = "SEED",
            description =
                    "an unquiet host, as host.perturb of a specification: what a figure is worth if it holds there too")
    private Long perturb;

    @Option(
            names = "--exact",
            description =
                    "exact stepping: every step an event of its own, nothing passed over; slower, the same results")
    private boolean exact;

    @Option(
            names = "--heard",
            description = "somebody hears every trace event and keeps none: the same results (torosim verify uses it)")
    private boolean heard;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description = "of study: write the frames on the guest's wire as pcapng")
    private Path pcap;

    @Option(names = "--png", description = "also draw every chart as PNG")
    private boolean png;

    @Option(names = "--json", description = "print results.json instead of the table")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (out.toString().isEmpty()) {
            throw new ParameterException(command.commandLine(), "--out must name a directory, out=''");
        }
        Specification spec = specFile == null ? SpecFile.defaults() : SpecFile.read(specFile);
        if (perturb != null) {
            MachineArguments.checkPerturb(perturb, command.commandLine());
            spec = spec.with(Keys.PERTURB, perturb);
        }
        spec = spec.exactly(exact).heard(heard);
        if (pcap != null) {
            refuseCaptureOfMany();
            spec = spec.capturedTo(pcap);
        }
        if (replications < 1 || replications > MOST_REPLICATIONS) {
            throw new ParameterException(
                    command.commandLine(),
                    "--replications must be in [1, " + MOST_REPLICATIONS + "], replications=" + replications);
        }
        List<ExperimentResult> results = new ArrayList<>();
        List<ExperimentResult> further = new ArrayList<>();
        List<String> withoutSeed = new ArrayList<>();
        Replications seeds = new Replications(seed, replications);
        for (Experiment experiment : experiments(spec)) {
            try (TerminalProgress progress = new TerminalProgress(experiment.name(), !json)) {
                results.add(experiment.run(seed, progress));
                if (experiment.isExact()) {
                    withoutSeed.add(experiment.name());
                    continue;
                }
                for (int i = 1; i < replications; i++) {
                    further.add(experiment.run(seeds.seedOf(i), progress));
                }
            }
        }
        RunOutcome outcome = RunOutcome.here(seed, results, new FurtherSeeds(withoutSeed, further));
        write(outcome);
        print(outcome);
        return status(outcome, command.commandLine().getErr());
    }

    /** A check that has looked at nothing is not one that was passed: of a whole experiment it is said, and by the status. */
    static int status(RunOutcome outcome, PrintWriter err) {
        List<String> unjudged = Bands.unjudged(outcome);
        for (String experiment : unjudged) {
            err.println("torosim: " + experiment + ": none of its figures that have a band was measured");
        }
        if (!outcome.passed()) {
            return Torosim.EXIT_FAILED;
        }
        return unjudged.isEmpty() ? Torosim.EXIT_OK : Torosim.EXIT_UNJUDGED;
    }

    private void refuseCaptureOfMany() {
        if (!name.text().equals("study") || replications != 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "--pcap is of one guest: of study without --replications, experiment=" + name.text()
                            + ", replications=" + replications);
        }
    }

    private List<Experiment> experiments(Specification spec) {
        List<Experiment> experiments;
        try {
            experiments = Experiments.named(name.text(), spec);
        } catch (SpecException e) {
            boolean ofTheOption = perturb != null && e.keys().equals(List.of(Keys.PERTURB.name()));
            throw new SpecException(
                    (ofTheOption ? "--perturb" : SpecFile.place(specFile, e.keys())) + ": " + e.getMessage());
        }
        for (Experiment experiment : experiments) {
            List<String> unheeded = spec.unheeded(experiment.heeds());
            if (!unheeded.isEmpty()) {
                command.commandLine()
                        .getErr()
                        .println("torosim: " + experiment.name() + " passes over " + String.join(", ", unheeded));
            }
        }
        return experiments;
    }

    private void write(RunOutcome outcome) throws IOException {
        Path charts = Files.createDirectories(out.resolve("charts"));
        try (OutputFiles files = new OutputFiles()) {
            files.write(out.resolve("results.json"), ResultsJson.results(outcome));
            files.write(out.resolve("samples.json"), ResultsJson.samples(outcome));
            files.write(out.resolve("samples.csv"), ResultsCsv.samples(outcome));
            files.write(out.resolve("phases.csv"), ResultsCsv.phases(outcome));
            files.write(out.resolve("charts.csv"), ResultsCsv.charts(outcome));
            files.write(out.resolve("report.html"), HtmlReport.render(outcome));
            for (Map.Entry<String, String> chart : ChartFiles.svg(outcome).entrySet()) {
                files.write(charts.resolve(chart.getKey()), chart.getValue());
                if (png) {
                    String name = chart.getKey().replaceAll("svg$", "png");
                    files.write(charts.resolve(name), ChartFiles.png(chart.getValue()));
                }
            }
            files.commit();
        }
    }

    private void print(RunOutcome outcome) {
        PrintWriter stdout = command.commandLine().getOut();
        if (json) {
            stdout.print(ResultsJson.results(outcome));
        } else {
            TextTable table = new TextTable(Terminal.wantsColours());
            for (ExperimentResult result : outcome.experiments()) {
                stdout.println(table.render(result, outcome.further()));
            }
            stdout.println("seed " + outcome.seed() + "  digest " + outcome.digest() + "  JDK " + outcome.jdk()
                    + "  commit " + outcome.commit());
            stdout.println(Bands.of(outcome).sentence() + " Report: " + out.resolve("report.html"));
        }
        stdout.flush();
    }
}
