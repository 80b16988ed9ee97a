package io.torosim.guest.spec;

/** How the Pascal compiler was told to optimise (Free Pascal, options {@code -O-} to {@code -O3}). */
public enum OptimisationLevel {
    /** {@code -O-}: variables live in memory. */
    NONE("-O-"),
    /** {@code -O1}: the same, with a peephole optimiser. */
    O1("-O1"),
    /** {@code -O2}: variables live in registers, callee-saved ones across calls. */
    O2("-O2"),
    /** {@code -O3}: further transformations; the author compiled it and measured nothing. */
    O3("-O3");

    private final String option;

    OptimisationLevel(String option) {
        this.option = option;
    }

    /** Returns the compiler's option. */
    public String option() {
        return option;
    }

    /**
     * Returns the level of an option.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static OptimisationLevel ofOption(String option) {
        for (OptimisationLevel level : values()) {
            if (level.option.equals(option)) {
                return level;
            }
        }
        throw new IllegalArgumentException("level must be -O-, -O1, -O2 or -O3, level=" + option);
    }
}
