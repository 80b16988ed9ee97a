package io.torosim.guest.run;

import io.torosim.guest.boot.BootSequence;
import io.torosim.guest.load.RequestPort;
import java.util.List;

/** A guest that boots: nothing is asked of it. */
final class BootPort implements RequestPort {
    private final BootSequence boot;

    BootPort(BootSequence boot) {
        this.boot = boot;
    }

    BootSequence boot() {
        return boot;
    }

    @Override
    public void request() {
        throw new IllegalArgumentException("a guest that boots takes no requests: its load must be none");
    }

    @Override
    public void onAnswer(Runnable listener) {
        request();
    }

    @Override
    public long turnPs() {
        return 0;
    }

    @Override
    public long startedCount() {
        return 0;
    }

    @Override
    public long doneCount() {
        return 0;
    }

    @Override
    public boolean isOver() {
        return boot.isOver();
    }

    @Override
    public List<long[]> traffic() {
        return List.of();
    }
}
