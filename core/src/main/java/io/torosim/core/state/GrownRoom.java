package io.torosim.core.state;

import io.torosim.core.fields.StaticState;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Collections by hash code keep the room that they have grown to, which nothing but their own code can take from them again, and their order is one of that room: put back, they have what they
 * had, maybe in another order. ToroSim's own are never gone over in their order; of others nobody knows, so that they are told of.
 */
final class GrownRoom {
    /** What is around another map or set, which cannot be seen. */
    private static final List<String> MAY_HOLD_ONE = List.of(
            "java.util.Collections$SetFromMap",
            "java.util.Collections$SynchronizedMap",
            "java.util.Collections$SynchronizedSet",
            "java.util.Collections$CheckedMap",
            "java.util.Collections$CheckedSet");

    /** By the class that holds one: the first one's words. */
    private final Map<String, String> places = new LinkedHashMap<>();

    /**
     * There is an object of the JDK.
     *
     * @param place the field that leads to it, straight or by other collections; null if none does
     */
    void met(Object object, @Nullable Field place) {
        if (isHashed(object) && (place == null || !StaticState.isOfToroSim(place.getDeclaringClass()))) {
            String kind = object.getClass().getSimpleName();
            String instead = object instanceof Map<?, ?> ? "LinkedHashMap or TreeMap" : "LinkedHashSet or TreeSet";
            places.putIfAbsent(
                    holder(place), "the " + kind + " in " + words(place) + " (" + instead + " keep their order)");
        }
    }

    /** Returns where they are, in words, one for each class that holds some. */
    List<String> places() {
        return new ArrayList<>(places.values());
    }

    private static String holder(@Nullable Field place) {
        return place == null ? "" : place.getDeclaringClass().getName();
    }

    /** Returns where a field is, in words. */
    static String words(@Nullable Field place) {
        if (place == null) {
            return "what was given to be saved";
        }
        String holder = holder(place);
        int lambda = holder.indexOf("$$Lambda");
        return lambda < 0 ? "field " + place.getName() + " of " + holder : "a lambda of " + holder.substring(0, lambda);
    }

    private static boolean isHashed(Object object) {
        return object instanceof HashMap<?, ?> && !(object instanceof LinkedHashMap<?, ?>)
                || object instanceof HashSet<?> && !(object instanceof LinkedHashSet<?>)
                || object instanceof ConcurrentHashMap<?, ?>
                || object instanceof ConcurrentHashMap.KeySetView<?, ?>
                || object instanceof Hashtable<?, ?>
                || object instanceof WeakHashMap<?, ?>
                || object.getClass().getName().equals("java.util.IdentityHashMap") // by its name: none of ours has one
                || MAY_HOLD_ONE.contains(object.getClass().getName());
    }
}
