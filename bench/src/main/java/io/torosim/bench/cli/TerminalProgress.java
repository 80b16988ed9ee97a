package io.torosim.bench.cli;

import io.torosim.bench.cli.output.Patience;
import io.torosim.bench.cli.output.Terminal;
import io.torosim.experiment.Experiment;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far an experiment is, on standard error: a bar on a terminal, else a line each ten seconds. */
final class TerminalProgress implements Experiment.Progress, AutoCloseable {
    private final String task;
    private final @Nullable ProgressBar bar;
    private final @Nullable Patience lines;
    private volatile String state;

    /** Begins; {@code shown} says whether anything is. */
    TerminalProgress(String task, boolean shown) {
        boolean terminal = Terminal.isAttached();
        this.task = task;
        state = task;
        lines = shown && !terminal ? Patience.lines(() -> state) : null;
        bar = shown && terminal
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .clearDisplayOnFinish()
                        .build()
                : null;
    }

    @Override
    public void at(String step, int done, int total) {
        state = task + ": " + done + " of " + total + ", " + step;
        if (bar != null) {
            bar.maxHint(total);
            bar.stepTo(done);
            bar.setExtraMessage(" " + step);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        if (lines != null) {
            lines.close();
        }
    }
}
