package io.torosim.core.state;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Range;
import com.google.common.collect.RangeMap;
import com.google.common.collect.RangeSet;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap.KeySetView;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What objects of the JDK and of Guava hold, through their public methods: their fields are not ours to look at.
 *
 * <p>{@link ObjectWalk} meets the objects and asks here what stands for each: a {@link CollectionPiece}, a {@link MapPiece}, or a piece that calls a
 * setter. What a user's class overrides in between is {@link PastOverrides}' to go round.
 */
final class JdkObjects {
    private static final List<String> UNCHANGING = List.of(
            "java.util.ImmutableCollections",
            "java.util.Collections$Empty",
            "java.util.Collections$Unmodifiable",
            "java.util.Collections$Singleton",
            "java.util.Collections$CopiesList");

    /** What is not public and put back by itself; whatever else is not is handed out by another collection. */
    private static final List<String> BY_THEMSELVES = List.of(
            "java.util.Arrays$ArrayList",
            "java.util.Collections$Checked",
            "java.util.Collections$SetFromMap",
            "java.util.Collections$Synchronized",
            "java.util.RegularEnumSet",
            "java.util.JumboEnumSet",
            "java.util.TreeMap$AscendingSubMap",
            "java.util.TreeMap$DescendingSubMap",
            "java.util.concurrent.ConcurrentSkipListMap$SubMap");

    /** Classes for others to extend, which hold nothing themselves. */
    private static final List<String> EMPTY_BASES = List.of(
            "java.util.AbstractCollection",
            "java.util.AbstractList",
            "java.util.AbstractSequentialList",
            "java.util.AbstractMap",
            "java.util.AbstractQueue",
            "java.util.AbstractSet");

    private JdkObjects() {}

    static boolean isOfTheJdk(Class<?> type) {
        return type.getName().startsWith("java.")
                || type.getName().startsWith("jdk.")
                || type.getName().startsWith("sun.");
    }

    /**
     * Returns whether fields of a class may not be looked at: those of the JDK, of Guava, and of a module that is not open to this one. On the
     * class path Guava's are open, but lead into the JDK's (an entry of a range map is one of its classes).
     */
    static boolean isClosed(Class<?> type) {
        return isOfLibraries(type) || !type.getModule().isOpen(type.getPackageName(), JdkObjects.class.getModule());
    }

    private static boolean isOfLibraries(Class<?> type) {
        return isOfTheJdk(type) || type.getName().startsWith("com.google.common.");
    }

    /** Whether a class is closed because its module is. */
    static boolean isOthers(Class<?> type) {
        return isClosed(type) && !isOfLibraries(type);
    }

    /** Whether all that objects of a class have are final primitives and texts, which is seen from outside. */
    private static boolean isFixed(Class<?> type) {
        for (Class<?> at = type; at != null && !isOfTheJdk(at); at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                boolean value = field.getType().isPrimitive() || field.getType() == String.class;
                boolean fixed = value && Modifier.isFinal(field.getModifiers());
                if (!fixed && !Modifier.isStatic(field.getModifiers())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Refuses an object whose fields its module hides. */
    static void refuseClosed(Class<?> type) {
        if (isOthers(type)) {
            String module = type.getModule().getName();
            Module ours = JdkObjects.class.getModule();
            String to = ours.isNamed() ? ours.getName() : "ALL-UNNAMED";
            String opens = "opens " + type.getPackageName() + (ours.isNamed() ? " to " + to : "") + ";";
            throw new UnsavableException(
                    type,
                    "its module " + module + " does not open its package: write '" + opens
                            + "' into its module-info.java, or start java with --add-opens " + module + "/"
                            + type.getPackageName() + "=" + to);
        }
    }

    /** Values, and functions of the JDK: nothing of them ever changes. */
    static boolean isStateless(Class<?> type) {
        return Number.class.isAssignableFrom(type) && !type.getName().contains("atomic")
                || type == BigDecimal.class
                || type == BigInteger.class
                || type == Boolean.class
                || type == Character.class
                || type == Object.class
                || type == Record.class
                || type == Enum.class
                || type.isHidden() && isOfLibraries(type)
                || isOthers(type) && isFixed(type)
                || type.getName().startsWith("java.time.")
                || type.getName().startsWith("java.lang.invoke.")
                || type.getName().startsWith("java.nio.charset.")
                || type.getName().startsWith("sun.nio.cs.")
                || type.getName().startsWith("java.util.regex.")
                || type.getName().startsWith("java.util.Comparators$")
                || type.getName().startsWith("java.util.Collections$ReverseComparator")
                || type.getName().startsWith("java.util.OptionalInt")
                || type.getName().startsWith("java.util.OptionalLong")
                || type == Locale.class
                || EMPTY_BASES.contains(type.getName())
                || type.getName().equals("java.util.concurrent.atomic.Striped64$Cell");
    }

    private static boolean unchanging(Object collection) {
        if (collection instanceof ImmutableCollection<?> || collection instanceof ImmutableMap<?, ?>) {
            return true;
        }
        String name = collection.getClass().getName();
        return UNCHANGING.stream().anyMatch(name::startsWith);
    }

    /**
     * Keeps what is in a collection.
     *
     * @param above its class, or the first of the JDK above it
     */
    static void keep(ObjectWalk walk, Collection<?> collection, Class<?> above) {
        if (collection.getClass().getName().equals("java.util.Arrays$ArrayList")) {
            collection.forEach(walk::reach);
            walk.keep(new SlotsPiece((List<?>) collection));
        } else if (unchanging(collection)) {
            reachContents(walk, collection);
        } else {
            refuseView(collection);
            CollectionPiece piece = new CollectionPiece(collection, PastOverrides.of(collection, above));
            piece.elements().forEach(walk::reach);
            walk.keep(piece);
        }
    }

    /** Goes on to what is in a collection or map that does not change itself. */
    static void reachContents(ObjectWalk walk, Object object) {
        if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                walk.reach(key);
                walk.reach(value);
            });
        } else {
            ((Collection<?>) object).forEach(walk::reach);
        }
    }

