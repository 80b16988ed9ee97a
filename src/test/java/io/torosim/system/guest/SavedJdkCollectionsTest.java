package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.torosim.core.state.SavedState;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every public collection of the JDK, every view that one hands out and every one that {@link Collections} makes is put back as it was, told of, or refused by name. */
@SuppressWarnings("serial")
final class SavedJdkCollectionsTest {
    private static final class Holder {
        private final Object held;

        Holder(Object held) {
            this.held = held;
        }
    }

    /** In the order in which a walk meets them. */
    private static List<Object> contents(Object held) {
        List<Object> contents = new ArrayList<>();
        if (held instanceof Map<?, ?> map) {
            map.forEach((key, value) -> contents.add(key + "=" + value));
        } else {
            contents.addAll((Collection<?>) held);
        }
        return contents;
    }

    // ---- what there is

    private static List<Class<?>> classes(String folder) throws IOException {
        Path path = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", "java.base", folder);
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    found.add(loaded(folder.replace('/', '.') + "." + name.substring(0, name.length() - 6)));
                }
            }
        }
        found.removeIf(type -> !Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers()));
        found.removeIf(type -> !Collection.class.isAssignableFrom(type) && !Map.class.isAssignableFrom(type));
        return found;
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** One that is due some time. */
    private record Due(long at) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return at;
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(at, ((Due) other).at);
        }
    }

    private static List<?> elements(Object of) {
        String name = of.getClass().getSimpleName();
        return name.equals("DelayQueue")
                ? List.of(new Due(3), new Due(1), new Due(2))
                : of instanceof EnumMap<?, ?> || of instanceof EnumSet<?>
                        ? List.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY, DayOfWeek.SUNDAY)
                        : List.of("c", "a", "e", "b", "d");
    }

    @SuppressWarnings("unchecked")
    private static <T> T filled(T made) {
        for (Object element : elements(made)) {
            if (made instanceof Map<?, ?> map) {
                ((Map<Object, Object>) map).put(element, "of " + element);
            } else if (!made.getClass().getSimpleName().equals("SynchronousQueue")) {
                ((Collection<Object>) made).add(element);
            }
        }
        return made;
    }

    private static Object made(Class<?> type) throws ReflectiveOperationException {
        if (type == EnumMap.class) {
            return new EnumMap<DayOfWeek, String>(DayOfWeek.class);
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            if (constructor.getParameterCount() == 0) {
                return constructor.newInstance();
            }
        }
        return type.getConstructor(int.class).newInstance(64);
    }

    private static List<Object> prototypes() throws IOException, ReflectiveOperationException {
        List<Object> made = new ArrayList<>();
        for (String folder : List.of("java/util", "java/util/concurrent")) {
            for (Class<?> type : classes(folder)) {
                made.add(
                        type == ConcurrentHashMap.KeySetView.class
                                ? filled(ConcurrentHashMap.newKeySet())
                                : filled(made(type)));
            }
        }
        made.add(filled(EnumSet.noneOf(DayOfWeek.class)));
        made.add(java.util.Arrays.asList("c", "a", "b"));
        return made;
    }

    /** What a collection or map hands out. */
    private static List<Object> views(Object of) throws IllegalAccessException {
        List<Object> views = new ArrayList<>();
        Set<String> asked = new HashSet<>();
        for (Class<?> open : List.of(
                List.class,
                Deque.class,
                Queue.class,
                NavigableSet.class,
                SortedSet.class,
                NavigableMap.class,
                SortedMap.class,
                Map.class,
                Collection.class)) {
            for (Method method : open.isInstance(of) ? open.getMethods() : new Method[0]) {
                boolean view = Collection.class.isAssignableFrom(method.getReturnType())
                        || Map.class.isAssignableFrom(method.getReturnType());
                if (Modifier.isStatic(method.getModifiers()) || !view || !asked.add(method.toString())) {
                    continue;
                }
                Object[] arguments = new Object[method.getParameterCount()];
                int bounds = 0;
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> type = method.getParameterTypes()[i];
                    List<?> elements = elements(of);
                    Object bound = elements.contains("a")
                            ? bounds == 0 && arguments.length > 1 ? "b" : "d"
                            : elements.get(bounds);
                    arguments[i] =
                            type == int.class ? (Object) (bounds == 0 ? 1 : 2) : type == boolean.class ? true : bound;
                    bounds += type == boolean.class ? 0 : 1;
                }
                try {
                    views.add(method.invoke(of, arguments));
                } catch (InvocationTargetException e) {
                    assertThat(e.getCause()).isInstanceOf(RuntimeException.class); // no such part
                }
            }
        }
        return views;
    }

    /** What {@link Collections} makes of prototypes. */
    private static List<Object> factories() throws ReflectiveOperationException {
        List<Supplier<?>> prototypes = List.of(
                ArrayList::new,
                LinkedList::new,
                ArrayDeque::new,
                TreeSet::new,
                LinkedHashSet::new,
                TreeMap::new,
                LinkedHashMap::new);
        List<Object> made = new ArrayList<>();
        for (Method method : Collections.class.getMethods()) {
            boolean wanted = Modifier.isStatic(method.getModifiers())
                    && (Collection.class.isAssignableFrom(method.getReturnType())
                            || Map.class.isAssignableFrom(method.getReturnType()));
            for (Supplier<?> prototype : wanted ? prototypes : List.<Supplier<?>>of()) {
                Object[] arguments = new Object[method.getParameterCount()];
                boolean fits = true;
                boolean first = true;
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> type = method.getParameterTypes()[i];
                    Object empty = method.getName().endsWith("SetFromMap") ? prototype.get() : filled(prototype.get());
                    arguments[i] = type == Class.class
                            ? String.class
                            : type == int.class ? (Object) 3 : type == Object.class ? "x" : empty;
                    fits &= type.isPrimitive() || type.isInstance(arguments[i]);
                    first &= type.isPrimitive() || type == Class.class || type == Object.class;
                }
                if (fits && (!first || prototype == prototypes.get(0))) {
                    Object of = method.invoke(null, arguments);
                    made.add(method.getName().endsWith("SetFromMap") ? filled(of) : of);
                }
            }
        }
        return made;
    }

    // ---- what becomes of it

    /** Puts it back twice, from two other states; true if it was saved. */
    private static boolean isPutBack(Object held, Object of) {
        SavedState saved;
        try {
            saved = SavedState.of(new Holder(held), new Holder(of));
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageStartingWith("cannot save the state of a java.util.");
            return false;
        }
        String kind = held.getClass().getName();
        List<Object> before = contents(held);
        for (int change = 0; change < 2; change++) {
            try {
                change(held, change);
            } catch (UnsupportedOperationException e) {
                // part of it cannot be changed
            }
            assertThatCode(saved::restore).as(kind).doesNotThrowAnyException();
            if (saved.unordered().isEmpty()) {
                assertThat(contents(held)).as(kind).isEqualTo(before);
            } else {
                assertThat(contents(held)).as(kind).containsExactlyInAnyOrderElementsOf(before);
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static void change(Object held, int change) {
        if (held instanceof Map<?, ?> map) {
            Object key = map.isEmpty() ? null : map.keySet().iterator().next();
            if (change == 0 && key != null) {
                ((Map<Object, Object>) map).put(key, "changed");
                map.remove(key);
            } else {
                map.clear();
            }
        } else if (change == 0 && !((Collection<?>) held).isEmpty()) {
            Collection<Object> collection = (Collection<Object>) held;
            Object first = collection.iterator().next();
            collection.remove(first);
            collection.add(first);
        } else {
            ((Collection<?>) held).clear();
        }
    }

    @Test
    void eachOfTheJdk_andEachViewOfIt_isPutBackToldOfOrRefused() throws Exception {
        List<Object> all = prototypes();
        assertThat(all).hasSizeGreaterThan(30);
        for (Object one : all) {
            assertThat(isPutBack(one, one)).as(one.getClass().getName()).isTrue();
        }
        int views = 0;
        for (Object one :
                Stream.concat(prototypes().stream(), factories().stream()).toList()) {
            for (Object view : views(one)) {
                isPutBack(view, one);
                views++;
            }
        }
        assertThat(views).isGreaterThan(80);
        List<Object> made = factories();
        assertThat(made).hasSizeGreaterThan(40);
        for (Object one : made) {
            assertThat(isPutBack(one, one)).as(one.getClass().getName()).isTrue();
        }
    }

    /** What a wrapper is around cannot always be seen; or it never changes. */
    @Test
    void whatIsAroundASetOfEnumConstants_orAroundConstants_isPutBack() {
        Set<DayOfWeek> days = Collections.synchronizedSet(EnumSet.of(DayOfWeek.MONDAY));
        Object constants = Collections.synchronizedList(List.of(new int[1]));
        Object around = Collections.unmodifiableSet(EnumSet.of(DayOfWeek.FRIDAY));
        List<int[]> list = new ArrayList<>();
        Object view = Collections.unmodifiableList(list);
        SavedState saved = SavedState.of(new Holder(List.of(days, constants, around, view)));
        days.clear();
        days.add(DayOfWeek.FRIDAY);
        list.add(new int[2]);
        saved.restore();
        assertThat(days).containsExactly(DayOfWeek.MONDAY);
        assertThat(list).as("held by its view alone").isEmpty();
    }

    @Test
    void aStack_goesOnAsOne() {
        Queue<Integer> stack = Collections.asLifoQueue(new ArrayDeque<>());
        stack.addAll(List.of(1, 2, 3));
        Collection<Integer> around = Collections.synchronizedCollection(stack);
        SavedState saved = SavedState.of(new Holder(around));
        stack.remove();
        saved.restore();
        assertThat(stack).containsExactly(3, 2, 1);
    }

    @Test
    void keysThatAreEqualButNotTheSame_areTwo() {
        Map<String, Integer> map = new IdentityHashMap<>();
        String one = new String("key");
        map.put(one, 1);
        map.put("key", 2);
        SavedState saved = SavedState.of(new Holder(map));
        map.clear();
        saved.restore();
        assertThat(map).hasSize(2);
        assertThat(map.get(one)).isEqualTo(1);
    }

    /** A key that has been changed since has its old place again. */
    @Test
    void whatAsksItsElements_comesAfterThem() {
        PriorityQueue<int[]> queue = new PriorityQueue<>(Comparator.comparingInt((int[] a) -> a[0]));
        Map<List<Integer>, Integer> map = new LinkedHashMap<>();
        List<Integer> key = new ArrayList<>(List.of(1));
        map.put(key, 7);
        for (int i = 0; i < 5; i++) {
            queue.add(new int[] {5 - i});
        }
        SavedState saved = SavedState.of(new Holder(List.of(map, queue)));
        queue.forEach(a -> a[0] = 10 - a[0]);
        key.add(2);
        saved.restore();
        assertThat(map.get(List.of(1))).isEqualTo(7);
        for (int i = 1; i <= 5; i++) {
            assertThat(queue.remove()).containsExactly(i);
        }
    }

    // ---- users' classes that extend one

    private static final class CountingMap extends TreeMap<Integer, Integer> {
        private int puts;

        @Override
        public Integer put(Integer key, Integer value) {
            puts++;
            return super.put(key, value);
        }
    }

    private static final class CountingHashMap extends HashMap<Integer, Integer> {
        private int puts;

        @Override
        public Integer put(Integer key, Integer value) {
            puts++;
            return super.put(key, value);
        }
    }

    private static final class Latest extends LinkedHashMap<Integer, Integer> {
        private int asked;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            asked++;
            return size() > 3;
        }
    }

    private static final class Counting {
        private static class OfADeque extends ArrayDeque<Integer> {
            int adds;

            @Override
            public boolean add(Integer e) {
                adds++;
                return super.add(e);
            }

            @Override
            public void addLast(Integer e) {
                adds++;
                super.addLast(e);
            }
        }

        /** Two levels of users' classes. */
        private static final class OfADequeBelow extends OfADeque {
            @Override
            public void clear() {
                throw new UnsupportedOperationException();
            }
        }

        private static final class OfAQueue extends PriorityQueue<Integer> {
            private int adds;

            @Override
            public boolean offer(Integer e) {
                adds++;
                return super.offer(e);
            }
        }

        private static final class OfASet extends TreeSet<Integer> {
            private int adds;

            @Override
            public boolean add(Integer e) {
                adds++;
                return super.add(e);
            }
        }

        private static final class OfAList extends ArrayList<Integer> {
            private int adds;

            @Override
            public boolean add(Integer e) {
                adds++;
                return super.add(e);
            }

            @Override
            public void clear() {
                throw new UnsupportedOperationException("append only");
            }

            @Override
            public Object[] toArray() {
                return new Object[0];
            }
        }

        private static final class OfAVector extends Vector<Integer> {
            private int adds;

            @Override
            public synchronized boolean add(Integer e) {
                adds++;
                return super.add(e);
            }
        }
    }

    private static String seen(Object of) {
        try {
            StringBuilder words = new StringBuilder(of.toString());
            for (Class<?> type = of.getClass(); !type.getName().startsWith("java."); type = type.getSuperclass()) {
                for (java.lang.reflect.Field field : type.getDeclaredFields()) {
                    field.setAccessible(true);
                    words.append(' ').append(field.get(of));
                }
            }
            return words.toString();
        } catch (IllegalAccessException e) {
            return fail(e);
        }
    }

    @Test
    void whatAUsersClassOverrides_isNotDoneAgain() {
        List<Map<Integer, Integer>> maps = List.of(new CountingMap(), new CountingHashMap(), new Latest());
        List<Collection<Integer>> collections = List.of(
                new Counting.OfADeque(),
                new Counting.OfADequeBelow(),
                new Counting.OfAQueue(),
                new Counting.OfASet(),
                new Counting.OfAList());
        maps.forEach(map -> List.of(5, 3, 4, 1).forEach(i -> map.put(i, i)));
        collections.forEach(collection -> List.of(5, 3, 4, 1).forEach(collection::add));
        for (Map<Integer, Integer> map : maps) {
            isPutBack(map, () -> map.put(9, 9));
        }
        for (Collection<Integer> collection : collections) {
            isPutBack(collection, () -> collection.add(9));
        }
    }

    private static void isPutBack(Object of, Runnable change) {
        String before = seen(of);
        SavedState saved = SavedState.of(new Holder(of));
        for (int i = 0; i < 2; i++) {
            change.run();
            assertThat(seen(of)).isNotEqualTo(before);
            saved.restore();
            assertThat(seen(of)).isEqualTo(before);
        }
    }

    private static final class OwnBits extends BitSet {
        @Override
        public void clear() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whereThatCannotBe_itIsRefused() {
        assertThatThrownBy(() -> SavedState.of(new Holder(new Counting.OfAVector())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cannot save the state of a " + Counting.OfAVector.class.getName()
                        + ": it overrides add of java.util.Vector, which putting back would call: keep one in a field instead of extending it;"
                        + " it is in field held of " + Holder.class.getName());
        assertThatThrownBy(() -> SavedState.of(new Holder(new OwnBits())))
                .hasMessageContaining("it overrides clear of java.util.BitSet");
    }

    // ---- what cannot be put back

    @Test
    void referencesAndThreadLocals_areRefused() {
        for (Object reference : List.of(new WeakReference<>("x"), new SoftReference<>("x"))) {
            assertThatThrownBy(() -> SavedState.of(new Holder(List.of(reference))))
                    .hasMessage("cannot save the state of a "
                            + reference.getClass().getName()
                            + ": what it refers to may be cleared, which cannot be undone: hold the object itself;"
                            + " it is in field held of " + Holder.class.getName());
        }
        for (ThreadLocal<?> local : List.of(new ThreadLocal<>(), ThreadLocal.withInitial(() -> 1))) {
            assertThatThrownBy(() -> SavedState.of(new Holder(local)))
                    .hasMessageStartingWith("cannot save the state of a "
                            + local.getClass().getName() + ": what it has for each thread is not put back");
        }
    }

    @Test
    void theFieldsThatLeadToIt_areNamed() {
        Object path = Path.of("x");
        Object lambda = (Supplier<Object>) () -> path;
        assertThatThrownBy(() -> SavedState.of(new Holder(new Holder[] {new Holder(List.of(path))})))
                .hasMessageStartingWith(
                        "cannot save the state of a " + path.getClass().getName() + ": of the JDK only collections")
                .hasMessageEndingWith("; it is in field held of " + Holder.class.getName());
        assertThatThrownBy(() -> SavedState.of(new Outer(new Holder(lambda))))
                .hasMessageEndingWith(
                        "; it is in a lambda of " + SavedJdkCollectionsTest.class.getName() + ", by field held of "
                                + Holder.class.getName() + ", by field inner of " + Outer.class.getName());
    }

    private record Outer(Holder inner) {}
}
