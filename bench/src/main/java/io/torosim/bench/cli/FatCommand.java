package io.torosim.bench.cli;

import io.torosim.bench.cli.fat.CatCommand;
import io.torosim.bench.cli.fat.CheckCommand;
import io.torosim.bench.cli.fat.ExtractCommand;
import io.torosim.bench.cli.fat.InfoCommand;
import io.torosim.bench.cli.fat.ListCommand;
import io.torosim.bench.cli.fat.VvfatCommand;
import picocli.CommandLine.Command;

/**
 * {@code torosim fat}: looks into FAT12 and FAT16 images without mounting them. Exit codes: 0 clean, 1 another failure (a file that
 * does not exist), 2 not a FAT12 or FAT16 volume or wrong usage, 3 the volume is damaged.
 */
@Command(
        name = "fat",
        description = "Looks into FAT12 and FAT16 disk images.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ListCommand.class,
            CatCommand.class,
            InfoCommand.class,
            CheckCommand.class,
            ExtractCommand.class,
            VvfatCommand.class
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:clean",
            "1:something asked for does not exist, or the host fails",
            "2:not a FAT12 or FAT16 volume, or wrong usage",
            "3:the volume is damaged"
        },
        subcommandsRepeatable = false)
public final class FatCommand {
    /** Makes the command; picocli does it. */
    public FatCommand() {}
}
