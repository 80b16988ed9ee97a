/** Many runs: studies as values, their designs and analysis, on the threads of this process or on a cluster. */
module io.torosim.sweep {
    requires transitive io.torosim.core;
    requires transitive io.torosim.experiment;
    requires org.apache.commons.statistics.distribution;
    requires com.google.common;
    requires de.siegmar.fastcsv;
    requires hipparchus.core;
    requires tools.jackson.core;

    exports io.torosim.sweep;
    exports io.torosim.sweep.analysis;
    exports io.torosim.sweep.model;
}
