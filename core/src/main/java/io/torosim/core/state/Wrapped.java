package io.torosim.core.state;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a collection of {@code java.util.Collections} is around. Its fields are not ours to look at, but it says what it has when it is written: nothing of that is, and what is inside
 * is put back by itself.
 */
final class Wrapped {
    private static final List<String> AROUND =
            List.of("AsLIFOQueue", "Checked", "SequencedSetFromMap", "SetFromMap", "Synchronized", "Unmodifiable");

    private Wrapped() {}

    /** Returns whether an object is around others, which have all that can change. */
    static boolean is(Object object) {
        String name = object.getClass().getName();
        return AROUND.stream().anyMatch(kind -> name.startsWith("java.util.Collections$" + kind));
    }

    /** Returns what is inside, of a list or map that never changes what it is written as; nothing if that is something that is written as another, as a set of enum constants is: it is put back through the wrapper. */
    static List<Object> inside(Object wrapper) {
        List<Object> inside = new ArrayList<>();
        try (Listener out = new Listener(inside)) {
            out.writeObject(wrapper);
        } catch (IOException e) {
            throw new UnsavableException(wrapper.getClass(), "what it is around cannot be seen: keep that itself");
        }
        return inside;
    }

    /** Returns whether what is inside is what stands for a collection that never changes, {@code List.of} and the like. */
    static boolean isFixed(Object inside) {
        return inside.getClass().getName().equals("java.util.CollSer");
    }

    /** Hears of each object before it is written, and lets none but the first be. */
    private static final class Listener extends ObjectOutputStream {
        private final List<Object> inside;
        private boolean begun;

        Listener(List<Object> inside) throws IOException {
            super(OutputStream.nullOutputStream());
            this.inside = inside;
            enableReplaceObject(true);
        }

        @Override
        @SuppressWarnings("NullAway") // nothing is written in its place
        protected Object replaceObject(Object object) {
            if (!begun) {
                begun = true;
                return object;
            }
            if (isFixed(object) || object instanceof Collection<?> || object instanceof Map<?, ?>) {
                inside.add(object);
            }
            return null;
        }
    }
}
