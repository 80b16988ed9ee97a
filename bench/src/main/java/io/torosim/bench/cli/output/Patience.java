package io.torosim.bench.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Tells how far a command is that takes its time, on standard error: a person at a terminal by one line, written over each second and gone at
 * the end, a file or a pipe by a line each ten seconds. Nothing of a command that is over before.
 */
public final class Patience implements AutoCloseable {
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration EACH_LINE = Duration.ofSeconds(10);

    private final boolean terminal;
    private final PrintStream to;
    private final LongFunction<String> state;
    private final Thread teller;
    private int width;

    private Patience(boolean terminal, PrintStream to, Duration each, LongFunction<String> state) {
        this.terminal = terminal;
        this.to = to;
        this.state = state;
        this.teller = new Thread(() -> tell(each), "patience");
        teller.setDaemon(true);
    }

    /** Tells by lines, whatever else a terminal is shown, until it is closed. */
    public static Patience lines(Supplier<String> state) {
        return begin(false, System.err, EACH_LINE, seconds -> state.get());
    }

    private static Patience begin(boolean terminal, PrintStream to, Duration each, LongFunction<String> state) {
        Patience patience = new Patience(terminal, to, each, state);
        patience.teller.start();
        return patience;
    }

    /** What takes its time. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        /** Does it. */
        T run() throws E;
    }

    /** Does {@code work}, and tells meanwhile what {@code state} gives: another thread asks, so it may be a moment old. */
    public static <T, E extends Exception> T during(Supplier<String> state, Work<T, E> work) throws E {
        return during(seconds -> state.get(), work);
    }

    /** Does the same with a state that is asked with how many seconds the work has taken, at least 1. */
    public static <T, E extends Exception> T during(LongFunction<String> state, Work<T, E> work) throws E {
        boolean terminal = Terminal.isAttached();
        return during(terminal, System.err, terminal ? EACH : EACH_LINE, state, work);
    }

    static <T, E extends Exception> T during(
            boolean terminal, PrintStream to, Duration each, LongFunction<String> state, Work<T, E> work) throws E {
        Patience patience = begin(terminal, to, each, state);
        try {
            return work.run();
        } finally {
            patience.close();
        }
    }

    private void tell(Duration each) {
        for (long steps = 1; ; steps++) {
            try {
                Thread.sleep(each.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            long seconds = each.multipliedBy(steps).toSeconds();
            if (!terminal) {
                to.println("torosim: " + text(seconds));
                to.flush();
            } else if (steps > 1) {
                line(text(seconds));
            }
        }
    }

    private String text(long seconds) {
        return state.apply(Math.max(1, seconds)) + ", " + seconds + " s";
    }

    private synchronized void line(String text) {
        to.print("\r" + text + " ".repeat(Math.max(0, width - text.length())));
        to.flush();
        width = text.length();
    }

    @Override
    public void close() {
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
