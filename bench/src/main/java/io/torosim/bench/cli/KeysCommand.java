package io.torosim.bench.cli;

import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code torosim keys}: which experiments heed each key of a specification. */
@Command(
        name = "keys",
        description = "Lists the keys of a specification with their defaults and the experiments that heed each.",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        List<Key<?>> keys = Keys.all();
        int widest = keys.stream().mapToInt(key -> key.name().length()).max().orElse(0);
        for (Key<?> key : keys) {
            out.printf(
                    Locale.ROOT,
                    "%-" + widest + "s = %-16s  %s%n",
                    key.name(),
                    key.toml(Specification.defaults()),
                    String.join(", ", Experiments.heededBy(key)));
        }
        out.flush();
    }
}
