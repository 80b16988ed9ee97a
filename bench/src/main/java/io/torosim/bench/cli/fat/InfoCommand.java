package io.torosim.bench.cli.fat;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.volume.FatVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fat info IMAGE}: the shape of the volume. */
@Command(name = "info", description = "Shows the shape of the volume.", mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    /** Makes the command; picocli does it. */
    public InfoCommand() {}

    @Override
    public Integer call() {
        return image.withDevice(this::print);
    }

    private int print(BlockDevice device) throws IOException {
        try (FatVolume volume = FatVolume.mount(device.window(0, device.sectorCount()), image.options())) {
            BootSector boot = volume.bootSector();
            PrintWriter out = image.out();
            out.println("type                 " + boot.type());
            out.println("label                " + volume.label());
            out.println(String.format(
                    Locale.ROOT, "serial               %04X-%04X", boot.serial() >>> 16, boot.serial() & 0xffff));
            out.println("bytes per sector     " + boot.bytesPerSector());
            out.println("sectors per cluster  " + boot.sectorsPerCluster());
            out.println("reserved sectors     " + boot.reservedSectors());
            out.println("FATs                 " + boot.fatCount() + " of " + boot.fatSectors() + " sectors");
            out.println("root entries         " + boot.rootEntries());
            out.println("total sectors        " + boot.totalSectors());
            out.println("clusters             " + boot.clusterCount() + " of " + boot.clusterBytes() + " bytes");
            out.println("free clusters        " + volume.freeClusters());
            out.println("in use mark          " + (volume.wasDirty() ? "set" : "clear"));
            return ImageArguments.CLEAN;
        }
    }
}
