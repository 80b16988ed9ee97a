package io.torosim.bench.cli.error;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** An option that prints a list and ends the call: nothing given with it would be heeded. */
public final class ListsAlone {
    private ListsAlone() {}

    /** Refuses, by name, what was given along with {@code list}. */
    public static void check(CommandSpec command, String list) {
        for (ArgSpec given : command.commandLine().getParseResult().matchedArgs()) {
            String shown = given instanceof OptionSpec option ? option.longestName() : text(given);
            if (!shown.equals(list)) {
                throw new ParameterException(
                        command.commandLine(), shown + " does nothing with " + list + ", which prints a list and ends");
            }
        }
    }

    private static String text(ArgSpec given) {
        List<String> values = given.originalStringValues();
        return values.isEmpty() ? given.paramLabel() : values.get(0);
    }
}
