package io.torosim.system.fat;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.CombinedBuilder;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.Playgrounds;
import io.torosim.core.block.BlockDevice;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.FatFormatter.FormatOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The outside suite niotest 0.33 with our provider described to it; run by {@link NiotestTest}. The clock goes on two
 * seconds at every look, so that times of two seconds' grain differ without waiting.
 */
public class NiotestSuite extends AllTests {
    private static FSDescription description;

    public NiotestSuite() {
        super(description);
    }

    static void describe(Path host, boolean readOnly) throws IOException {
        Path play = directory(open(host.resolve("play.img"), Map.of("clock", ticking())));
        Path readOnlyPlay = readOnlyPlayground(host.resolve("readonly.img"));
        CombinedBuilder builder = CombinedBuilder.build();
        Playgrounds<CombinedBuilder> playgrounds = builder.playgrounds().std(readOnly ? readOnlyPlay : play);
        if (readOnly) {
            playgrounds = playgrounds
                    .readonly(readOnlyPlay)
                    .set(readOnlyPlay)
                    .file(readOnlyPlay.resolve("file"))
                    .emptyDir(readOnlyPlay.resolve("empty"))
                    .nonEmptyDir(readOnlyPlay.resolve("full"))
                    .nonExisting(readOnlyPlay.resolve("none"))
                    .next();
        }
        builder = playgrounds
                .closable(directory(open(host.resolve("closable.img"), Map.of())))
                .differentProvider(Files.createDirectories(host.resolve("other provider")))
                .sameProviderDifferentFileSystem(directory(open(host.resolve("other.img"), Map.of())))
                .noSizeLimit()
                .noSameFileSystemDifferentStore()
                .next();
        builder =
                builder.unix().noPosix().noPermissionChecks().noHiddenDotFiles().next();
        builder = builder.windows().noUNC().noRootComponents().fat().next();
        builder = builder.symlinks().no();
        builder = builder.hardlinks().no();
        builder = builder.watchable().no();
        builder = builder.fileChannel().noAsynchronous().next();
        builder =
                builder.pathConstraints().filenameLength(255).noMaxPathLength().next();
        builder = builder.fsCreation()
                .uri(fs -> URI.create(fs.getPath("/").toUri().toString()))
                .env(Map.of())
                .next();
        builder = builder.noPrincipals();
        builder = builder.basicAttributes().noLastAccessTime().next(); // FAT keeps its day only
        description = builder.done();
    }

    private static InstantSource ticking() {
        Instant start = Instant.now();
        var looks = new AtomicLong();
        return () -> start.plusSeconds(2 * looks.incrementAndGet());
    }

    private static Path directory(FileSystem fs) throws IOException {
        return Files.createDirectory(fs.getPath("/play"));
    }

    private static Path readOnlyPlayground(Path image) throws IOException {
        try (FileSystem fs = open(image, Map.of())) {
            Path play = directory(fs);
            Files.createDirectory(play.resolve("empty"));
            Files.createDirectory(play.resolve("full"));
            for (int i = 0; i < 3; i++) {
                Files.writeString(play.resolve("full/kid" + i), "kid");
            }
            Files.writeString(play.resolve("file"), "content");
        }
        return FileSystems.newFileSystem(URI.create("fat:" + image.toUri()), Map.of("accessMode", "readOnly"))
                .getPath("/play");
    }

    private static FileSystem open(Path image, Map<String, ?> env) throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        try (BlockDevice device = BlockDevice.file(image, false)) {
            FatFormatter.format(device, FormatOptions.defaults().withTables(1, 2, 2048));
        }
        return FileSystems.newFileSystem(URI.create("fat:" + image.toUri()), env);
    }
}
