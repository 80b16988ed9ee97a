package io.torosim.core.state;

import java.lang.reflect.Array;

/** The contents of an array. */
final class ArrayPiece implements Piece {
    private final Object array;
    private final Object copy;
    private final int length;

    private ArrayPiece(Object array, int length) {
        this.array = array;
        this.length = length;
        this.copy = Array.newInstance(array.getClass().getComponentType(), length);
        System.arraycopy(array, 0, copy, 0, length);
    }

    static void keep(ObjectWalk walk, Object array) {
        int length = Array.getLength(array);
        if (length == 0) {
            return;
        }
        walk.keep(new ArrayPiece(array, length));
        if (array instanceof Object[] objects) {
            for (Object object : objects) {
                walk.reach(object);
            }
        }
    }

    @Override
    public void restore() {
        System.arraycopy(copy, 0, array, 0, length);
    }

    @Override
    public long bytes() {
        Class<?> of = array.getClass().getComponentType();
        int each = of == long.class || of == double.class ? 8 : of == byte.class || of == boolean.class ? 1 : 4;
        return (long) length * (of == short.class || of == char.class ? 2 : each);
    }
}
