package io.torosim.bench.cli;

import io.torosim.bench.cli.lab.CrashStatesCommand;
import io.torosim.bench.cli.lab.QueueScriptsCommand;
import picocli.CommandLine.Command;

/** {@code torosim kit}: the test kits as searches on all processors. */
@Command(
        name = "kit",
        description = "Searches numbered runs of a test kit on all processors; the finding of the lowest number wins.",
        mixinStandardHelpOptions = true,
        subcommands = {QueueScriptsCommand.class, CrashStatesCommand.class})
public final class KitCommand {
    /** Makes the command; picocli does it. */
    public KitCommand() {}
}
