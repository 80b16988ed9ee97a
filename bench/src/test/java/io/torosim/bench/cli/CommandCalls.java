package io.torosim.bench.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What tests of commands have in common: a call in this process, and what it printed since the last {@link #forget}. */
abstract class CommandCalls {
    protected final StringWriter out = new StringWriter();
    protected final StringWriter err = new StringWriter();

    /** Returns the status. */
    protected final int call(String... args) {
        return Torosim.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    protected final void forget() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
    }
}
