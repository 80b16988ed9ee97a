package io.torosim.experiment;

/** What a case came to. */
public enum Verdict {
    /** The obtained value lies inside the band. */
    PASS,
    /** It lies outside. */
    FAIL,
    /** No figure was published to compare with; the value is information. */
    INFO
}
