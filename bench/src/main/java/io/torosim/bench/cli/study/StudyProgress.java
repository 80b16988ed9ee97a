package io.torosim.bench.cli.study;

import io.torosim.bench.cli.output.Terminal;
import io.torosim.sweep.StudyRun;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the time that remains, where there is a terminal. */
final class StudyProgress implements StudyRun.Progress, AutoCloseable {
    private final @Nullable ProgressBar bar;

    StudyProgress(String task) {
        bar = Terminal.isAttached()
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
    }
}
