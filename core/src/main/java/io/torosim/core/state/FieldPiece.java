package io.torosim.core.state;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The fields of an object that can change; those that cannot are only followed. */
final class FieldPiece implements Piece {
    /** The fields of a class and of those above it that are not of the JDK. */
    private record Shape(Field[] changing, Field[] followed, Class<?> above) {}

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return shape(type);
        }
    };

    private final Object object;
    private final Field[] fields;
    private final Object[] values;

    private FieldPiece(Object object, Field[] fields, Object[] values) {
        this.object = object;
        this.fields = fields;
        this.values = values;
    }

    /** Keeps an object's fields; returns the first class above that is of the JDK. */
    static Class<?> keep(ObjectWalk walk, Object object, Class<?> type) {
        Shape shape = SHAPES.get(type);
        try {
            for (Field field : shape.followed) {
                walk.reach(field.get(object), field);
            }
            if (shape.changing.length > 0) {
                Object[] values = new Object[shape.changing.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = shape.changing[i].get(object);
                    if (!shape.changing[i].getType().isPrimitive()) {
                        walk.reach(values[i], shape.changing[i]);
                    }
                }
                walk.keep(new FieldPiece(object, shape.changing, values));
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError("made accessible before", e);
        }
        return shape.above;
    }

    private static Shape shape(Class<?> type) {
        List<Field> changing = new ArrayList<>();
        List<Field> followed = new ArrayList<>();
        Class<?> at = type;
        for (; at != null && !JdkObjects.isClosed(at); at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                boolean fixed = Modifier.isFinal(field.getModifiers());
                if (Modifier.isStatic(field.getModifiers())
                        || fixed && field.getType().isPrimitive()) {
                    continue;
                }
                field.setAccessible(true);
                (fixed ? followed : changing).add(field);
            }
        }
        return new Shape(changing.toArray(Field[]::new), followed.toArray(Field[]::new), at);
    }

    @Override
    public void restore() {
        try {
            for (int i = 0; i < values.length; i++) {
                fields[i].set(object, values[i]);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError("made accessible before", e);
        }
    }

    @Override
    public long bytes() {
        return 16L + 8L * values.length;
    }
}
