package io.torosim.bench.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells a person at a terminal how far a command is that takes its time: one line on standard error, written over each second and gone at
 * the end. Nothing where there is no terminal, and nothing of a command that is over in a moment.
 */
public final class Patience {
    private static final Duration EACH = Duration.ofSeconds(1);

    private final PrintStream to;
    private final Supplier<String> state;
    private final Thread teller;
    private int width;

    private Patience(PrintStream to, Duration each, Supplier<String> state) {
        this.to = to;
        this.state = state;
        this.teller = new Thread(() -> tell(each), "patience");
        teller.setDaemon(true);
    }

    /** What takes its time. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        /** Does it. */
        T run() throws E;
    }

    /** Does {@code work}, and tells meanwhile what {@code state} gives: another thread asks, so it may be a moment old. */
    public static <T, E extends Exception> T during(Supplier<String> state, Work<T, E> work) throws E {
        return during(Terminal.isAttached(), System.err, EACH, state, work);
    }

    static <T, E extends Exception> T during(
            boolean shown, PrintStream to, Duration each, Supplier<String> state, Work<T, E> work) throws E {
        if (!shown) {
            return work.run();
        }
        Patience patience = new Patience(to, each, state);
        patience.teller.start();
        try {
            return work.run();
        } finally {
            patience.end();
        }
    }

    private void tell(Duration each) {
        for (long steps = 1; ; steps++) {
            try {
                Thread.sleep(each.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            if (steps > 1) {
                line(state.get() + ", " + each.multipliedBy(steps).toSeconds() + " s");
            }
        }
    }

    private synchronized void line(String text) {
        to.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        to.flush();
        width = text.length();
    }

    private void end() {
        teller.interrupt();
        try {
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (width > 0) {
            line("");
            to.print("\r");
            to.flush();
        }
    }
}
