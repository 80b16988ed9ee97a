package io.torosim.experiment;

/**
 * One figure of an experiment beside what was published.
 *
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
        String name,
        String metric,
        String unit,
        String published,
        double obtained,
        double bandLow,
        double bandHigh,
        String why) {
    /** Returns a figure without a band. */
    public static CaseResult info(String name, String metric, String unit, double obtained, String why) {
        return new CaseResult(name, metric, unit, "", obtained, Double.NaN, Double.NaN, why);
    }

    /** Returns whether the obtained value lies inside the band. */
    public Verdict verdict() {
        if (Double.isNaN(bandLow) || Double.isNaN(bandHigh)) {
            return Verdict.INFO;
        }
        return obtained >= bandLow && obtained <= bandHigh ? Verdict.PASS : Verdict.FAIL;
    }
}
