package io.torosim.experiment;

/** What a case came to. */
public enum Verdict {
    /** The obtained value lies inside the band. */
    PASS,
    /** It lies outside. */
    FAIL,
    /** No figure was published to compare with; the value is information. */
    INFO,
    /** A figure was published, and cannot be compared with: {@link CaseResult#why} says the reason. */
    NOT_TESTABLE;

    /** Returns whether it is a judgement. */
    public boolean isJudged() {
        return this == PASS || this == FAIL;
    }

    /** Returns what tables show; nothing of information. */
    public String shown() {
        return switch (this) {
            case INFO -> "";
            case NOT_TESTABLE -> "not testable";
            default -> name();
        };
    }
}
