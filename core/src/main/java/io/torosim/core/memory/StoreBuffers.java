package io.torosim.core.memory;

import io.torosim.core.choice.Choices;
import java.util.ArrayList;
import java.util.List;

/**
 * A memory shared by several observers (vCPUs, devices), each with a store buffer of its own: the model in which missing
 * barriers show. {@link #observer()} gives one {@link StoreBufferMemory} per observer.
 *
 * <p>When a store becomes visible to the others is asked of {@link Choices}: at the store itself
 * ({@code "memory.store"}: 0 = at once, with everything before it; 1 = later) and, for every observer that holds
 * something back, before each access of anybody ({@code "memory.drain"}: 0 = all of it now). With {@link Choices#fixed()}
 * it is plain RAM. A search over interleavings decides these points itself.
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
        if (capacity < 1 || capacity > 1024) {
            throw new IllegalArgumentException("capacity must be in [1, 1024], capacity=" + capacity);
        }
        this.memory = memory;
        this.order = order;
        this.capacity = capacity;
        this.choices = choices;
    }

    /** Returns the view of one more observer. */
    public StoreBufferMemory observer() {
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
}
