package io.torosim.sched;

import io.torosim.core.code.CodeRun;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the routines that a program asks for its actions: those in its own fields, and in the fields of lambdas, records and programs in these. */
final class HeldRuns {
    private static final int DEEPEST = 4;

    /** Of a class, those that can hold an object and can be looked at. */
    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
                for (Field field : at.getDeclaredFields()) {
                    boolean holds = !Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive();
                    if (holds && field.trySetAccessible()) {
                        fields.add(field);
                    }
                }
            }
            return List.copyOf(fields);
        }
    };

    private HeldRuns() {}

    static List<CodeRun> of(GuestProgram program) {
        List<CodeRun> found = new ArrayList<>();
        if (program instanceof ScriptedProgram script) {
            script.steps().forEach(step -> find(step, 0, found));
        } else {
            find(program, 0, found);
        }
        return found;
    }

    private static void find(Object holder, int depth, List<CodeRun> found) {
        for (Field field : FIELDS.get(holder.getClass())) {
            Object value = valueOf(field, holder);
            if (value instanceof CodeRun run) {
                found.add(run);
            } else if (value != null && depth < DEEPEST && isLookedInto(value)) {
                find(value, depth + 1, found);
            }
        }
    }

    private static boolean isLookedInto(Object value) {
        return value instanceof GuestProgram
                || value.getClass().isRecord()
                || value.getClass().isHidden();
    }

    private static @Nullable Object valueOf(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // it was made accessible
        }
    }
}
