package io.torosim.bench.cli.output;

import java.io.Console;

/** Whether a person sits in front of the output. */
public final class Terminal {
    private Terminal() {}

    /** Returns whether standard input and output are a terminal. */
    public static boolean isAttached() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try { // from Java 22 on there may be a console without a terminal
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Returns whether colours are welcome: on a terminal, unless NO_COLOR is set (no-color.org). */
    public static boolean wantsColours() {
        String refusal = System.getenv("NO_COLOR");
        return isAttached() && (refusal == null || refusal.isEmpty());
    }
}
