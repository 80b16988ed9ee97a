package io.torosim.bench.cli.fat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fat cat IMAGE FILE}: the bytes of a file on standard output. */
@Command(name = "cat", description = "Writes a file's bytes to standard output.", mixinStandardHelpOptions = true)
public final class CatCommand implements Callable<Integer> {
    @Mixin
    private ImageArguments image;

    @Parameters(index = "1", paramLabel = "FILE", description = "file in the image")
    private String file;

    /** Makes the command; picocli does it. */
    public CatCommand() {}

    @Override
    public Integer call() {
        return image.withVolume(fs -> {
            OutputStream out = System.out; // bytes, which a PrintWriter cannot take
            Files.copy(image.path(fs, file), out);
            out.flush();
            return ImageArguments.CLEAN;
        });
    }
}
