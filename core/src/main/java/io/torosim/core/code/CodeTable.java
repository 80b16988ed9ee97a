package io.torosim.core.code;

import it.unimi.dsi.fastutil.objects.Reference2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for routines, in the order in which they are first met, so that frames can be written as words. Two tables may number differently.
 *
 * @param <T> the routines: {@code GuestCode}, which knows nothing of tables
 */
public final class CodeTable<T> {
    private final Reference2IntOpenHashMap<T> numbers = new Reference2IntOpenHashMap<>();
    private final List<T> codes = new ArrayList<>();

    /** Creates an empty table. */
    public CodeTable() {
        numbers.defaultReturnValue(-1);
    }

    /** Returns the number of a routine, from 0; a new one if it was never met. */
    public int numberOf(T code) {
        int known = numbers.getInt(code);
        if (known >= 0) {
            return known;
        }
        numbers.put(code, codes.size());
        codes.add(code);
        return codes.size() - 1;
    }

    /** Returns the routine of a number that {@link #numberOf} gave. */
    public T code(int number) {
        return codes.get(number);
    }
}
