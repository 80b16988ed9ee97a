package io.torosim.core.cost;

/** Where the value of a parameter comes from. */
public enum Basis {
    /** Printed in a named publication or source text. */
    PUBLISHED,
    /** Measured, on the machine that the source column names. */
    MEASURED,
    /** Computed from published or measured values; the source column says how. */
    DERIVED,
    /** A plain decision of the experiment, such as a clock rate. */
    CHOSEN,
    /** Nobody knows; a plausible value with a wide range. */
    GUESS,
    /** Chosen within its range so that a result meets a published figure. It is no evidence for that figure. */
    FITTED
}
