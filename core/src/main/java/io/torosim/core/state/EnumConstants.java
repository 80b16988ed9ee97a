package io.torosim.core.state;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Enum constants belong to all runs of a process, as static fields do, and so cannot be put back for one of them: one that can change, by a
 * field that is not final or by an object in one that is, is refused. Of those of a module that is not open to this one, as the
 * JDK, that cannot be seen.
 */
final class EnumConstants {
    private static final String WHY = " can change and is shared by all runs, so that it cannot be put back for one:"
            + " keep it in an object of the run instead";

    /** The fields of an enum that lead to objects; none where its constants are values. */
    private static final ClassValue<List<Field>> TO_OBJECTS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return toObjects(type);
        }
    };

    private EnumConstants() {}

    /** Returns whether nothing of an enum's constants can change, which is said of the class alone. */
    static boolean areValues(Enum<?> constant) {
        return TO_OBJECTS.get(constant.getClass()).isEmpty();
    }

    /**
     * Checks what the fields of a constant lead to.
     *
     * @param changes whether anything that an object leads to can change
     * @throws UnsavableException if any of that can change
     */
    static void check(Enum<?> constant, Predicate<Object> changes) {
        for (Field field : TO_OBJECTS.get(constant.getClass())) {
            if (!Modifier.isFinal(field.getModifiers())) {
                throw refused(constant, field, "");
            }
            try {
                Object value = field.get(constant);
                if (value != null && changes.test(value)) {
                    throw refused(constant, field, "what is in ");
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError("made accessible before", e);
            }
        }
    }

    private static UnsavableException refused(Enum<?> constant, Field field, String what) {
        return new UnsavableException(
                constant.getDeclaringClass(),
                what + "field " + field.getName() + " of constant " + constant.name() + WHY);
    }

    private static List<Field> toObjects(Class<?> type) {
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
        return List.copyOf(fields);
    }

    private static boolean isOpen(Class<?> type) {
        return type.getModule().isOpen(type.getPackageName(), EnumConstants.class.getModule());
    }

    private static boolean isValue(Class<?> type) {
        return type.isPrimitive() || type == String.class || type == Class.class;
    }
}
