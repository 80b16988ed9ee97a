package io.torosim.bench.cli.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code torosim kit crash}: power cuts while our FAT code writes. */
@Command(
        name = "crash",
        description = {
            "Lets our FAT code do random operations on a small volume and cuts the power after each write.",
            "Each write since the last flush is lost or none: what is then on the disk must be a volume, with no more than leftovers on it."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:nothing found", "1:cut by --seconds", "2:wrong call", "3:something was found"})
public final class CrashStatesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private NumberedSearch search;

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "4",
            description = "operations of a run (default: ${DEFAULT-VALUE})")
    private int operations;

    @Option(names = "--without-barriers", description = "the same without the flushes that keep writes in order")
    private boolean withoutBarriers;

    /** Makes the command; picocli does it. */
    public CrashStatesCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        try {
            search.check();
            if (operations < 1 || operations > 100) {
                throw new IllegalArgumentException("--operations must be in [1, 100], operations=" + operations);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        return search.search(
                "crash, " + operations + " operations" + (withoutBarriers ? " without barriers" : ""),
                seed -> CrashRun.damage(seed, operations, !withoutBarriers),
                command.commandLine().getOut());
    }
}