    /** Those of a user's own class are not views: what their class extends is public. */
    private static void refuseView(Object collection) {
        Class<?> type = collection.getClass();
        boolean ofAMap = collection instanceof KeySetView<?, ?> keys && keys.getMappedValue() == null;
        boolean isPart = isClosed(type)
                && !Modifier.isPublic(type.getModifiers())
                && BY_THEMSELVES.stream().noneMatch(type.getName()::startsWith);
        if (ofAMap || isPart) {
            throw new UnsavableException(
                    type,
                    "it is a view of another collection or map, which goes on without it when that is put back: keep a copy"
                            + " (new ArrayList<>(view)), or ask for the view anew where it is wanted");
        }
    }

    /** The same of a map. */
    static void keep(ObjectWalk walk, Map<?, ?> map, Class<?> above) {
        if (unchanging(map)) {
            reachContents(walk, map);
            return;
        }
        refuseView(map);
        MapPiece piece = new MapPiece(map, PastOverrides.of(map, above));
        for (int i = 0; i < piece.keys().size(); i++) {
            walk.reach(piece.keys().get(i));
            walk.reach(piece.values().get(i));
        }
        walk.keep(piece);
    }

    /** Keeps an atomic, a set of bits or a text; false if it is none. */
    static boolean keepOther(ObjectWalk walk, Object object, Class<?> above) {
        if (object instanceof AtomicLong atomic) {
            long value = atomic.get();
            walk.keep(new SetterPiece(() -> atomic.set(value)));
        } else if (object instanceof AtomicInteger atomic) {
            int value = atomic.get();
            walk.keep(new SetterPiece(() -> atomic.set(value)));
        } else if (object instanceof AtomicBoolean atomic) {
            boolean value = atomic.get();
            walk.keep(new SetterPiece(() -> atomic.set(value)));
        } else if (object instanceof AtomicReference<?> atomic) {
            keepReference(walk, atomic);
        } else if (object instanceof RangeMap<?, ?> ranges) {
            keepRanges(walk, ranges);
        } else if (object instanceof RangeSet<?> ranges) {
            keepRanges(walk, ranges);
        } else if (object instanceof BitSet bits) {
            PastOverrides.of(object, above); // refuses one of a user's own class that does not do as the JDK's
            BitSet copy = (BitSet) bits.clone();
            walk.keep(new SetterPiece(() -> {
                bits.clear();
                bits.or(copy);
            }));
        } else if (object instanceof StringBuilder text) {
            String copy = text.toString();
            walk.keep(new SetterPiece(() -> text.replace(0, text.length(), copy)));
        } else {
            return false;
        }
        return true;
    }

    @SuppressWarnings("NullAway") // a reference that holds nothing holds nothing again
    private static <T> void keepReference(ObjectWalk walk, AtomicReference<T> atomic) {
        T value = atomic.get();
        walk.reach(value);
        walk.keep(new SetterPiece(() -> atomic.set(value)));
    }

    private static <K extends Comparable<?>, V> void keepRanges(ObjectWalk walk, RangeMap<K, V> ranges) {
        Map<Range<K>, V> copy = new LinkedHashMap<>(ranges.asMapOfRanges());
        copy.values().forEach(walk::reach);
        walk.keep(new SetterPiece(() -> {
            ranges.clear();
            copy.forEach(ranges::put);
        }));
    }

    private static <K extends Comparable<?>> void keepRanges(ObjectWalk walk, RangeSet<K> ranges) {
        List<Range<K>> copy = new ArrayList<>(ranges.asRanges());
        walk.keep(new SetterPiece(() -> {
            ranges.clear();
            ranges.addAll(copy);
        }));
    }

    private record SetterPiece(Runnable setter) implements Piece {
        @Override
        public void restore() {
            setter.run();
        }

        @Override
        public long bytes() {
            return 16;
        }
    }

    /** The elements of a list that has so many for ever. */
    private static final class SlotsPiece implements Piece {
        private final List<Object> list;
        private final Object[] elements;

        @SuppressWarnings("unchecked")
        SlotsPiece(List<?> list) {
            this.list = (List<Object>) list;
            this.elements = list.toArray();
        }

        @Override
        public void restore() {
            for (int i = 0; i < elements.length; i++) {
                list.set(i, elements[i]);
            }
        }

        @Override
        public long bytes() {
            return 16 + 8L * elements.length;
        }
    }
}
