package io.torosim.bench.cli.fat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.check.VolumeCheck;
import io.torosim.fat.check.VolumeCheck.CheckReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fat check IMAGE}: every rule broken, one a line; {@code --repair} mends what a power cut leaves. */
@Command(name = "check", description = "Lists every rule that the volume breaks.", mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    /** Makes the command; picocli does it. */
    public CheckCommand() {}

    @Option(
            names = "--repair",
            description =
                    "mends what a power cut leaves: lost clusters, differing FATs, chains that are too long, left-over"
                            + " slots of long names, two entries of one move; does nothing if anything else is damaged")
    private boolean repair;

    @Override
    public Integer call() {
        return repair ? image.withWritableDevice(this::repair) : image.withDevice(this::check);
    }

    private int repair(BlockDevice device) throws IOException {
        VolumeCheck.Repair result = VolumeCheck.repair(device, image.options());
        result.actions().forEach(image.out()::println);
        return print(result.after());
    }

    private int check(BlockDevice device) throws IOException {
        return print(VolumeCheck.check(device, image.options()));
    }

    private int print(CheckReport report) {
        report.findings().forEach(image.out()::println);
        image.out()
                .println((report.isClean() ? "clean" : "damaged") + ": " + report.files() + " files, "
                        + report.directories() + " directories, " + report.usedClusters() + " of "
                        + report.boot().clusterCount() + " clusters used, " + report.badClusters() + " bad");
        return report.isClean() ? ImageArguments.CLEAN : ImageArguments.DAMAGED;
    }
}
