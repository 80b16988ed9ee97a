package io.torosim.core.machine;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.memory.GuestMemory;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Guest memory as one vCPU of a machine with surprises sees it: a store may become visible to the others later than it was made
 * ({@code "cpu.store"}: at once, or 50 ns, 500 ns, 2 us later), in the order of the stores. Total store order, as x86 has it: only a later
 * load can come before an earlier store.
 *
 * <p>The vCPU itself sees its own stores. Everything that is held back becomes visible with a fence, an atomic operation, an access to a
 * device, which takes a store itself at once, a store of many bytes, or a load that covers part of a store only. Confined to the simulation thread.
 */
final class LateStores implements GuestMemory, EventHandler {
    private record Store(long address, int widthBytes, long value, long visiblePs) {
        boolean overlaps(long from, int bytes) {
            return address < from + bytes && from < address + widthBytes;
        }
    }

    private final Simulation simulation;
    private final Surprises surprises;
    private final GuestMemory memory;
    private final LongConsumer seen;
    private final ArrayDeque<Store> held = new ArrayDeque<>();

    /**
     * Creates it.
     *
     * @param seen hears the address of each store when it becomes visible
     */
    LateStores(Simulation simulation, GuestMemory memory, Surprises surprises, LongConsumer seen) {
        this.simulation = simulation;
        this.memory = memory;
        this.surprises = surprises;
        this.seen = seen;
    }

    private void store(long address, int widthBytes, long value) {
        long nowPs = simulation.nowPs();
        long visiblePs = nowPs + surprises.storePs();
        if (!held.isEmpty()) {
            visiblePs = Math.max(visiblePs, held.getLast().visiblePs());
        }
        Store store = new Store(address, widthBytes, value, visiblePs);
        if (visiblePs == nowPs && held.isEmpty()) {
            publish(store);
            return;
        }
        held.add(store);
        simulation.at(visiblePs, Simulation.DEFAULT_PRIORITY, this, 0, 0);
    }

    /** Some store's time has come. */
    @Override
    public void onEvent(int op, long arg) {
        while (!held.isEmpty() && held.getFirst().visiblePs() <= simulation.nowPs()) {
            publish(held.removeFirst());
        }
    }

    private void publish(Store store) {
        switch (store.widthBytes()) {
            case 1 -> memory.store8(store.address(), (int) store.value());
            case 2 -> memory.store16(store.address(), (int) store.value());
            case 4 -> memory.store32(store.address(), (int) store.value());
            default -> memory.store64(store.address(), store.value());
        }
        seen.accept(store.address());
    }

    /** Everything held back becomes visible now. */
    @Override
    public void fullFence() {
        while (!held.isEmpty()) {
            publish(held.removeFirst());
        }
    }

    /** The newest store of exactly these bytes, null if there is none; a store of some of them is made visible first. */
    private @Nullable Store own(long address, int widthBytes) {
        for (Iterator<Store> newest = held.descendingIterator(); newest.hasNext(); ) {
            Store store = newest.next();
            if (store.overlaps(address, widthBytes)) {
                if (store.address() == address && store.widthBytes() == widthBytes) {
                    return store;
                }
                fullFence();
                return null;
            }
        }
        return null;
    }

    @Override
    public long sizeBytes() {
        return memory.sizeBytes();
    }

    @Override
    public int load8(long address) {
        Store own = own(address, 1);
        return own == null ? memory.load8(address) : (int) own.value() & 0xff;
    }

    @Override
    public int load16(long address) {
        Store own = own(address, 2);
        return own == null ? memory.load16(address) : (int) own.value() & 0xffff;
    }

    @Override
    public int load32(long address) {
        Store own = own(address, 4);
        return own == null ? memory.load32(address) : (int) own.value();
    }

    @Override
    public long load64(long address) {
        Store own = own(address, 8);
        return own == null ? memory.load64(address) : own.value();
    }

    @Override
    public void store8(long address, int value) {
        store(address, 1, value);
    }

    @Override
    public void store16(long address, int value) {
        store(address, 2, value);
    }

    @Override
    public void store32(long address, int value) {
        store(address, 4, value);
    }

    @Override
    public void store64(long address, long value) {
        store(address, 8, value);
    }

    @Override
    public void copyOut(long address, byte[] target, int offset, int length) {
        fullFence();
        memory.copyOut(address, target, offset, length);
    }

    @Override
    public void copyIn(long address, byte[] source, int offset, int length) {
        fullFence();
        memory.copyIn(address, source, offset, length);
    }

    @Override
    public void fill(long address, long length, int value) {
        fullFence();
        memory.fill(address, length, value);
    }
}
