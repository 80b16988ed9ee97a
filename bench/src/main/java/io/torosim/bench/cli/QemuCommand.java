package io.torosim.bench.cli;

import io.torosim.bench.cli.qemu.BlkCommand;
import io.torosim.bench.cli.qemu.BootCommand;
import io.torosim.bench.cli.qemu.ConformanceCommand;
import io.torosim.bench.cli.qemu.CpuCommand;
import io.torosim.bench.cli.qemu.GapCommand;
import picocli.CommandLine.Command;

/** {@code torosim qemu}: this library at a real QEMU: its drivers and FAT code at the devices, its model beside the process. */
@Command(
        name = "qemu",
        description =
                "Drives the devices of a real QEMU (qemu-system-x86_64 on the search path), and holds the model against it.",
        mixinStandardHelpOptions = true,
        subcommands = {BlkCommand.class, BootCommand.class, ConformanceCommand.class, CpuCommand.class, GapCommand.class
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:as it should be", "2:wrong call, or QEMU is missing or failed", "3:something differs"})
public final class QemuCommand {
    /** Makes the command; picocli does it. */
    public QemuCommand() {}
}
