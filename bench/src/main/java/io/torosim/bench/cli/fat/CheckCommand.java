package io.torosim.bench.cli.fat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.check.CheckReport;
import io.torosim.fat.check.VolumeCheck;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fat check IMAGE}: every rule broken, one a line; nothing is repaired. */
@Command(name = "check", description = "Lists every rule that the volume breaks.", mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    /** Makes the command; picocli does it. */
    public CheckCommand() {}

    @Override
    public Integer call() {
        return image.withDevice(this::check);
    }

    private int check(BlockDevice device) throws IOException {
        CheckReport report = VolumeCheck.check(device, image.options());
        report.findings().forEach(image.out()::println);
        image.out()
                .println((report.isClean() ? "clean" : "damaged") + ": " + report.files() + " files, "
                        + report.directories() + " directories, " + report.usedClusters() + " of "
                        + report.boot().clusterCount() + " clusters used, " + report.badClusters() + " bad");
        return report.isClean() ? ImageArguments.CLEAN : ImageArguments.DAMAGED;
    }
}
