package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.experiment.spec.SpecException;
import io.torosim.sweep.StudyException;
import io.torosim.sweep.StudyResults;
import io.torosim.sweep.StudyRun;
import io.torosim.sweep.ThreadExecutor;
import io.torosim.sweep.model.BusyWork;
import io.torosim.sweep.model.CpuConclusionsModel;
import io.torosim.sweep.model.ShortGuest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
            "Writes cells.jsonl as runs end, cells.csv at the end, into DIR; a killed study is gone on with by --resume."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the study is complete",
            "1:it ended early, or a run of it failed",
            "2:the call or an input file is wrong"
        })
public final class StudyCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 5;

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

    @Option(names = "--cell", paramLabel = "N", description = "make this run alone and print its line")
    private Long cell;

    private static final String MASTERS = "local(\\[(\\*|[1-9][0-9]*)(,[1-9][0-9]*)?])?|yarn|spark://.+|k8s://.+";

    @Override
    public Integer call() throws IOException, InterruptedException {
        StudyFile study = study();
        PrintWriter stdout = command.commandLine().getOut();
        try {
            if (cell != null) {
                String line = StudyRun.line(study.study(), cell);
                stdout.println(line);
                stdout.flush();
                return StudyRun.failed(study.study(), line) ? 1 : 0;
            }
            if (seconds != null && seconds < 1) {
                throw new ParameterException(command.commandLine(), "--seconds must be at least 1, seconds=" + seconds);
            }
            if (workers != null && workers < 1) {
                throw new ParameterException(command.commandLine(), "--workers must be at least 1, workers=" + workers);
            }
            boolean goOn = resume;
            if (master != null) {
                if (workers != null) {
                    throw new ParameterException(
                            command.commandLine(), "--workers does nothing with --master; leave it out");
                }
                if (!master.matches(MASTERS)) {
                    throw new ParameterException(
                            command.commandLine(),
                            "--master must be local, local[N], local[*], yarn, or a URL of spark:// or k8s://, master="
                                    + master);
                }
                int status = SparkLauncher.run(master, study, time(study), out, resume);
                if (status != 0) {
                    return status;
                }
                goOn = true; // everything is there; what remains is to look at it
            }
            StudyResults results = here(study, goOn);
            StudyTable.print(stdout, study, results, executor());
            stdout.println(results.doneCount() + " runs, " + results.failedCount() + " failed, digest "
                    + results.digest() + (results.isComplete() ? "" : "; ended early, go on with --resume")
                    + "; results in " + out);
            results.errors().entrySet().stream()
                    .min(Map.Entry.comparingByKey())
                    .ifPresent(first -> stdout.println("the first that failed: " + first.getValue()
                            + "; its line again with --cell " + first.getKey()));
            stdout.flush();
            return results.isComplete() && results.failedCount() == 0 ? 0 : 1;
        } catch (StudyException e) {
            throw new SpecException(e.getMessage());
        }
    }

    private StudyFile study() {
        int count = runs == null ? 4000 : runs;
        long its = seed == null ? 42 : seed;
        boolean builtIn = true;
        StudyFile study;
        switch (file) {
            case "sensitivity" -> study = new StudyFile(
                    CpuConclusionsModel.study(count, its),
                    CpuConclusionsModel.conclusions(),
                    Long.MAX_VALUE,
                    Optional.empty());
            case "short-guest" -> study =
                    new StudyFile(ShortGuest.study(count, its), List.of(), Long.MAX_VALUE, Optional.empty());
            case "busy-work" -> study = new StudyFile(
                    BusyWork.study(count, draws == null ? 1000 : draws), List.of(), Long.MAX_VALUE, Optional.empty());
            default -> {
                builtIn = false;
                study = StudyFile.read(Path.of(file));
            }
        }
        if (!builtIn && (runs != null || seed != null || draws != null)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--runs, --seed and --draws go with built-in studies; a file says it itself");
        }
        return study;
    }

    private ThreadExecutor executor() {
        return workers == null ? ThreadExecutor.onAllProcessors() : new ThreadExecutor(workers);
    }

    private Optional<Duration> time(StudyFile study) {
        return seconds == null ? study.time() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Runs what is missing in this process, or after a cluster only looks at what is there. Ctrl-C ends it after the runs that have begun, if they end soon; what is over is kept. */
    private StudyResults here(StudyFile study, boolean goOn) throws IOException, InterruptedException {
        AtomicBoolean stop = new AtomicBoolean(master != null);
        CountDownLatch over = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.set(true);
            try {
                over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try (StudyProgress progress = new StudyProgress(study.study().name())) {
            StudyRun run = new StudyRun(study.study(), executor())
                    .into(out, goOn)
                    .atMost(study.budget())
                    .stopWhen(stop::get)
                    .progress(progress);
            time(study).ifPresent(limit -> run.atMost(limit, System::nanoTime));
            return run.run();
        } finally {
            over.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is on its way out
            }
        }
    }
}
