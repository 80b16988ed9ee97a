package io.torosim.core.code;

import io.torosim.core.code.Steps.Mark;
import io.torosim.core.code.Steps.StepBody;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The marks that the lambda of a step has captured, as far as its fields can be looked at. */
final class CapturedMarks {
    private CapturedMarks() {}

    static List<Mark> of(@Nullable StepBody body) {
        List<Mark> found = new ArrayList<>();
        if (body == null) {
            return found;
        }
        for (Field field : body.getClass().getDeclaredFields()) {
            boolean holds = field.getType() == Mark.class && !Modifier.isStatic(field.getModifiers());
            if (holds && field.trySetAccessible()) {
                Mark mark = mark(field, body);
                if (mark != null) {
                    found.add(mark);
                }
            }
        }
        return found;
    }

    private static @Nullable Mark mark(Field field, StepBody body) {
        try {
            return (Mark) field.get(body);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // it was made accessible
        }
    }
}
