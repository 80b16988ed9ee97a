package io.torosim.bench.cli;

import io.torosim.bench.spec.SpecException;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the user sees of an exception: one line and status 2 if it is an input's fault, else the whole of it. */
final class Failures {
    private Failures() {}

    static int onException(Exception e, CommandLine line, ParseResult result) throws Exception {
        String message;
        if (e instanceof SpecException) {
            message = e.getMessage();
        } else if (e instanceof IOException) {
            String kind = e.getClass()
                    .getSimpleName()
                    .replaceAll("Exception$", "")
                    .replaceAll("([a-z])([A-Z])", "$1 $2")
                    .toLowerCase(Locale.ROOT);
            message = kind + ": " + e.getMessage();
        } else {
            throw e;
        }
        line.getErr().println("torosim: " + message);
        line.getErr().flush();
        return Torosim.EXIT_USAGE;
    }
}
