package io.torosim.guest.linux;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import org.jspecify.annotations.Nullable;

/**
 * The timer of each connection: when it expires vCPU 0 is interrupted, whose soft interrupt takes the connections one by one, in the order of their
 * timers. What happens to one meanwhile may stop it.
 */
final class ConnectionTimers implements EventHandler {
    /** tcp_fin_timeout; as long a confirmed connection waits for its first data. */
    static final long SILENCE_PS = 60 * Picos.PER_SECOND;

    private final Machine machine;
    private final int vector;
    private final Long2ObjectMap<ServerConnection> connections;
    private final LongArrayFIFOQueue expired = new LongArrayFIFOQueue();

    /**
     * Watches over connections.
     *
     * @param vector raised on vCPU 0; then comes {@link #next}
     * @param connections by their keys
     */
    ConnectionTimers(Machine machine, int vector, Long2ObjectMap<ServerConnection> connections) {
        this.machine = machine;
        this.vector = vector;
        this.connections = connections;
    }

    long nowPs() {
        return machine.simulation().nowPs();
    }

    /** Starts the timer of a connection, anew if it runs. */
    void start(ServerConnection c, long afterPs) {
        stop(c);
        c.timer = machine.simulation().after(afterPs, this, 0, c.key);
    }

    void stop(ServerConnection c) {
        if (runs(c)) {
            machine.simulation().cancel(c.timer);
            c.timer = Simulation.NO_HANDLE;
        }
        c.timedOut = false;
    }

    boolean runs(ServerConnection c) {
        return c.timer != Simulation.NO_HANDLE;
    }

    @Override
    public void onEvent(int op, long key) {
        ServerConnection c = connections.get(key);
        c.timer = Simulation.NO_HANDLE;
        if (c.confirmed && !c.established && !c.waited) {
            c.waited = true;
            c.timer = machine.simulation().after(SILENCE_PS, this, 0, key);
            return;
        }
        c.timedOut = true;
        expired.enqueue(key);
        machine.vcpu(0).raise(vector);
    }

    /** Returns whether a timer has expired of which {@link #next} has not told. */
    boolean pending() {
        return !expired.isEmpty();
    }

    /** Returns the next connection whose timer has expired; null if there is none. */
    @Nullable
    ServerConnection next() {
        while (!expired.isEmpty()) {
            ServerConnection c = connections.get(expired.dequeueLong());
            if (c != null && c.timedOut) {
                c.timedOut = false;
                return c;
            }
        }
        return null;
    }
}
