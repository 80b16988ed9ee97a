package io.torosim.bench.jmh;

import io.torosim.bench.spec.Messages;
import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * JMH's command line, with {@link SimulatedFigures} registered, parameters checked before anything runs, and a failed benchmark as
 * the failure of the run. Exit status 0, 1 if a benchmark failed, 2 for a wrong call.
 */
public final class Benchmarks {
    private static final int FAILED = 1;
    private static final int WRONG_CALL = 2;

    private Benchmarks() {}

    /** Runs the benchmarks that the arguments choose; they are JMH's. */
    public static void main(String[] args) throws IOException {
        int status = run(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Returns the exit status. */
    static int run(String... args) throws IOException {
        CommandLineOptions given;
        try {
            given = new CommandLineOptions(args);
        } catch (CommandLineOptionException e) {
            return refuse(Messages.of(e));
        }
        if (given.shouldHelp()
                || given.shouldList()
                || given.shouldListWithParams()
                || given.shouldListProfilers()
                || given.shouldListResultFormats()) {
            org.openjdk.jmh.Main.main(args);
            return 0;
        }
        try {
            BenchmarkParameters.check(given, args);
        } catch (IllegalArgumentException | SpecException e) {
            return refuse(Messages.of(e));
        }
        try {
            new Runner(options(given)).run();
            return 0;
        } catch (NoBenchmarksException e) {
            return refuse("no benchmark matches " + given.getIncludes() + " (-l lists them)");
        } catch (RunnerException e) {
            System.err.println("benchmarks: " + e.getMessage());
            return FAILED;
        }
    }

    /** Returns {@code given} with the profiler, and with the first failure as the end. */
    static Options options(Options given) {
        return new OptionsBuilder()
                .parent(given)
                .addProfiler(SimulatedFigures.class)
                .shouldFailOnError(true)
                .build();
    }

    private static int refuse(String message) {
        System.err.println("benchmarks: " + message.replaceAll("\\s*\\R\\s*", " "));
        return WRONG_CALL;
    }
}
