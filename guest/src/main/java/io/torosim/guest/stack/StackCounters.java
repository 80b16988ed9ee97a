package io.torosim.guest.stack;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a stack has done, counted. Confined to the simulation thread. */
public final class StackCounters {
    long framesIn;
    long framesOut;
    long packetsAllocated;
    long packetsFreed;
    long packetsLeaked;
    long connections;
    long freed;
    long refused;
    long renewals;
    long segmentsSent;
    long retransmissions;
    long echoesAnswered;
    long arpFailures;
    long foreignReads;
    long bytesBeyondBuffer;
    long usesAfterFree;
    long connects;
    long portsMissing;
    long buffersLeaked;
    long withoutMemory;
    long framesWithoutMemory;
    long bytesCopied;

    StackCounters() {}

    /** Returns frames received, those answered in the interrupt included. */
    public long framesIn() {
        return framesIn;
    }

    /** Returns frames given to the card. */
    public long framesOut() {
        return framesOut;
    }

    /** Returns packets that nobody will ever free. */
    public long packetsLeaked() {
        return packetsLeaked;
    }

    /** Returns packets that are neither freed nor leaked: those that wait or are in flight. */
    public long packetsLive() {
        return packetsAllocated - packetsFreed - packetsLeaked;
    }

    /** Returns connections opened, by either side, those that came to nothing included. */
    public long connections() {
        return connections;
    }

    /** Returns connections freed. */
    public long freed() {
        return freed;
    }

    /** Returns connections refused because the backlog was full. */
    public long refused() {
        return refused;
    }

    /** Returns data segments sent, repetitions included. */
    public long segmentsSent() {
        return segmentsSent;
    }

    /** Returns data segments sent again. */
    public long retransmissions() {
        return retransmissions;
    }

    /** Returns how often the port table was read beyond its end. */
    public long foreignReads() {
        return foreignReads;
    }

    /** Returns bytes written behind a receive buffer. */
    public long bytesBeyondBuffer() {
        return bytesBeyondBuffer;
    }

    /** Returns how often a socket was used after it was freed. */
    public long usesAfterFree() {
        return usesAfterFree;
    }

    /** Returns connections that this side began to open. */
    public long connects() {
        return connects;
    }

    /** Returns how often no local port was free for an outgoing connection. */
    public long portsMissing() {
        return portsMissing;
    }

    /** Returns receive buffers that nobody will ever free. */
    public long buffersLeaked() {
        return buffersLeaked;
    }

    /** Returns how often a packet or a connection found no memory. */
    public long withoutMemory() {
        return withoutMemory;
    }

    /** Returns frames that the driver received and dropped because there was no memory for a packet. */
    public long framesWithoutMemory() {
        return framesWithoutMemory;
    }

    /** Returns bytes of frames that the driver has copied, received and sent ones. */
    public long bytesCopied() {
        return bytesCopied;
    }

    /** Returns all of them by name, in a fixed order. */
    public Map<String, Long> all() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("frames in", framesIn);
        all.put("frames out", framesOut);
        all.put("connections opened", connections);
        all.put("connections freed", freed);
        all.put("connections refused, backlog full", refused);
        all.put("half-open connections renewed", renewals);
        all.put("data segments sent", segmentsSent);
        all.put("data segments sent again", retransmissions);
        all.put("echo requests answered", echoesAnswered);
        all.put("addresses not resolved", arpFailures);
        all.put("packets leaked", packetsLeaked);
        all.put("reads beyond the port table", foreignReads);
        all.put("bytes written behind receive buffers", bytesBeyondBuffer);
        all.put("sockets used after free", usesAfterFree);
        all.put("outgoing connections begun", connects);
        all.put("outgoing connections without a port", portsMissing);
        all.put("receive buffers leaked", buffersLeaked);
        all.put("requests for memory in vain", withoutMemory);
        all.put("frames received without memory", framesWithoutMemory);
        all.put("bytes copied by the card's driver", bytesCopied);
        return all;
    }
}
