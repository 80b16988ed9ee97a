package io.torosim.core.state;

import it.unimi.dsi.fastutil.objects.ReferenceOpenHashSet;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * Enum constants belong to all runs of a process, as static fields do, and so cannot be put back for one of them: one that can change, by a
 * field that is not final or by an object in one that is, is refused. Those of the JDK and of Guava hold values only.
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
     * @param met what has been met already, to which all that is looked at is added
     * @throws UnsavableException if any of that can change
     */
    static void check(ReferenceOpenHashSet<Object> met, Enum<?> constant) {
        for (Field field : TO_OBJECTS.get(constant.getClass())) {
            if (!Modifier.isFinal(field.getModifiers())) {
                throw refused(constant, field, "");
            }
            try {
                if (!new ObjectWalk(met).from(field.get(constant)).isEmpty()) {
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
        for (Class<?> at = type; at != Enum.class && !JdkObjects.isClosed(at); at = at.getSuperclass()) {
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

    private static boolean isValue(Class<?> type) {
        return type.isPrimitive() || type == String.class || type == Class.class;
    }
}
