package io.torosim.core.defect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The defects that are on: a value. Equal sets are equal, whatever the order in which they were put together. */
public final class Defects {
    private static final Defects NONE = new Defects(List.of());

    /** By enum, then by its order, so that nothing hangs on how the set was made. */
    private final List<Defect> on;

    private Defects(Collection<? extends Defect> defects) {
        List<Defect> sorted = new ArrayList<>();
        for (Defect defect : defects) {
            if (!(defect instanceof Enum<?>)) {
                throw new IllegalArgumentException("a defect must be an enum constant, defect=" + defect.name());
            }
            if (!sorted.contains(defect)) {
                sorted.add(defect);
            }
        }
        sorted.sort((a, b) -> {
            int byEnum = enumOf(a).getName().compareTo(enumOf(b).getName());
            return byEnum != 0 ? byEnum : Integer.compare(((Enum<?>) a).ordinal(), ((Enum<?>) b).ordinal());
        });
        on = Collections.unmodifiableList(sorted);
    }

    private static Class<?> enumOf(Defect defect) {
        return ((Enum<?>) defect).getDeclaringClass();
    }

    /** Returns no defect: everything repaired. */
    public static Defects none() {
        return NONE;
    }

    /** Returns those of a collection. */
    public static Defects of(Collection<? extends Defect> defects) {
        Objects.requireNonNull(defects, "defects");
        return new Defects(defects);
    }

    /** Returns whether a defect is on. */
    public boolean has(Defect defect) {
        return on.contains(defect);
    }

    /** Returns these and another one. */
    public Defects with(Defect defect) {
        List<Defect> more = new ArrayList<>(on);
        more.add(defect);
        return new Defects(more);
    }

    /** Returns these without one. */
    public Defects without(Defect defect) {
        List<Defect> fewer = new ArrayList<>(on);
        fewer.remove(defect);
        return new Defects(fewer);
    }

    /** Returns these with {@code those} in place of all of one enum. */
    public <E extends Enum<E> & Defect> Defects with(Class<E> part, Set<E> those) {
        List<Defect> all = new ArrayList<>(those);
        for (Defect defect : on) {
            if (enumOf(defect) != part) {
                all.add(defect);
            }
        }
        return new Defects(all);
    }

    /** Returns those of one enum, in its order. */
    public <E extends Enum<E> & Defect> Set<E> of(Class<E> part) {
        EnumSet<E> those = EnumSet.noneOf(part);
        for (Defect defect : on) {
            if (enumOf(defect) == part) {
                those.add(part.cast(defect));
            }
        }
        return Collections.unmodifiableSet(those);
    }

    /** Returns all of them, by enum and in its order. */
    public List<Defect> all() {
        return on;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Defects defects && defects.on.equals(on);
    }

    @Override
    public int hashCode() {
        return on.size(); // an enum's own hash differs from run to run
    }

    @Override
    public String toString() {
        return on.toString();
    }

    /**
     * A known defect of the software that is simulated: on is faithful, off is repaired. Implemented by enums, one for each part of Toro; a name
     * stands in one of them only.
     */
    public interface Defect {
        /** Returns its name, as an enum constant is written; {@code --with} and {@code --without} take it with dashes and in any case. */
        String name();

        /** Returns the label under which the documents speak of it, empty if it has none; {@code --with} takes it too. */
        default String label() {
            return "";
        }

        /** Returns whether the code of a shipped guest comes to it: if not, it acts only where the part that has it is used by itself. */
        default boolean inGuests() {
            return true;
        }
    }
}
