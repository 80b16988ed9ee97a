package io.torosim.core.memory;

import io.torosim.core.choice.Choices;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A memory shared by several observers (vCPUs, devices), each with a store buffer of its own: the model in which missing
 * barriers show. {@link #observer()} gives each its view of it.
 *
 * <p>When a store becomes visible to the others is asked of {@link Choices}: at the store itself
 * ({@code "memory.store"}: 0 = at once, with everything before it; 1 = later) and, for every observer that holds
 * something back, before each access of anybody ({@code "memory.drain"}: 0 = all of it now). With {@link Choices#fixed()}
 * it is plain RAM. A search over interleavings decides these points itself.
 *
 * <p>A load gives, byte by byte, this observer's own latest store to that byte, visible or not (forwarding); else, under
 * {@link StoreOrder#WEAK}, possibly an old value that it has not been told to forget; else memory.
 *
 * <ul>
 *   <li>{@link GuestMemory#fullFence()}: all own stores become visible and all old values are forgotten before anything later.
 *   <li>{@link GuestMemory#storeRelease16}: becomes visible after every earlier store of this observer; later stores may overtake it
 *       under WEAK. It waits for nothing. Under TSO every store is a release.
 *   <li>{@link GuestMemory#loadAcquire16}: the value may be an old one, but the loads after it see at least all that was visible when
 *       the value was stored. Modelled by forgetting all old values just after it. Under TSO every load is an acquire.
 *   <li>Neither orders an earlier store before a later load; only the full fence does.
 * </ul>
 *
 * <p>A scalar store is visible all at once, aligned or not; a bulk store piece by piece, in pieces of up to 64 bytes that
 * do not cross a multiple of 64. Stores are checked against the memory's bounds at once.
 *
 * <p>Confined to the simulation thread. Cost: O(held stores) per access; meant for tests, not for speed.
 */
public final class StoreBuffers {
    private final GuestMemory memory;
    private final StoreOrder order;
    private final Choices choices;
    private final int capacity;
    private final List<StoreBufferMemory> observers = new ArrayList<>();

    /**
     * Creates the buffers before {@code memory}.
     *
     * @param memory what all observers see in the end; nobody else may write to it meanwhile
     * @param order what may be reordered
     * @param capacity how many stores one observer can hold back, in {@code [1, 1024]}; the oldest leaves when a further
     *     one comes (a Skylake core has 56)
     * @param choices decides
     */
    public StoreBuffers(GuestMemory memory, StoreOrder order, int capacity, Choices choices) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(choices, "choices");
        if (capacity < 1 || capacity > 1024) {
            throw new IllegalArgumentException("capacity must be in [1, 1024], capacity=" + capacity);
        }
        this.memory = memory;
        this.order = order;
        this.capacity = capacity;
        this.choices = choices;
    }

    /** Returns the view of one more observer. */
    public GuestMemory observer() {
        return view();
    }

    StoreBufferMemory view() {
        StoreBufferMemory observer = new StoreBufferMemory(this);
        observers.add(observer);
        return observer;
    }

    /** Makes every store visible to everybody, as if each observer had executed a fence. */
    public void drainAll() {
        for (StoreBufferMemory observer : observers) {
            observer.fullFence();
        }
    }

    GuestMemory memory() {
        return memory;
    }

    StoreOrder order() {
        return order;
    }

    int capacity() {
        return capacity;
    }

    boolean holdsBack() {
        return choose("memory.store", 2) == 1;
    }

    int choose(String point, int alternatives) {
        int chosen = choices.choose(point, alternatives);
        if (chosen < 0 || chosen >= alternatives) {
            throw new IllegalArgumentException(
                    "choice at " + point + " must be in [0, " + alternatives + "), choice=" + chosen);
        }
        return chosen;
    }

    /** The moment before an access: whatever is held back may become visible. */
    void letDrain() {
        for (StoreBufferMemory observer : observers) {
            observer.drainSome();
            observer.refreshSome();
        }
    }

    /** Puts a store into memory; the other observers may keep their old value if the order is weak. */
    void publish(StoreBufferMemory writer, long address, byte[] bytes) {
        if (order == StoreOrder.WEAK) {
            byte[] old = new byte[bytes.length];
            memory.copyOut(address, old, 0, old.length);
            for (StoreBufferMemory observer : observers) {
                if (observer != writer) {
                    observer.keepOld(address, old);
                }
            }
        }
        memory.copyIn(address, bytes, 0, bytes.length);
    }

    /** Which reorderings the views allow. */
    public enum StoreOrder {
        /**
         * Total store order, as x86 (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen, "x86-TSO", CACM 53(7), 2010; Intel SDM
         * volume 3, "Memory Ordering"): each observer's stores become visible in program order, but late; loads are done in
         * program order and see memory as it is. Only a store followed by a load can change places.
         */
        TSO,
        /**
         * Weaker: stores of one observer to different places may become visible in any order, and an observer may go on
         * reading the old value of a place after another's store to it has become visible (store buffers and invalidation
         * queues: McKenney, "Memory Barriers: a Hardware View for Software Hackers", 2010). Stores to one place keep their
         * order and nobody sees a place go back in time. Control and data dependencies order nothing.
         */
        WEAK
    }
}
