package io.torosim.experiment.real.asm;

/** When a conditional jump is taken; comparisons are unsigned unless said. */
public enum Condition {
    /** Below, or carry. */
    BELOW(0x2),
    /** Above or equal, or no carry. */
    NOT_BELOW(0x3),
    /** Equal, or zero. */
    EQUAL(0x4),
    /** Not equal. */
    NOT_EQUAL(0x5),
    /** Below or equal. */
    NOT_ABOVE(0x6),
    /** Above. */
    ABOVE(0x7),
    /** Sign set. */
    NEGATIVE(0x8),
    /** Sign clear. */
    NOT_NEGATIVE(0x9);

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
