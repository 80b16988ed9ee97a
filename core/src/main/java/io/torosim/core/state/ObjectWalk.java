package io.torosim.core.state;

import io.torosim.core.cost.CostModel;
import io.torosim.core.fields.DeclaredFields.EnumFields;
import it.unimi.dsi.fastutil.objects.ReferenceOpenHashSet;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes over all objects that can be reached, breadth first, and keeps what each held. Objects of the JDK are known by kind: values that never
 * change, collections and maps (kept by their contents), atomics; everything else of it is refused. So are objects of other
 * modules that do not let core look at their fields, enum constants that can change, and objects of a user's class with state in static fields.
 */
final class ObjectWalk {
    private final ReferenceOpenHashSet<Object> met;
    private final ArrayDeque<Visit> toVisit = new ArrayDeque<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final StaticsOfUsers statics = new StaticsOfUsers();
    private final GrownRoom room = new GrownRoom();
    /** What leads to the present object: of what is in a collection or an array, what leads to that. */
    private @Nullable Field place;

    /** An object, and the field that leads to it. */
    private record Visit(Object object, @Nullable Field place) {}

    ObjectWalk() {
        this(new ReferenceOpenHashSet<>());
    }

    /** A walk of its own that does not go again to what has been met. */
    ObjectWalk(ReferenceOpenHashSet<Object> met) {
        this.met = met;
    }

    List<Piece> from(Object... roots) {
        for (Object root : roots) {
            reach(root);
        }
        while (!toVisit.isEmpty()) {
            Visit next = toVisit.remove();
            place = next.place;
            visit(next.object);
        }
        return pieces;
    }

    /** Returns static fields that may be state of what was met, in words; throws {@link UnsavableException} if one is. */
    List<String> statics() {
        return statics.check();
    }

    /** Returns the collections of users' objects whose order may be another when they are put back, in words. */
    List<String> unordered() {
        return room.places();
    }

    /** A field leads to an object. */
    void reach(@Nullable Object object, Field field) {
        place = field;
        reach(object);
    }

    void reach(@Nullable Object object) {
        if (object instanceof Enum<?> constant) {
            statics.met(constant);
        }
        if (object != null && !isValue(object) && met.add(object)) {
            toVisit.add(new Visit(object, place));
        }
    }

    void keep(Piece piece) {
        pieces.add(piece);
    }

    private static boolean isValue(Object object) {
        return object instanceof String
                || object instanceof Enum<?> constant && EnumFields.areValues(constant)
                || object instanceof Class<?>
                || object instanceof ThreadLocal<?>
                || object instanceof Throwable
                || object instanceof CostModel;
    }

    private void visit(Object object) {
        Class<?> type = object.getClass();
        if (object instanceof Enum<?> constant) {
            EnumConstants.check(
                    constant, held -> !new ObjectWalk(met).from(held).isEmpty());
        } else if (type.isArray()) {
            ArrayPiece.keep(this, object);
        } else if (!JdkObjects.isClosed(type)) {
            statics.met(type);
            Field came = place;
            Class<?> above = FieldPiece.keep(this, object, type);
            if (above != Object.class && above != null && !JdkObjects.isStateless(above)) {
                place = came;
                jdk(object, above); // a class of ours that extends one of the JDK's
            }
        } else if (!JdkObjects.isStateless(type)) {
            jdk(object, type);
        }
    }

    private void jdk(Object object, Class<?> type) {
        room.met(object, place);
        if (object instanceof Collection<?> collection) {
            collection.forEach(this::reach);
            JdkObjects.keep(this, collection);
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                reach(key);
                reach(value);
            });
            JdkObjects.keep(this, map);
        } else if (object instanceof Optional<?> optional) {
            optional.ifPresent(this::reach);
        } else if (!JdkObjects.keepOther(this, object) && !(object instanceof Reference<?>)) {
            throw new UnsavableException(
                    type,
                    "of the JDK only collections, strings, numbers and times can be put back, not what lives outside (threads, streams, files)"
                            + " nor its other objects");
        }
    }
}
