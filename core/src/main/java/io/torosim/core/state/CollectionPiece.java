package io.torosim.core.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** The elements of a collection in its order. */
final class CollectionPiece implements Piece {
    private final Collection<Object> collection;
    private final Optional<PastOverrides> past;
    private final List<Object> elements;

    @SuppressWarnings("unchecked")
    CollectionPiece(Collection<?> collection, Optional<PastOverrides> past) {
        this.collection = (Collection<Object>) collection;
        this.past = past;
        this.elements = past.map(PastOverrides::elements).orElseGet(() -> new ArrayList<>(collection));
    }

    List<Object> elements() {
        return elements;
    }

    /** Lists ask nothing of their elements; sets and queues with an order of their own do. */
    @Override
    public Turn turn() {
        boolean plain = collection instanceof List<?>
                || collection instanceof Deque<?>
                || collection instanceof Queue<?>
                        && !collection.getClass().getName().contains("Priority");
        return plain ? Turn.LISTS : Turn.ASKING;
    }

    @Override
    public void restore() {
        if (past.isPresent()) {
            past.get().clear();
            elements.forEach(past.get()::add);
            return;
        }
        collection.clear();
        collection.addAll(elements);
    }

    @Override
    public long bytes() {
        return 16 + 8L * elements.size();
    }
}
