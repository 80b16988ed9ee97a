package io.torosim.core.fields;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Finds out from the fields of an object whether all that it can look at either never changes or announces its changes: final fields with values,
 * with objects that the caller knows to announce, or with records and lambdas of which the same is true. What cannot be seen, such as the
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
        if (field.getType().isPrimitive() || isValue(field.getType())) {
            return true; // also of a module that is not open
        }
        if (depth == DEEPEST || !field.trySetAccessible()) {
            return false;
        }
        try {
            Object value = field.get(holder);
            return isValue(value)
                    || announces.test(value)
                    || (value.getClass().isRecord() || value.getClass().isHidden())
                            && only(value, announces, depth + 1);
        } catch (IllegalAccessException e) {
            return false;
        }
    }

    private static boolean isValue(Object value) {
        return value == null || isValue(value.getClass());
    }

    private static boolean isValue(Class<?> type) {
        return type == String.class
                || Enum.class.isAssignableFrom(type)
                || type == Duration.class
                || type == Boolean.class
                || type.getPackageName().equals("java.lang")
                        && Number.class.isAssignableFrom(type)
                        && type != Number.class;
    }
}
