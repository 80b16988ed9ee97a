/** FAT12 and FAT16 volumes, as a java.nio.file provider and as the simulated kernel reads them. */
module io.torosim.fat {
    requires transitive io.torosim.core;

    exports io.torosim.fat.check;
    exports io.torosim.fat.host;
    exports io.torosim.fat.layout;
    exports io.torosim.fat.nio;
    exports io.torosim.fat.testkit;
    exports io.torosim.fat.toro;
    exports io.torosim.fat.volume;

    provides java.nio.file.spi.FileSystemProvider with
            io.torosim.fat.nio.FatFileSystemProvider;

    // for states of a run: core.state
    opens io.torosim.fat.check to
            io.torosim.core;
    opens io.torosim.fat.host to
            io.torosim.core;
    opens io.torosim.fat.layout to
            io.torosim.core;
    opens io.torosim.fat.nio to
            io.torosim.core;
    opens io.torosim.fat.testkit to
            io.torosim.core;
    opens io.torosim.fat.toro to
            io.torosim.core;
    opens io.torosim.fat.volume to
            io.torosim.core;
}
