/** The published measurements of Toro as experiments: a specification in, figures beside what was published out. */
module io.torosim.experiment {
    requires transitive io.torosim.core;
    requires transitive io.torosim.guest;
    requires transitive io.torosim.mem;
    requires de.siegmar.fastcsv;

    exports io.torosim.experiment;
    exports io.torosim.experiment.boot;
    exports io.torosim.experiment.catalog;
    exports io.torosim.experiment.cpu;
    exports io.torosim.experiment.later;
    exports io.torosim.experiment.load;
    exports io.torosim.experiment.mem;
    exports io.torosim.experiment.network;
    exports io.torosim.experiment.nic;
    exports io.torosim.experiment.o2;
    exports io.torosim.experiment.power;
    exports io.torosim.experiment.spec;
    exports io.torosim.experiment.timeline;
    exports io.torosim.experiment.volume;
}
