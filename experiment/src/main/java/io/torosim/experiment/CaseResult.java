package io.torosim.experiment;

/**
 * One figure of an experiment beside what was published.
 *
 * @param key what programs find it by within its experiment, such as {@code "toro-after.traffic-least-samples"}: lower case,
 *     stable where the words for people change
 * @param name which case, such as {@code "Toro after"}
 * @param metric what was measured, such as {@code "CPU in traffic, every sample"}
 * @param unit unit of all figures, such as {@code "%"} or {@code "ms"}
 * @param published what was published, in its own words, or {@code ""}
 * @param obtained what the simulation gave
 * @param bandLow lower end of the accepted band, or NaN where there is none
 * @param bandHigh upper end of the accepted band, or NaN where there is none
 * @param why why the band is what it is, or what the figure explains
 */
public record CaseResult(
        String key,
        String name,
        String metric,
        String unit,
        String published,
        double obtained,
        double bandLow,
        double bandHigh,
        String why) {
    /** Checks the key, and that a published figure without a band has a reason. */
    public CaseResult {
        if (Double.isNaN(bandLow) && !published.isEmpty() && why.isEmpty()) {
            throw new IllegalArgumentException("a published figure without a band needs a reason, key=" + key);
        }
        if (!key.matches("[a-z0-9.-]+")) {
            throw new IllegalArgumentException("key must consist of a-z, 0-9, '.' and '-', key=" + key);
        }
    }

    /** Returns a figure without a band. */
    public static CaseResult info(String key, String name, String metric, String unit, double obtained, String why) {
        return new CaseResult(key, name, metric, unit, "", obtained, Double.NaN, Double.NaN, why);
    }

    /** Returns this figure without a band. */
    public CaseResult unjudged() {
        return info(key, name, metric, unit, obtained, why);
    }

    /** Returns a constant as a part of a key: {@code TORO_2018} is {@code "toro-2018"}. */
    public static String part(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Returns whether the obtained value lies inside the band; what was published and has no band is not testable. */
    public Verdict verdict() {
        if (Double.isNaN(bandLow) || Double.isNaN(bandHigh)) {
            return published.isEmpty() ? Verdict.INFO : Verdict.NOT_TESTABLE;
        }
        return obtained >= bandLow && obtained <= bandHigh ? Verdict.PASS : Verdict.FAIL;
    }

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
}
