package io.torosim.bench.cli.study;

import io.torosim.bench.cli.output.Patience;
import io.torosim.bench.cli.output.Terminal;
import io.torosim.sweep.StudyRun;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** How far a study is, on standard error: a bar with the time that remains on a terminal, else a line each ten seconds. */
final class StudyProgress implements StudyRun.Progress, AutoCloseable {
    private final String task;
    private final @Nullable ProgressBar bar;
    private final @Nullable Patience lines;
    private volatile String state;

    StudyProgress(String task) {
        boolean terminal = Terminal.isAttached();
        this.task = task;
        state = task;
        lines = terminal ? null : Patience.lines(() -> state);
        bar = terminal
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(1)
                        .setUnit(" runs", 1)
                        .showSpeed()
                        .setStyle(ProgressBarStyle.ASCII)
                        .clearDisplayOnFinish()
                        .build()
                : null;
    }

    @Override
    public void at(int done, int known) {
        state = task + ": " + done + " of " + known + " runs";
        if (bar != null) {
            bar.maxHint(known);
            bar.stepTo(done);
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
