package io.torosim.core.fields;

import io.torosim.core.fields.StaticField.Kind;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a user's classes keep in static fields that can change. It belongs to all runs of a process: nobody announces it to polling loops, and no run can be put
 * back with it. Decided once for each class, from its declaration and, of final fields, from the kind of object in them.
 *
 * <p><b>What counts:</b> a static field that is not final; a final one with a thread local, an atomic, a collection or map that can be changed, a {@link StringBuilder},
 * {@code BitSet} or {@code Random}, or an array of one element, which is no table. <b>What does not:</b> constants, tables (longer arrays), loggers, what compilers add
 * ({@code $VALUES}, {@code $assertionsDisabled}), and whatever the classes of ToroSim, of the JDK and of the libraries that it stands on have. Objects of a
 * user's own classes in final fields count only where code comes to them ({@link Reach}).
 */
public final class StaticState {
    private static final int DEEPEST = 8;

    /** Of a class itself and its superclasses, and of those that its code is written in: of a lambda's and an inner class's. */
    private record Fields(List<StaticField> own, List<StaticField> around) {}

    private static final ClassValue<Fields> SEEN = new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
            return new Fields(List.copyOf(own(type)), List.copyOf(around(type)));
        }
    };

    private StaticState() {}

    /**
     * Returns by what a user's classes can be told from those of libraries that the user has: the first two parts of the package of a class that extends or implements
     * one of ToroSim; empty of any other class.
     */
    public static Optional<String> user(Class<?> type) {
        return Authors.isForeign(type) || !isKnown(type) ? Optional.empty() : Optional.of(prefix(type));
    }

    /** Returns the first two parts of the package of a class. */
    public static String prefix(Class<?> type) {
        String name = type.getPackageName();
        int second = name.indexOf('.', name.indexOf('.') + 1);
        return name.indexOf('.') < 0 || second < 0 ? name : name.substring(0, second);
    }

    private static boolean isKnown(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (isOfToroSim(at)) {
                return true;
            }
            for (Class<?> implemented : at.getInterfaces()) {
                if (isKnown(implemented)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the first field for which a run with objects of {@code type} cannot be put back, in words; empty if there is none. */
    public static Optional<String> unsavable(Class<?> type) {
        return SEEN.get(type).own.stream()
                .filter(counted -> counted.kind() == Kind.STATE)
                .map(StaticField::words)
                .findFirst();
    }

    /** Returns the fields that may be state of a run with objects of {@code type}, in words: those of which {@link #unsavable} says nothing, also of other classes that its code comes to. */
    public static List<String> doubtful(Class<?> type) {
        Fields fields = SEEN.get(type);
        Set<String> words = new LinkedHashSet<>();
        fields.own.stream().filter(c -> c.kind() == Kind.DOUBTFUL).forEach(c -> words.add(c.words()));
        fields.around.stream().filter(c -> c.kind() != Kind.OF_A_RUN).forEach(c -> words.add(c.words()));
        Reach.from(type).stream().filter(c -> c.kind() != Kind.OF_A_RUN).forEach(c -> words.add(c.words()));
        return List.copyOf(words);
    }

    /**
     * Returns the first field that code of {@code holder}, and of the lambdas and records that it holds in final fields, can look at, in whatever class of its author, and that
     * announces nothing, in words; of enum constants that it holds, the first that is not final or has a thread local or an atomic.
     *
     * @param silent which classes of ToroSim announce nothing
     */
    public static Optional<String> read(Object holder, Predicate<Class<?>> silent) {
        return Optional.ofNullable(read(holder, silent, 0));
    }

    /** Returns the first field that the code of a class can come to, in whatever class of its author, and that can change, in words; empty if there is none. */
    public static Optional<String> reached(Class<?> type) {
        return Reach.from(type).stream()
                .filter(counted -> counted.kind() != Kind.OF_A_RUN)
                .map(StaticField::words)
                .findFirst();
    }

    private static @Nullable String read(Object holder, Predicate<Class<?>> silent, int depth) {
        Fields fields = SEEN.get(holder.getClass());
        String found = first(fields.own, silent);
        found = found == null ? first(fields.around, silent) : found;
        found = found == null ? first(Reach.from(holder.getClass()), silent) : found;
        if (found != null || depth == DEEPEST) {
            return found;
        }
        for (Class<?> type = holder.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                found = isFollowed(field) ? readIn(StaticField.value(field, holder), silent, depth) : null;
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static boolean isFollowed(Field field) {
        return !Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && !field.getType().isPrimitive();
    }

    private static @Nullable String readIn(@Nullable Object value, Predicate<Class<?>> silent, int depth) {
        if (value instanceof Object[] array) {
            for (Object element : array) {
                String found = readIn(element, silent, depth);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        if (value == null) {
            return null;
        }
        if (value instanceof Enum<?>) {
            return unsavable(value.getClass()).orElse(null); // tables by name are in so many of them
        }
        boolean transparent = value.getClass().isRecord() || value.getClass().isHidden();
        return transparent ? read(value, silent, depth + 1) : null;
    }

    private static @Nullable String first(List<StaticField> fields, Predicate<Class<?>> silent) {
        for (StaticField counted : fields) {
            if (counted.kind() != Kind.OF_A_RUN || silent.test(counted.type())) {
                return counted.words();
            }
        }
        return null;
    }

    // ---- of one class

    private static List<StaticField> own(Class<?> type) {
        List<StaticField> counted = new ArrayList<>();
        for (Class<?> at = type; at != null && !Authors.isForeign(at); at = at.getSuperclass()) {
            if (!at.isHidden()) {
                count(at, true, counted);
            }
        }
        return counted;
    }

    /** An enclosing class may not have been initialised, so that its fields are not read. */
    private static List<StaticField> around(Class<?> type) {
        List<StaticField> counted = new ArrayList<>();
        if (Authors.isForeign(type)) {
            return counted;
        }
        Class<?> host = Authors.hostOf(type);
        if (host != null) {
            count(host, true, counted);
        }
        for (Class<?> at = enclosing(host == null ? type : host); at != null; at = enclosing(at)) {
            count(at, false, counted);
        }
        return counted;
    }

    private static @Nullable Class<?> enclosing(Class<?> type) {
        try {
            return type.isHidden() ? null : type.getEnclosingClass();
        } catch (LinkageError e) {
            return null;
        }
    }

    private static void count(Class<?> type, boolean initialised, List<StaticField> into) {
        Field[] fields;
        try {
            fields = type.getDeclaredFields();
        } catch (LinkageError e) {
            return; // a class that a field is of is not there
        }
        for (Field field : fields) {
            StaticField judged =
                    Modifier.isStatic(field.getModifiers()) ? StaticField.judged(field, initialised) : null;
            if (judged != null) {
                into.add(judged);
            }
        }
    }

    /** Returns whether a class is one of ToroSim's own. */
    public static boolean isOfToroSim(Class<?> type) {
        return Authors.isOfToroSim(type.getName());
    }
}
