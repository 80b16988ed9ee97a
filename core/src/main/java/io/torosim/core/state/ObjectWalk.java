package io.torosim.core.state;

import io.torosim.core.cost.CostModel;
import io.torosim.core.fields.DeclaredFields.EnumFields;
import io.torosim.core.fields.StaticState;
import io.torosim.core.state.Piece.Turn;
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
    private boolean asksUsers;
    /** The present one, null before the first. */
    private @Nullable Visit at;

    /** An object, the field that leads to it (of what is in a collection or an array, what leads to that), and from where. */
    private record Visit(Object object, @Nullable Field place, @Nullable Visit from) {}

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
            at = next;
            try {
                visit(next.object);
            } catch (UnsavableException e) {
                throw next.place == null ? e : new UnsavableException(e, path(next, next.place));
            }
        }
        return pieces;
    }

    /** Returns the fields that lead to an object, back to the first of ToroSim's own, in words. */
    private static String path(Visit visit, Field last) {
        StringBuilder words = new StringBuilder(GrownRoom.words(last));
        Field said = last;
        for (Visit from = visit.from; from != null && from.place != null; from = from.from) {
            if (isOfToroSim(said) || isOfToroSim(from.place)) {
                break;
            }
            if (!from.place.equals(said)) {
                words.append(", by ").append(GrownRoom.words(from.place));
                said = from.place;
            }
        }
        return words.toString();
    }

    private static boolean isOfToroSim(@Nullable Field place) {
        return place != null && StaticState.isOfToroSim(place.getDeclaringClass());
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
        reach(object, field, at);
    }

    /** The present object, a collection or an array, has another in it. */
    void reach(@Nullable Object object) {
        reach(object, at == null ? null : at.place, at);
    }

    private void reach(@Nullable Object object, @Nullable Field place, @Nullable Visit from) {
        if (object instanceof Enum<?> constant) {
            statics.met(constant);
        }
        if (object != null && !isValue(object) && met.add(object)) {
            toVisit.add(new Visit(object, place, from));
        }
    }

    void keep(Piece piece) {
        pieces.add(piece);
        asksUsers |= piece.turn() == Turn.ASKING && at != null && !isOfToroSim(at.place);
    }

    /** Returns whether there is a collection of users' objects that asks theirs, or a comparator, where they belong. */
    boolean asksUsers() {
        return asksUsers;
    }

    private static boolean isValue(Object object) {
        return object instanceof String
                || object instanceof Enum<?> constant && EnumFields.areValues(constant)
                || object instanceof Class<?>
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
            Class<?> above = FieldPiece.keep(this, object, type);
            if (above != Object.class && above != null && !JdkObjects.isStateless(above)) {
                jdk(object, above); // a class of ours that extends one of the JDK's
            }
        } else {
            if (JdkObjects.isOthers(type)) {
                statics.met(type); // what its module hides are its fields, not its class file
            }
            if (!JdkObjects.isStateless(type)) {
                jdk(object, type);
            }
        }
    }

    private void jdk(Object object, Class<?> type) {
        Field place = at == null ? null : at.place;
        JdkObjects.refuseClosed(type);
        room.met(object, place);
        List<Object> inside = Wrapped.is(object) ? Wrapped.inside(object) : List.of();
        if (inside.stream().anyMatch(Wrapped::isFixed)) {
            JdkObjects.reachContents(this, object);
        } else if (!inside.isEmpty()) {
            inside.forEach(this::reach);
        } else if (object instanceof Collection<?> collection) {
            JdkObjects.keep(this, collection, type);
        } else if (object instanceof Map<?, ?> map) {
            JdkObjects.keep(this, map, type);
        } else if (object instanceof Optional<?> optional) {
            optional.ifPresent(this::reach);
        } else if (object instanceof Reference<?> && !isOfToroSim(place)) {
            throw new UnsavableException(
                    object.getClass(),
                    "what it refers to may be cleared, which cannot be undone: hold the object itself");
        } else if (object instanceof ThreadLocal<?>) {
            throw new UnsavableException(
                    object.getClass(),
                    "what it has for each thread is not put back: keep the value in a field of an object of the run");
        } else if (!JdkObjects.keepOther(this, object, type) && !(object instanceof Reference<?>)) {
            throw new UnsavableException(
                    type,
                    "of the JDK only collections, strings, numbers and times can be put back, not what lives outside (threads, streams, files)"
                            + " nor its other objects");
        }
    }
}
