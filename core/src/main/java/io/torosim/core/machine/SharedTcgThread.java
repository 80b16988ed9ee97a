package io.torosim.core.machine;

import io.torosim.core.event.Simulation;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One host thread for all vCPUs, as QEMU's single-threaded emulation has it: those that can run take turns of a kick
 * period each (QEMU accel/tcg, {@code TCG_KICK_PERIOD}); one that halts passes its turn on at once.
 */
final class SharedTcgThread implements HostThreads {
    private final Simulation simulation;
    private final long kickPs;
    private final ArrayDeque<HostThread> waiting = new ArrayDeque<>();
    private @Nullable HostThread running;
    private long kickHandle = Simulation.NO_HANDLE;

    SharedTcgThread(Simulation simulation, long kickPs) {
        this.simulation = simulation;
        this.kickPs = kickPs;
    }

    @Override
    public void runnable(HostThread vcpu) {
        if (running == null) {
            running = vcpu;
            return;
        }
        vcpu.pause();
        waiting.add(vcpu);
        if (!simulation.isPending(kickHandle)) {
            kickHandle = simulation.after(kickPs, this::kick, 0, 0);
        }
    }

    @Override
    public void blocked(HostThread vcpu) {
        if (running != vcpu) {
            throw new IllegalStateException(vcpu + " blocked without running");
        }
        running = null;
        next();
    }

    @Override
    public boolean pollsBeforeBlocking() {
        return false;
    }

    private void kick(int op, long arg) {
        if (waiting.isEmpty()) {
            return;
        }
        if (running != null) {
            running.pause();
            waiting.add(running);
        }
        next();
    }

    private void next() {
        simulation.cancel(kickHandle);
        running = waiting.poll();
        if (running != null) {
            running.unpause();
        }
        if (!waiting.isEmpty()) {
            kickHandle = simulation.after(kickPs, this::kick, 0, 0);
        }
    }
}
