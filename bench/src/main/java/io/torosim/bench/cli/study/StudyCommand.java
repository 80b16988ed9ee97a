package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.StudyException;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.analysis.BreakingCorner.Conclusion;
import io.torosim.sweep.model.BuiltInStudies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim study}: many runs of one model, here or on a cluster. */
@Command(
        name = "study",
        description = {
            "Runs a study: many runs of one model over factors, on all processors or on a Spark cluster.",
            "Writes cells.jsonl as runs end, cells.csv and summary.json at the end, into DIR; a killed study is gone on with by --resume."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the study is complete",
            "1:it ended early, a run of it failed, or the wanted precision was not reached",
            "2:the call or an input file is wrong, or something could not be written",
            "130:interrupted (SIGINT or SIGTERM): what was done is kept"
        })
public final class StudyCommand implements Callable<Integer> {
    private static final List<String> BUILT_IN = List.of("sensitivity", "short-guest", "busy-work");
    private static final long MOST_RUNS = 10_000_000;
    private static final long MOST_WORKERS = 1024;
    private static final long MOST_SECONDS = 100L * 366 * 24 * 3600;

    @Spec
    private CommandSpec command;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description =
                    "study file (TOML), or one of: sensitivity (conclusions about CPU usage over every guess), short-guest,"
                            + " busy-work (what an executor costs)")
    private String file;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark: local[*], spark://HOST:PORT, ... (default: threads of this process)")
    private String master;

    @Option(names = "--resume", description = "go on with the results in DIR")
    private boolean resume;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "torosim-study",
            description = "where results go (default: ${DEFAULT-VALUE})")
    private Path out;

    @Option(names = "--workers", paramLabel = "N", description = "threads (default: one for each processor)")
    private Integer workers;

    @Option(names = "--runs", paramLabel = "N", description = "runs of a built-in study (default: 4000)")
    private Integer runs;

    @Option(names = "--draws", paramLabel = "N", description = "length of a run of busy-work (default: 1000)")
    private Long draws;

    @Option(names = "--seed", paramLabel = "S", description = "seed of a built-in study (default: 42)")
    private Long seed;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description =
                    "ends early after so long and keeps what is over (default: what the file says, else no limit)")
    private Long seconds;

    @Option(
            names = "--cell",
            paramLabel = "N",
            description = "make this run alone and print its line; one that followed from results needs their --out")
    private Long cell;

    private static final String MASTERS = "local(\\[(\\*|[1-9][0-9]*)(,[1-9][0-9]*)?])?|yarn|spark://.+|k8s://.+";

    @Override
    public Integer call() throws IOException, InterruptedException {
        long begun = System.nanoTime(); // decides when to stop, and nothing else
        checkOptions();
        StudyFile study = study();
        PrintWriter stdout = command.commandLine().getOut();
        CommandText commands =
                new CommandText(command.root().commandLine().getParseResult().originalArgs());
        try {
            try (Interruption interruption =
                    new Interruption(command.commandLine().getErr(), out, commands.resume())) {
                study.check();
                if (cell != null) {
                    String line = StudyRun.line(study.study(), cell, out);
                    stdout.println(line);
                    stdout.flush();
                    return StudyRun.failed(study.study(), line) ? 1 : 0;
                }
                boolean goOn = resume;
                if (master != null) {
                    int status = SparkLauncher.run(
                            master,
                            study,
                            time(study),
                            out,
                            resume,
                            process -> interruption.await(process, () -> counts(study)));
                    if (status != 0 && status != Interruption.EXITED) {
                        interruption.endedInTheMiddle(status, counts(study));
                        return interruption.isAsked() ? status : Interruption.EXITED;
                    }
                    if (status != 0) {
                        return status;
                    }
                    goOn = true; // everything is there; what remains is to look at it
                }
                StudyResults results = here(study, goOn, interruption);
                if (interruption.isAsked()) {
                    return Interruption.STATUS;
                }
                long end = begun + time(study).map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
                StudyTable.print(
                        stdout,
                        study,
                        results,
                        executor(),
                        () -> interruption.isAsked() || System.nanoTime() - end >= 0);
                StudyEnd.print(stdout, study, results, out, commands);
                stdout.flush();
                return StudyEnd.isGood(results) ? 0 : 1;
            }
        } catch (StudyException e) {
            throw new SpecException(study.lines().located(e));
        }
    }

    private void checkOptions() {
        if (out.toString().isEmpty()) {
            throw wrong("--out must name a directory, out=''");
        }
        atLeast("--runs", runs, MOST_RUNS);
        atLeast("--draws", draws, Long.MAX_VALUE);
        atLeast("--seconds", seconds, MOST_SECONDS);
        atLeast("--workers", workers, MOST_WORKERS);
        if (master != null && workers != null) {
            throw wrong("--workers does nothing with --master; leave it out");
        }
        if (master != null && !master.matches(MASTERS)) {
            throw wrong("--master must be local, local[N], local[*], yarn, or a URL of spark:// or k8s://, master="
                    + master);
        }
        if (cell != null && (resume || master != null || seconds != null || workers != null)) {
            throw wrong("--cell makes one run here and writes no results: leave out --resume, --master, --seconds"
                    + " and --workers");
        }
    }

    private void atLeast(String option, Number value, long most) {
        if (value != null && (value.longValue() < 1 || value.longValue() > most)) {
            throw wrong(option + " must be "
                    + (most == Long.MAX_VALUE ? "at least 1" : "in [1, " + most + "]") + ", "
                    + option.substring(2) + "=" + value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private StudyFile study() {
        int count = runs == null ? 4000 : runs;
        long its = seed == null ? 42 : seed;
        if (draws != null && !file.equals("busy-work")) {
            throw wrong("--draws goes with busy-work only, draws=" + draws);
        }
        switch (file) {
            case "sensitivity":
                return builtIn(BuiltInStudies.sensitivity(count, its), BuiltInStudies.cpuConclusions());
            case "short-guest":
                return builtIn(BuiltInStudies.shortGuest(count, its), List.of());
            case "busy-work":
                return builtIn(BuiltInStudies.busyWork(count, draws == null ? 1000 : draws, its), List.of());
            default:
                if (runs != null || seed != null) {
                    throw wrong("--runs and --seed go with built-in studies; a file says points and seed itself");
                }
                return StudyFile.read(path());
        }
    }

    private Path path() {
        try {
            Path path = Path.of(file);
            if (file.isEmpty() || (!Files.exists(path) && !file.contains(".") && !file.contains("/"))) {
                throw wrong("no such file and no built-in study (" + String.join(", ", BUILT_IN) + "), file='" + file
                        + "'");
            }
            return path;
        } catch (InvalidPathException e) {
            throw wrong("no file can have that name, file='" + file.replaceAll("\\p{Cntrl}", "?") + "'");
        }
    }

    private static StudyFile builtIn(Study study, List<Conclusion> conclusions) {
        return new StudyFile(
                study, conclusions, Long.MAX_VALUE, Optional.empty(), Optional.empty(), StudyFile.Lines.NONE);
    }

    private CellExecutor executor() {
        return workers == null ? CellExecutor.threads() : CellExecutor.threads(workers);
    }

    private Optional<Duration> time(StudyFile study) {
        return seconds == null ? study.time() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Runs what is missing in this process, or after a cluster only looks at what is there. */
    private StudyResults here(StudyFile study, boolean goOn, Interruption interruption)
            throws IOException, InterruptedException {
        try (StudyProgress bar = new StudyProgress(study.study().name())) {
            StudyRun run = new StudyRun(study.study(), executor())
                    .into(out, goOn)
                    .atMost(study.budget())
                    .stopWhen(() -> master != null || interruption.isAsked())
                    .progress((done, known) -> {
                        interruption.at(done, known);
                        bar.at(done, known);
                    });
            if (master == null) {
                time(study).ifPresent(limit -> run.atMost(limit, System::nanoTime));
            }
            return run.run();
        } finally {
            interruption.runsAreOver();
        }
    }

    /** What a runner that was ended has left: runs done, and known. */
    private int[] counts(StudyFile study) {
        try {
            StudyResults there = new StudyRun(study.study(), executor())
                    .into(out, true)
                    .stopWhen(() -> true)
                    .run();
            return new int[] {there.doneCount(), there.cellCount()};
        } catch (IOException | RuntimeException e) {
            return new int[2]; // it had not begun
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new int[2];
        }
    }
}
