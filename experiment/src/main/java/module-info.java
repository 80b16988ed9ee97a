/** The published measurements of Toro as experiments: a specification in, figures beside what was published out. */
@SuppressWarnings("module") // the modules that inner packages are for come later
module io.torosim.experiment {
    requires transitive io.torosim.core;
    requires transitive io.torosim.guest;
    requires transitive io.torosim.mem;
    requires de.siegmar.fastcsv;

    exports io.torosim.experiment.catalog;
    exports io.torosim.experiment.spec;
    exports io.torosim.experiment;

    // inside the library
    exports io.torosim.experiment.boot to
            io.torosim.sweep;
    exports io.torosim.experiment.cpu to
            io.torosim.sweep;
    exports io.torosim.experiment.later to
            io.torosim.sweep;
    exports io.torosim.experiment.load to
            io.torosim.sweep;
    exports io.torosim.experiment.mem to
            io.torosim.sweep;
    exports io.torosim.experiment.network to
            io.torosim.sweep;
    exports io.torosim.experiment.nic to
            io.torosim.sweep;
    exports io.torosim.experiment.o2 to
            io.torosim.sweep;
    exports io.torosim.experiment.power to
            io.torosim.sweep;
    exports io.torosim.experiment.timeline to
            io.torosim.sweep;
    exports io.torosim.experiment.volume to
            io.torosim.sweep;
}
