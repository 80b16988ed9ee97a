package io.torosim.core.state;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Range;
import com.google.common.collect.RangeMap;
import com.google.common.collect.RangeSet;
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

/** What objects of the JDK and of Guava hold, through their public methods: their fields are not ours to look at. */
final class JdkObjects {
    private static final List<String> UNCHANGING = List.of(
            "java.util.ImmutableCollections",
            "java.util.Collections$Empty",
            "java.util.Collections$Unmodifiable",
            "java.util.Collections$Singleton",
            "java.util.RegularEnumSet");

    /** What other collections hand out, and what is put back with those; by the end of the name. */
    private static final List<String> VIEWS =
            List.of("SubList", "KeySet", "Values", "EntrySet", "KeySetView", "ValuesView", "EntrySetView");

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
        return isOfTheJdk(type)
                || type.getName().startsWith("com.google.common.")
                || !type.getModule().isOpen(type.getPackageName(), JdkObjects.class.getModule());
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
                || type.isHidden()
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
        return UNCHANGING.stream().anyMatch(name::startsWith) && !name.equals("java.util.RegularEnumSet");
    }

    static void keep(ObjectWalk walk, Collection<?> collection) {
        if (collection.getClass().getName().equals("java.util.Arrays$ArrayList")) {
            walk.keep(new SlotsPiece((List<?>) collection));
        } else if (!unchanging(collection)) {
            refuseView(collection);
            walk.keep(new CollectionPiece(collection));
        }
    }

    private static void refuseView(Collection<?> collection) {
        String name = collection.getClass().getName();
        boolean ofASet = collection instanceof KeySetView<?, ?> keys && keys.getMappedValue() != null;
        if (name.startsWith("java.util.")
                && name.indexOf('$') > 0
                && !ofASet
                && VIEWS.stream().anyMatch(name::endsWith)) {
            throw new UnsavableException(
                    collection.getClass(),
                    "it is a view of another collection or map, which goes on without it when that is put back: keep a copy"
                            + " (new ArrayList<>(view)), or ask for the view anew where it is wanted");
        }
    }

    static void keep(ObjectWalk walk, Map<?, ?> map) {
        if (!unchanging(map)) {
            walk.keep(new MapPiece(map));
        }
    }

    /** Keeps an atomic, a set of bits or a text; false if it is none. */
    static boolean keepOther(ObjectWalk walk, Object object) {
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

    /** The elements of a collection in its order. */
    private static final class CollectionPiece implements Piece {
        private final Collection<Object> collection;
        private final List<Object> elements;

        @SuppressWarnings("unchecked")
        CollectionPiece(Collection<?> collection) {
            this.collection = (Collection<Object>) collection;
            this.elements = new ArrayList<>(collection);
        }

        @Override
        public void restore() {
            collection.clear();
            collection.addAll(elements);
        }

        @Override
        public long bytes() {
            return 16 + 8L * elements.size();
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

    /** The entries of a map in its order. */
    private static final class MapPiece implements Piece {
        private final Map<Object, Object> map;
        private final Map<Object, Object> entries;

        @SuppressWarnings("unchecked")
        MapPiece(Map<?, ?> map) {
            this.map = (Map<Object, Object>) map;
            this.entries = new LinkedHashMap<>(map);
        }

        @Override
        public void restore() {
            map.clear();
            map.putAll(entries);
        }

        @Override
        public long bytes() {
            return 16 + 16L * entries.size();
        }
    }
}
