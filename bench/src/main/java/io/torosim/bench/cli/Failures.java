package io.torosim.bench.cli;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.experiment.spec.SpecException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the user sees of an exception: one line and status 2 if it is an input's fault, else the whole of it. */
final class Failures {
    private Failures() {}

    static int onException(Exception e, CommandLine line, ParseResult result) throws Exception {
        String message;
        if (e instanceof SpecException) {
            message = e.getMessage();
        } else if (e instanceof IOException io) {
            message = FileErrors.text(io);
        } else if (e instanceof UncheckedIOException io) {
            message = FileErrors.text(io.getCause());
        } else if (e instanceof IllegalArgumentException && e.getMessage() != null) {
            message = e.getMessage().replaceAll("\\s*\\R\\s*", " "); // a value that only the run could judge
        } else {
            throw e;
        }
        line.getErr().println("torosim: " + message);
        line.getErr().flush();
        return Torosim.EXIT_USAGE;
    }
}
