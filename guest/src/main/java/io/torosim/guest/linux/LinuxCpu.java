package io.torosim.guest.linux;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Counter;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.VcpuState;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import it.unimi.dsi.fastutil.ints.IntArrayFIFOQueue;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;

/**
 * One CPU of the Linux guest: soft interrupts first, then the web server's worker, then background work, else idle. Idle
 * enters {@code hlt} in one step with the last look for work, as {@code sti; hlt} does, after reprogramming the tick timer.
 */
final class LinuxCpu implements Activity {
    private final LinuxCosts costs;
    private final NetworkCard card;
    private final LongArrayFIFOQueue softirq = new LongArrayFIFOQueue();
    private final IntArrayFIFOQueue requests = new IntArrayFIFOQueue();
    private long kernelWorkPs;
    private long backgroundPs;
    private long packet = -1;
    private boolean serving;
    private long servingLeftPs;
    private int repliesLeft;
    private int servedConnection;
    private boolean timerReprogrammed;
    private Runs runs = Runs.IDLE;

    private enum Runs {
        IDLE,
        WORKER,
        BACKGROUND
    }

    LinuxCpu(LinuxCosts costs, NetworkCard card) {
        this.costs = costs;
        this.card = card;
    }

    /** Adds work of a timer or tick, to be done before anything else. */
    void kernelWork(long ps) {
        kernelWorkPs += ps;
    }

    /** Adds background work. */
    void background(long ps) {
        backgroundPs += ps;
    }

    /** The network card's interrupt: its frames wait for the soft interrupt. */
    long onNetworkInterrupt(Vcpu vcpu) {
        card.readStatus();
        while (card.receivedCount() > 0) {
            softirq.enqueue(card.takeReceived());
        }
        return Activity.DONE;
    }

    @Override
    public long step(Vcpu vcpu) {
        if (packet >= 0) {
            boolean sent = handle();
            packet = -1;
            if (sent) {
                vcpu.increment(Counter.EXITS);
                return costs.kickPs;
            }
        }
        boolean idle = kernelWorkPs == 0 && softirq.isEmpty() && !serving && requests.isEmpty() && backgroundPs == 0;
        if (!idle) {
            timerReprogrammed = false;
            vcpu.enter(VcpuState.BUSY);
        }
        if (kernelWorkPs > 0) {
            long work = kernelWorkPs;
            kernelWorkPs = 0;
            return work;
        }
        if (!softirq.isEmpty()) {
            packet = softirq.dequeueLong();
            return costs.perPacketPs;
        }
        if (serving || !requests.isEmpty()) {
            return runs == Runs.WORKER ? serve(vcpu) : switchTo(Runs.WORKER, vcpu);
        }
        if (backgroundPs > 0) {
            return runs == Runs.BACKGROUND ? backgroundChunk() : switchTo(Runs.BACKGROUND, vcpu);
        }
        runs = Runs.IDLE;
        if (!timerReprogrammed) {
            timerReprogrammed = true;
            vcpu.increment(Counter.EXITS);
            return 2 * costs.timerReprogramPs; // the tick stopped now and restarted on the way out
        }
        timerReprogrammed = false;
        return HALT;
    }

    private long switchTo(Runs what, Vcpu vcpu) {
        runs = what;
        vcpu.increment(Counter.CONTEXT_SWITCHES);
        return costs.contextSwitchPs;
    }

    private long backgroundChunk() {
        long chunk = Math.min(backgroundPs, LinuxCosts.CHUNK_PS);
        backgroundPs -= chunk;
        return chunk;
    }

    private long serve(Vcpu vcpu) {
        if (!serving) {
            serving = true;
            servedConnection = requests.dequeueInt();
            servingLeftPs = costs.servePs;
            repliesLeft = 2;
        }
        if (servingLeftPs > 0) {
            long chunk = Math.min(servingLeftPs, LinuxCosts.CHUNK_PS);
            servingLeftPs -= chunk;
            return chunk;
        }
        card.transmit(Packet.of(servedConnection, repliesLeft == 2 ? Packet.Kind.RESPONSE : Packet.Kind.FIN));
        repliesLeft--;
        serving = repliesLeft > 0;
        vcpu.increment(Counter.EXITS);
        return costs.kickPs;
    }

    /** The soft interrupt's work on one received frame; returns whether it sent one. */
    private boolean handle() {
        int connection = Packet.connection(packet);
        switch (Packet.kind(packet)) {
            case SYN -> card.transmit(Packet.of(connection, Packet.Kind.SYN_ACK));
            case GET -> {
                requests.enqueue(connection);
                return false; // acknowledged together with the response
            }
            case FIN -> card.transmit(Packet.of(connection, Packet.Kind.ACK));
            default -> {
                return false;
            }
        }
        return true;
    }
}
