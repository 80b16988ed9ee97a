/** FAT16 volumes, as a java.nio.file provider and as the simulated kernel reads them. */
module io.torosim.fat {
    requires transitive io.torosim.core;

    exports io.torosim.fat.layout;
    exports io.torosim.fat.volume;
}
