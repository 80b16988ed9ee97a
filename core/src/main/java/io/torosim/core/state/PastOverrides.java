package io.torosim.core.state;

import com.google.common.collect.ImmutableMap;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a collection or map whose class is a user's that extends one of the JDK's and overrides methods of it: they are read and put back by the JDK's own methods, as {@code super.add} would call
 * them, so that nothing is counted, refused or dropped a second time. Only of bases whose methods call none of those that can be overridden; others are refused.
 */
final class PastOverrides {
    /** Of each base: the method that puts one element or entry at the end, or in its place. */
    private static final Map<String, String> BASES = ImmutableMap.<String, String>builder()
            .put("java.util.ArrayList", "add")
            .put("java.util.LinkedList", "add")
            .put("java.util.ArrayDeque", "addLast")
            .put("java.util.PriorityQueue", "offer")
            .put("java.util.HashSet", "add")
            .put("java.util.LinkedHashSet", "add")
            .put("java.util.TreeSet", "add")
            .put("java.util.HashMap", "put")
            .put("java.util.LinkedHashMap", "put")
            .put("java.util.TreeMap", "put")
            .buildOrThrow();

    /** What putting back does not call; the last by the JDK, which asks it of what was there before. */
    private static final List<String> HARMLESS =
            List.of("equals", "hashCode", "toString", "clone", "finalize", "removeEldestEntry");

    private final Object object;
    private final MethodHandle clear;
    private final MethodHandle add;
    private final MethodHandle read;

    private PastOverrides(Object object, MethodHandle clear, MethodHandle add, MethodHandle read) {
        this.object = object;
        this.clear = clear;
        this.add = add;
        this.read = read;
    }

    /**
     * Returns the way to an object's contents past what its class overrides; empty if it overrides nothing of it.
     *
     * @param above the first class of the JDK above its own, or its own
     * @throws UnsavableException if there is no such way
     */
    static Optional<PastOverrides> of(Object object, Class<?> above) {
        Class<?> below = null;
        String overridden = null;
        for (Class<?> type = object.getClass(); type != above; type = type.getSuperclass()) {
            below = type;
            overridden = overridden == null ? overridden(type, above) : overridden;
        }
        if (below == null || overridden == null) {
            return Optional.empty();
        }
        String add = BASES.get(above.getName());
        try {
            if (add == null) {
                throw new NoSuchMethodException(overridden);
            }
            PastOverrides.class.getModule().addReads(below.getModule());
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(below, MethodHandles.lookup());
            boolean map = Map.class.isAssignableFrom(above);
            boolean set = above.getName().endsWith("Set");
            return Optional.of(new PastOverrides(
                    object,
                    handle(lookup, above, "clear"),
                    map
                            ? handle(lookup, above, add, Object.class, Object.class)
                            : handle(lookup, above, add, Object.class),
                    map
                            ? handle(lookup, above, "forEach", BiConsumer.class)
                            : handle(lookup, above, set ? "iterator" : "toArray")));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new UnsavableException(
                    object.getClass(),
                    "it overrides " + overridden + " of " + above.getName()
                            + ", which putting back would call: keep one in a field instead of extending it");
        }
    }

    private static MethodHandle handle(MethodHandles.Lookup lookup, Class<?> above, String name, Class<?>... parameters)
            throws NoSuchMethodException, IllegalAccessException {
        Class<?> returned = above.getMethod(name, parameters).getReturnType();
        MethodHandle handle =
                lookup.findSpecial(above, name, MethodType.methodType(returned, parameters), lookup.lookupClass());
        return handle.asType(handle.type().generic());
    }

    private static @Nullable String overridden(Class<?> type, Class<?> above) {
        for (Method method : type.getDeclaredMethods()) {
            boolean counts = !Modifier.isStatic(method.getModifiers())
                    && !Modifier.isPrivate(method.getModifiers())
                    && !HARMLESS.contains(method.getName());
            if (counts && isIn(above, method)) {
                return method.getName();
            }
        }
        return null;
    }

    private static boolean isIn(Class<?> above, Method method) {
        for (Class<?> type = above; type != null; type = type.getSuperclass()) {
            for (Method other : type.getDeclaredMethods()) {
                if (other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes())
                        && (other.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE | Modifier.ABSTRACT)) == 0) {
                    return true;
                }
            }
        }
        return Collection.class.isAssignableFrom(above)
                && Arrays.stream(Collection.class.getMethods()).anyMatch(m -> m.isDefault() && isLike(m, method));
    }

    private static boolean isLike(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    List<Object> elements() {
        Object read = called(this.read, object);
        if (read instanceof Object[] array) {
            return new ArrayList<>(Arrays.asList(array));
        }
        List<Object> elements = new ArrayList<>();
        ((Iterator<?>) read).forEachRemaining(elements::add);
        return elements;
    }

    /** Gives all entries of a map. */
    void entries(BiConsumer<Object, Object> to) {
        called(read, object, to);
    }

    void clear() {
        called(clear, object);
    }

    void add(Object element) {
        called(add, object, element);
    }

    void put(Object key, Object value) {
        called(add, object, key, value);
    }

    private static Object called(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // none of them throws a checked exception
        }
    }
}
