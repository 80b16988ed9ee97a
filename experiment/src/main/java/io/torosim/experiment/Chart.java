package io.torosim.experiment;

/** A chart in a section of the report, other than the curves of {@code top} and the phases of a boot. */
public sealed interface Chart permits LineChart, TornadoChart {
    /** Returns its heading, unique within its experiment. */
    String title();
}
