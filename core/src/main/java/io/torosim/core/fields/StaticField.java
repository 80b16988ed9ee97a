package io.torosim.core.fields;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A static field that counts as something that can change.
 *
 * @param words what it is and where, for a message
 * @param type what it is declared to be
 */
record StaticField(String words, Class<?> type, Kind kind) {
    private static final List<String> UNCHANGING = List.of(
            "java.util.ImmutableCollections",
            "java.util.Collections$Empty",
            "java.util.Collections$Unmodifiable",
            "java.util.Collections$Singleton",
            "java.util.Arrays$ArrayList",
            "com.google.common.collect.");

    /** How a field counts. */
    enum Kind {
        /** State of the class's own: a run with objects of the class cannot be put back. */
        STATE,
        /** Most likely state. */
        DOUBTFUL,
        /** An object of ToroSim: it is of a run, which knows it anyway. */
        OF_A_RUN
    }

    /**
     * Judges a static field; null if it does not count.
     *
     * @param initialised whether its value may be read, for which its class is initialised
     */
    static @Nullable StaticField judged(Field field, boolean initialised) {
        Kind kind = kind(field, initialised);
        return kind == null ? null : of(field, kind, "");
    }

    /** Returns a field that counts. */
    static StaticField of(Field field, Kind kind, String more) {
        String words = "static field " + field.getName() + " of "
                + field.getDeclaringClass().getName() + more;
        return new StaticField(words, field.getType(), kind);
    }

    /** Returns whether a field is a compiler's or a logger's. */
    static boolean isOfNoMatter(Field field) {
        return field.isSynthetic() || field.getName().indexOf('$') >= 0 || isLogger(field.getType());
    }

    private static @Nullable Kind kind(Field field, boolean initialised) {
        if (isOfNoMatter(field)) {
            return null;
        }
        if (Authors.isOfToroSim(field.getType().getName())) {
            return Kind.OF_A_RUN;
        }
        if (!Modifier.isFinal(field.getModifiers()) || isState(field.getType())) {
            return Kind.STATE;
        }
        if (field.getType().isPrimitive() || field.getType() == String.class) {
            return null;
        }
        Object value = initialised ? value(field, null) : null;
        if (value == null) {
            return isDoubtful(field.getType()) ? Kind.DOUBTFUL : null;
        }
        if (isState(value.getClass())) {
            return Kind.STATE;
        }
        return isDoubtful(value) ? Kind.DOUBTFUL : null;
    }

    private static boolean isState(Class<?> type) {
        return ThreadLocal.class.isAssignableFrom(type)
                || type.getPackageName().equals("java.util.concurrent.atomic")
                        && !type.getName().endsWith("Updater");
    }

    /** Returns whether a value in a final field can change in itself, objects of users' own classes aside. */
    static boolean canChange(Object value) {
        return isState(value.getClass()) || isDoubtful(value);
    }

    private static boolean isDoubtful(Object value) {
        boolean cell = value.getClass().isArray() && Array.getLength(value) == 1;
        return cell || isDoubtful(value.getClass());
    }

    /** By the class of a value, or by a field's own where that cannot be read: an interface says nothing. */
    private static boolean isDoubtful(Class<?> type) {
        if (StringBuilder.class == type
                || BitSet.class == type
                || type.getName().equals("java.util.Random")) {
            return true;
        }
        boolean holds = Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
        return holds && !type.isInterface() && UNCHANGING.stream().noneMatch(type.getName()::startsWith);
    }

    private static boolean isLogger(Class<?> type) {
        return type.getSimpleName().endsWith("Logger") || type.getSimpleName().equals("Log");
    }

    /** Returns what is in a field, null also if that cannot be seen. */
    static @Nullable Object value(Field field, @Nullable Object holder) {
        try {
            return field.trySetAccessible() ? field.get(holder) : null;
        } catch (IllegalAccessException | LinkageError e) {
            return null;
        }
    }
}
