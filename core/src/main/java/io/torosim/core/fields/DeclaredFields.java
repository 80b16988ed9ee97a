package io.torosim.core.fields;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds out from the fields of an object whether all that it can look at either never changes or announces its changes: final fields with values,
 * with objects that the caller knows to announce, or with records, lambdas and enum constants of which the same is true. What cannot be seen, such as the
 * fields of a module that is not open to this one, counts as undeclared; static fields are not looked at.
 */
public final class DeclaredFields {
    private static final int DEEPEST = 8;

    private DeclaredFields() {}

    /**
     * Returns whether there is nothing undeclared in an object's fields.
     *
     * @param announces whether an object tells of its own changes
     */
    public static boolean only(Object holder, Predicate<Object> announces) {
        return only(holder, announces, 0);
    }

    /**
     * Returns one number of the plain values in an object's fields as they are now: primitives, numbers, arrays of primitives, its own and those of lambdas,
     * records and anonymous classes that it holds. Two that differ say that something has changed; equal ones do not say that nothing has.
     *
     * @param entered whether the fields of an object that it holds count too
     */
    public static long fingerprint(Object holder, Predicate<Object> entered) {
        return PlainFields.of(holder, entered, 0);
    }

    private static boolean only(Object holder, Predicate<Object> announces, int depth) {
        for (Class<?> type = holder.getClass();
                type != Object.class && type != Record.class;
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !isDeclared(holder, field, announces, depth)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isDeclared(Object holder, Field field, Predicate<Object> announces, int depth) {
        if (!Modifier.isFinal(field.getModifiers())) {
            return false;
        }
        Class<?> type = field.getType();
        if (type.isPrimitive() || isValue(type) || EnumFields.areValues(type)) {
            return true; // also of a module that is not open
        }
        if (depth == DEEPEST || !field.trySetAccessible()) {
            return false;
        }
        try {
            return isDeclared(field.get(holder), announces, depth);
        } catch (IllegalAccessException e) {
            return false;
        }
    }

    private static boolean isDeclared(Object value, Predicate<Object> announces, int depth) {
        if (value instanceof Enum<?> constant) {
            return EnumFields.areValues(constant)
                    || announces.test(value)
                    || changesNothing(constant, announces, depth);
        }
        return isValue(value)
                || announces.test(value)
                || (value.getClass().isRecord() || value.getClass().isHidden()) && only(value, announces, depth + 1);
    }

    /** Returns whether nothing that an enum constant holds can change. */
    static boolean isFixed(Enum<?> constant) {
        return EnumFields.areValues(constant) || changesNothing(constant, value -> false, 0);
    }

    /** An enum constant is as its fields are; a list, set or map that cannot be changed is as what is in it. */
    private static boolean changesNothing(Enum<?> constant, Predicate<Object> announces, int depth) {
        for (Field field : EnumFields.toObjects(constant)) {
            try {
                if (!Modifier.isFinal(field.getModifiers())
                        || depth == DEEPEST
                        || !isFixed(field.get(constant), announces, depth + 1)) {
                    return false;
                }
            } catch (IllegalAccessException e) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFixed(Object value, Predicate<Object> announces, int depth) {
        if (value == null || !value.getClass().getName().startsWith("java.util.ImmutableCollections$")) {
            return isDeclared(value, announces, depth);
        }
        Stream<?> elements = value instanceof Map<?, ?> map
                ? map.entrySet().stream().flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                : ((Collection<?>) value).stream();
        return elements.allMatch(element -> isDeclared(element, announces, depth));
    }

    private static boolean isValue(Object value) {
        return value == null || isValue(value.getClass());
    }

    private static boolean isValue(Class<?> type) {
        return type == String.class
                || type == Class.class
                || type == Duration.class
                || type == Boolean.class
                || type.getPackageName().equals("java.lang")
                        && Number.class.isAssignableFrom(type)
                        && type != Number.class;
    }

    /**
     * What the constants of an enum can change: all runs of a process share them. A constant is a value if its fields are final, with primitives, texts and classes in them; one with
     * other fields has to be looked into. Of those of a module that is not open to this one, as the JDK, that cannot be seen: they are taken for values.
     */
    public static final class EnumFields {
        private static final ClassValue<List<Field>> TO_OBJECTS = new ClassValue<>() {
            @Override
            protected List<Field> computeValue(Class<?> type) {
                return List.copyOf(find(type));
            }
        };

        private EnumFields() {}

        /** Returns whether nothing of a constant can change, which is said of the class alone. */
        public static boolean areValues(Enum<?> constant) {
            return toObjects(constant).isEmpty();
        }

        /** Returns whether that is so of all constants of an enum, or of none that could be seen; false of what is no enum. */
        static boolean areValues(Class<?> type) {
            boolean ofOneClass = Modifier.isFinal(type.getModifiers()) || !isOpen(type);
            return type.isEnum() && ofOneClass && TO_OBJECTS.get(type).isEmpty();
        }

        /** Returns the fields of a constant that are not final or lead to objects, accessible; none where it is a value. */
        public static List<Field> toObjects(Enum<?> constant) {
            return TO_OBJECTS.get(constant.getClass());
        }

        private static List<Field> find(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            for (Class<?> at = type; at != Enum.class && isOpen(at); at = at.getSuperclass()) {
                for (Field field : at.getDeclaredFields()) {
                    boolean fixed = Modifier.isFinal(field.getModifiers());
                    if (Modifier.isStatic(field.getModifiers()) || fixed && isValue(field.getType())) {
                        continue;
                    }
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
            return fields;
        }

        private static boolean isOpen(Class<?> type) {
            return type.getModule().isOpen(type.getPackageName(), EnumFields.class.getModule());
        }

        private static boolean isValue(Class<?> type) {
            return type.isPrimitive() || type == String.class || type == Class.class;
        }
    }
}
