package io.torosim.bench.cli.verify;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.torosim.experiment.catalog.Experiments;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torosim verify}: makes a run several times, each in a process of its own, and shows where two differ. */
@Command(
        name = "verify",
        description = {
            "Makes the same run several times, each in a process of its own, and compares.",
            "Twice as it is; in another directory, locale, time zone, as another user, with other identity hashes; a guest also untraced, without"
                    + " fast-forward and with a lesser compiler. The first event, or line of a result, in which two differ is printed.",
            "",
            "torosim verify guest NAME [options of torosim guest]",
            "torosim verify EXPERIMENT [SPEC] [options of torosim run]"
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all runs are the same", "1:a run failed", "2:wrong usage", "3:two runs differ"})
public final class VerifyCommand implements Callable<Integer> {
    private static final int SAME = 0;
    private static final int FAILED = 1;
    private static final int UNJUDGED = 3;
    private static final int WRONG = 2;
    private static final int DIFFERENT = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "guest NAME | EXPERIMENT",
            description = "what is run, with the options that torosim guest or torosim run takes")
    private List<String> arguments;

    /** Makes the command; picocli does it. */
    public VerifyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean guest = arguments.get(0).equals("guest");
        if (!guest && !Experiments.names().contains(arguments.get(0))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "verify takes guest NAME or an experiment, what=" + arguments.get(0) + "; there are "
                            + Experiments.names());
        }
        for (String taken : List.of("--trace", "--out", "--json", "--exact", "--heard", "--pcap")) {
            if (arguments.contains(taken)) {
                throw new ParameterException(spec.commandLine(), taken + " is set by verify itself");
            }
        }
        Path work = Files.createTempDirectory("torosim-verify");
        try {
            return compare(guest ? Variant.ofGuest() : Variant.ofExperiment(), guest, work);
        } finally {
            MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private int compare(List<Variant> variants, boolean guest, Path work) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        int result = SAME;
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            Path directory = Files.createDirectory(work.resolve(Integer.toString(i)));
            int status = run(variant, guest, directory);
            if (i == 0 && status == WRONG) { // said as the run itself says it
                PrintWriter err = spec.commandLine().getErr();
                err.println(Files.readString(directory.resolve("errors.txt")).strip());
                err.flush();
                return WRONG;
            }
            // an experiment outside its band or without a figure in one, a guest with unanswered requests: runs all the
            // same
            if (status > FAILED && status != UNJUDGED) {
                out.println(variant.name() + ": the run failed, status " + status + ": "
                        + Files.readString(directory.resolve("errors.txt")).strip());
                out.flush();
                return FAILED;
            }
            if (i == 0) {
                continue;
            }
            Optional<String> difference = difference(work.resolve("0"), directory, guest && variant.traced());
            out.println((difference.isPresent() ? "DIFFERENT  " : "same       ") + variant.name());
            difference.ifPresent(out::println);
            out.flush();
            result = difference.isPresent() ? DIFFERENT : result;
        }
        return result;
    }

    private static Optional<String> difference(Path first, Path second, boolean traced) throws IOException {
        if (traced) { // events first: the earliest difference
            Optional<String> events = Outputs.difference(first.resolve("trace.txt"), second.resolve("trace.txt"));
            if (events.isPresent()) {
                return events.map(text -> "events " + text);
            }
        }
        for (String result : List.of("printed.txt", "files")) {
            if (Files.exists(first.resolve(result))) {
                Optional<String> text = Outputs.difference(first.resolve(result), second.resolve(result));
                if (text.isPresent()) {
                    return text.map(t -> "results " + t);
                }
            }
        }
        return Optional.empty();
    }

    private int run(Variant variant, boolean guest, Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UnlockExperimentalVMOptions");
        command.addAll(variant.javaOptions());
        command.add("-cp");
        command.add(absoluteClassPath());
        command.add("io.torosim.bench.cli.Torosim");
        command.add(guest ? "guest" : "run");
        command.addAll(own(
                variant, guest,
                directory)); // first: a value that the last of the user's options lacks is not taken from here
        int names =
                guest ? 2 : 1; // what comes behind them may be a file, which has to be found from another directory too
        for (int i = guest ? 1 : 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            Path path = Path.of(argument);
            boolean file = i >= names && !argument.startsWith("-") && Files.exists(path);
            command.add(file ? path.toAbsolutePath().toString() : argument);
        }
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("printed.txt").toFile())
                .redirectError(directory.resolve("errors.txt").toFile());
        if (variant.elsewhere()) {
            process.directory(
                    Files.createDirectory(directory.resolve("elsewhere")).toFile());
            process.environment().put("LANG", "tr_TR.UTF-8");
            process.environment().put("TZ", "Pacific/Kiritimati");
            process.environment().put("USER", "somebody-else");
            process.environment().put("HOME", directory.toString());
        }
        return process.start().waitFor();
    }

    /** The options that verify itself sets. */
    private static List<String> own(Variant variant, boolean guest, Path directory) {
        List<String> options = new ArrayList<>(List.of("--json"));
        if (guest && variant.traced()) {
            options.addAll(List.of("--trace", directory.resolve("trace.txt").toString()));
        }
        if (!guest && variant.traced()) {
            options.add("--heard");
        }
        if (variant.exact()) {
            options.add("--exact");
        }
        if (!guest) {
            options.addAll(List.of("--out", directory.resolve("files").toString()));
        }
        return options;
    }

    private static String absoluteClassPath() {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            parts.add(Path.of(part).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, parts);
    }
}
