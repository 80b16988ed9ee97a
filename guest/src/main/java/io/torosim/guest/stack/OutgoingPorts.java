package io.torosim.guest.stack;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.BitSet;

/**
 * Local ports of outgoing connections (Network.pas: {@code GetFreePort}, {@code FreePort}): a bitmap that is searched for a free
 * one. As Toro gives none back, its search from the beginning never finds a port twice. Where ports are given back, the search goes
 * on behind the last one that was taken: a peer that has not heard the end of a connection would take the next one from the
 * same port for its continuation.
 */
final class OutgoingPorts {
    /** The first one; listening ports lie below (Network.pas: {@code USER_START_PORT}). */
    static final int FIRST = 10_000;

    private final boolean usedOnce;
    private final int last;
    private final BitSet used = new BitSet();
    private int from; // where the search begins
    private final Int2ObjectOpenHashMap<Service> owners = new Int2ObjectOpenHashMap<>();

    /**
     * Creates them, all free.
     *
     * @param usedOnce whether giving one back clears the wrong bit, so that it is not free again; then there is also one more,
     *     which lies behind the table of ports
     */
    OutgoingPorts(boolean usedOnce) {
        this.usedOnce = usedOnce;
        this.last = usedOnce ? TcpInput.MAX_PORTS : TcpInput.MAX_PORTS - 1;
    }

    /** Returns how many bits the next search looks at. */
    int searchLength() {
        int count = last - FIRST + 1;
        int found = find();
        return found < 0 ? count : (found - from + count) % count + 1;
    }

    private int find() {
        int behind = used.nextClearBit(from);
        int found = behind <= last - FIRST ? behind : used.nextClearBit(0);
        return found <= last - FIRST ? found : -1;
    }

    /** Takes the first free port, or returns 0 if there is none. */
    int take(Service service) {
        int found = find();
        if (found < 0) {
            return 0;
        }
        used.set(found);
        if (!usedOnce) {
            from = found == last - FIRST ? 0 : found + 1;
        }
        owners.put(FIRST + found, service);
        return FIRST + found;
    }

    void giveBack(int port) {
        owners.remove(port);
        if (!usedOnce) {
            used.clear(port - FIRST);
        }
    }

    /** Returns the service that connects from {@code port}, or null. */
    Service owner(int port) {
        return owners.get(port);
    }
}
