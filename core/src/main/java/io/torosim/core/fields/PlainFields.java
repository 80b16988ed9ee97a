package io.torosim.core.fields;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One number of the plain values in an object's fields: primitives, {@link Number}s, and arrays of primitives, its own and those of lambdas, records and
 * anonymous classes that it holds, and of what the caller says. Two numbers that differ say that something has changed; equal ones do not say that nothing has. Static
 * fields and fields of modules that are not open to this one are not seen.
 */
final class PlainFields {
    private static final int DEEPEST = 4;

    /** Of each class: its fields and its superclasses', in the order in which they are mixed. A fingerprint is taken each round of a polling loop. */
    private static final ClassValue<Field[]> SEEN = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> holder) {
            return seen(holder);
        }
    };

    private PlainFields() {}

    static long of(Object holder, Predicate<Object> entered, int depth) {
        long sum = 0;
        for (Field field : SEEN.get(holder.getClass())) {
            sum = mixed(sum, value(holder, field), entered, depth);
        }
        return sum;
    }

    private static Field[] seen(Class<?> holder) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = holder;
                type != null && type != Object.class && type != Record.class;
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && field.trySetAccessible()) {
                    fields.add(field);
                }
            }
        }
        return fields.toArray(new Field[0]);
    }

    private static Object value(Object holder, Field field) {
        try {
            Object value = field.get(holder);
            return value == null ? 0 : value;
        } catch (IllegalAccessException e) {
            return 0; // it has just been made accessible
        }
    }

    private static long mixed(long sum, Object value, Predicate<Object> entered, int depth) {
        if (value instanceof Number number) {
            return 31 * sum + number.longValue() + 17 * Double.doubleToLongBits(number.doubleValue());
        }
        if (value instanceof Boolean on) {
            return 31 * sum + (on ? 1231 : 1237);
        }
        if (value instanceof Character c) {
            return 31 * sum + c;
        }
        Class<?> type = value.getClass();
        if (type.isArray() && type.getComponentType().isPrimitive()) {
            long inside = sum;
            for (int i = 0; i < Array.getLength(value); i++) {
                inside = mixed(inside, Array.get(value, i), entered, depth);
            }
            return inside;
        }
        boolean transparent = type.isHidden() || type.isRecord() || type.isAnonymousClass() || entered.test(value);
        return transparent && depth < DEEPEST ? 31 * sum + of(value, entered, depth + 1) : sum;
    }
}
