package io.torosim.core.state;

import io.torosim.core.fields.DeclaredFields.EnumFields;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.function.Predicate;

/**
 * Enum constants belong to all runs of a process, as static fields do, and so cannot be put back for one of them: one that can change, by a
 * field that is not final or by an object in one that is, is refused ({@link EnumFields}).
 */
final class EnumConstants {
    private static final String WHY = " can change and is shared by all runs, so that it cannot be put back for one:"
            + " keep it in an object of the run instead";

    private EnumConstants() {}

    /**
     * Checks what the fields of a constant lead to.
     *
     * @param changes whether anything that an object leads to can change
     * @throws UnsavableException if any of that can change
     */
    static void check(Enum<?> constant, Predicate<Object> changes) {
        for (Field field : EnumFields.toObjects(constant)) {
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
}
