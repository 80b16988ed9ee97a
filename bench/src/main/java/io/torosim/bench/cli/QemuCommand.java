package io.torosim.bench.cli;

import io.torosim.bench.cli.qemu.BlkCommand;
import io.torosim.bench.cli.qemu.ConformanceCommand;
import picocli.CommandLine.Command;

/** {@code torosim qemu}: the drivers and the FAT code of this library at the devices of a real QEMU. */
@Command(
        name = "qemu",
        description = "Drives the devices of a real QEMU (qemu-system-x86_64 on the search path).",
        mixinStandardHelpOptions = true,
        subcommands = {BlkCommand.class, ConformanceCommand.class},
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:as it should be", "2:wrong call, or QEMU is missing or failed", "3:something differs"})
public final class QemuCommand {
    /** Makes the command; picocli does it. */
    public QemuCommand() {}
}
