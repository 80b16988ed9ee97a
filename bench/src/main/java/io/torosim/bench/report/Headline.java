package io.torosim.bench.report;

/**
 * What a page says it shows.
 *
 * @param title behind the name of the project in the window's title
 * @param lead the sentence below the name of the project
 * @param summary heading of the figures that have others beside them
 * @param beside what those others are, a column of every table
 * @param own what ours are
 * @param pure whether the same call gives the page again; not where something real was measured
 */
public record Headline(String title, String lead, String summary, String beside, String own, boolean pure) {
    /** Experiments for which something was published. */
    static final Headline REPRODUCTION = new Headline(
            "published and obtained",
            "Published measurements of the Toro unikernel, reproduced on a simulated machine.",
            "Published and obtained",
            "published",
            "obtained",
            true);

    /** Experiments for which nothing was. */
    static final Headline SIMULATION = REPRODUCTION.of("simulated", "The Toro unikernel on a simulated machine.");

    /** Predictions beside what a real machine did. */
    public static Headline prediction(String title, String lead) {
        return new Headline(title, lead, "Measured and predicted", "measured", "predicted", false);
    }

    /** Figures of our own, with nothing beside them. */
    public static Headline figures(String title, String lead) {
        return REPRODUCTION.of(title, lead);
    }

    private Headline of(String otherTitle, String otherLead) {
        return new Headline(otherTitle, otherLead, summary, beside, own, pure);
    }
}
