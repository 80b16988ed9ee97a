package io.torosim.core.state;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The entries of a map in its order: keys that are equal but not the same are two in some. */
final class MapPiece implements Piece {
    private final Map<Object, Object> map;
    private final Optional<PastOverrides> past;
    private final List<Object> keys = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    @SuppressWarnings("unchecked")
    MapPiece(Map<?, ?> map, Optional<PastOverrides> past) {
        this.map = (Map<Object, Object>) map;
        this.past = past;
        BiConsumer<Object, Object> kept = (key, value) -> {
            keys.add(key);
            values.add(value);
        };
        if (past.isPresent()) {
            past.get().entries(kept);
        } else {
            this.map.forEach(kept);
        }
    }

    List<Object> keys() {
        return keys;
    }

    List<Object> values() {
        return values;
    }

    @Override
    public Turn turn() {
        return map instanceof EnumMap<?, ?> ? Turn.LISTS : Turn.ASKING;
    }

    @Override
    public void restore() {
        if (past.isPresent()) {
            past.get().clear();
        } else {
            map.clear();
        }
        for (int i = 0; i < keys.size(); i++) {
            if (past.isPresent()) {
                past.get().put(keys.get(i), values.get(i));
            } else {
                map.put(keys.get(i), values.get(i));
            }
        }
    }

    @Override
    public long bytes() {
        return 16 + 16L * keys.size();
    }
}
