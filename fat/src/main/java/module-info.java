/** FAT12 and FAT16 volumes: a java.nio.file provider, host directories as disks, checks. */
@SuppressWarnings("module") // the modules that inner packages are for come later
module io.torosim.fat {
    requires transitive io.torosim.core;

    exports io.torosim.fat;
    exports io.torosim.fat.check;
    exports io.torosim.fat.host;
    exports io.torosim.fat.nio;
    exports io.torosim.fat.rule;
    exports io.torosim.fat.testkit;

    // inside the library
    exports io.torosim.fat.layout to
            io.torosim.guest;

    provides java.nio.file.spi.FileSystemProvider with
            io.torosim.fat.nio.FatFileSystemProvider;

    // for states of a run: core.state
    opens io.torosim.fat to
            io.torosim.core;
    opens io.torosim.fat.check to
            io.torosim.core;
    opens io.torosim.fat.host to
            io.torosim.core;
    opens io.torosim.fat.layout to
            io.torosim.core;
    opens io.torosim.fat.nio to
            io.torosim.core;
    opens io.torosim.fat.rule to
            io.torosim.core;
    opens io.torosim.fat.testkit to
            io.torosim.core;
    opens io.torosim.fat.volume to
            io.torosim.core;
}
