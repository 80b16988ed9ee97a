package io.torosim.bench.cli;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.bench.cli.guest.GuestCommand;
import io.torosim.bench.cli.lab.IdleLoopsCommand;
import io.torosim.bench.cli.output.StandardOutput;
import io.torosim.bench.cli.qemu.CalibrateCommand;
import io.torosim.bench.cli.study.StudyCommand;
import io.torosim.bench.cli.verify.VerifyCommand;
import io.torosim.bench.report.BuildInfo;
import io.torosim.bench.spec.Messages;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code torosim COMMAND}. */
@Command(
        name = "torosim",
        description = "A deterministic simulation of the Toro unikernel (2018).",
        mixinStandardHelpOptions = true,
        versionProvider = Torosim.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Torosim implements Runnable {
    /** Everything was as it should be. */
    public static final int EXIT_OK = 0;
    /** A result lies outside its band. */
    public static final int EXIT_FAILED = 1;
    /** The call or an input file is wrong, or something could not be written. */
    public static final int EXIT_USAGE = 2;
    /** No result lies outside its band, but an experiment has measured none of those that have one. */
    public static final int EXIT_UNJUDGED = 3;

    /** In the order of the help. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand.class);
        COMMANDS.put("keys", KeysCommand.class);
        COMMANDS.put("fat", FatCommand.class);
        COMMANDS.put("explore", ExploreCommand.class);
        COMMANDS.put("replay", ReplayCommand.class);
        COMMANDS.put("kit", KitCommand.class);
        COMMANDS.put("idle-loops", IdleLoopsCommand.class);
        COMMANDS.put("diff", DiffCommand.class);
        COMMANDS.put("qemu", QemuCommand.class);
        COMMANDS.put("calibrate", CalibrateCommand.class);
        COMMANDS.put("guest", GuestCommand.class);
        COMMANDS.put("verify", VerifyCommand.class);
        COMMANDS.put("study", StudyCommand.class);
    }

    @Spec
    private CommandSpec spec;

    /** Runs the command line and ends the process with its status. */
    public static void main(String[] args) {
        ForeignExit foreign = ForeignExit.watch(args);
        int status = run(StandardOutput.install(), args);
        foreign.over();
        System.exit(status);
    }

    /** Runs the command line; output that could not be written is an error, whatever the command says. */
    static int run(StandardOutput out, String... args) {
        // A call that begins with a command's name needs that command alone: to read the annotations of all takes
        // longer than a short guest.
        // The run that makes the launcher's archive of classes asks for all.
        boolean named = args.length > 0 && COMMANDS.containsKey(args[0]) && !Boolean.getBoolean("torosim.all-commands");
        CommandLine line =
                commandLine(named ? Set.of(args[0]) : COMMANDS.keySet()).setOut(out.text());
        int status = line.execute(args);
        Optional<IOException> failure = out.finish();
        if (failure.isEmpty()) {
            return status;
        }
        line.getErr().println("torosim: standard output: " + FileErrors.text(failure.get()));
        line.getErr().flush();
        return EXIT_USAGE;
    }

    /** Returns the command line with all its commands. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS.keySet());
    }

    private static CommandLine commandLine(Set<String> names) {
        CommandLine line = new CommandLine(new Torosim());
        COMMANDS.forEach((name, command) -> {
            if (names.contains(name)) {
                line.addSubcommand(name, command);
            }
        });
        CommandLine verify = line.getSubcommands().get("verify");
        if (verify != null) {
            verify.setStopAtPositional(true); // what follows are options of another command
        }
        line.setExpandAtFiles(false); // a CLASS@PATH or a file's name is what it says
        line.setParameterExceptionHandler(Torosim::onWrongCall);
        line.setExecutionExceptionHandler(Failures::onException);
        line.setExecutionStrategy(call -> {
            try {
                return new RunLast().execute(call);
            } catch (Error e) {
                return Failures.onError(e, line);
            }
        });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? one of: " + String.join(", ", spec.subcommands().keySet()));
    }

    private static int onWrongCall(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        boolean noSuchCommand = e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !line.getSubcommands().isEmpty();
        String message = noSuchCommand
                ? "no such command, command="
                        + ((UnmatchedArgumentException) e).getUnmatched().get(0) + "; one of: "
                        + String.join(", ", line.getSubcommands().keySet())
                : Messages.of(e);
        line.getErr()
                .println("torosim: " + message.replaceAll("\\s*\\R\\s*", " ") + " (see "
                        + line.getCommandSpec().qualifiedName() + " --help)");
        line.getErr().flush();
        return EXIT_USAGE;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"torosim " + BuildInfo.version() + " (" + BuildInfo.commit() + ")"};
        }
    }
}
