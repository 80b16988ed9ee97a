package io.torosim.bench.cli.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Commands that a user can paste: this one again, to go on or to make one run alone. */
final class CommandText {
    private static final String OUT = "--out";
    private static final Set<String> OF_ONE_CALL = Set.of(OUT, "--workers", "--master", "--seconds", "--cell");

    private final String program;
    private final List<String> arguments;

    /** @param arguments of this call, from {@code study} on */
    CommandText(List<String> arguments) {
        String script = System.getenv("TOROSIM_COMMAND"); // set by the script `torosim`: how it was called
        this.program = script == null || script.isEmpty() ? "torosim" : script;
        this.arguments = List.copyOf(arguments);
    }

    /** Returns the command that goes on where this one stops. */
    String resume() {
        List<String> all = new ArrayList<>(arguments);
        if (!all.contains("--resume")) {
            all.add("--resume");
        }
        return text(all);
    }

    /**
     * Returns the command that makes one run alone.
     *
     * @param follows whether the run follows from results, which it then needs
     */
    String cell(long number, boolean follows) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (OF_ONE_CALL.contains(argument) && !(follows && argument.equals(OUT))) {
                i++; // its value
            } else if (!argument.equals("--resume")
                    && (!OF_ONE_CALL.contains(argument.replaceAll("=.*", "")) || follows && argument.startsWith(OUT))) {
                all.add(argument);
            }
        }
        all.add("--cell");
        all.add(Long.toString(number));
        return text(all);
    }

    private String text(List<String> all) {
        return quoted(program) + " " + all.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
