package io.torosim.core.defect;

/**
 * A known defect of the software that is simulated: on is faithful, off is repaired. Implemented by enums, one for each part of Toro; a name
 * stands in one of them only.
 */
public interface Defect {
    /** Returns its name, as an enum constant is written; {@code --with} and {@code --without} take it with dashes and in any case. */
    String name();

    /** Returns the label under which the documents speak of it, empty if it has none. */
    default String label() {
        return "";
    }
}
