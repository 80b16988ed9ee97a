package io.torosim.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output streams of our own beside the JDK's of the default file system, which is the model. */
class OutputStreamTest {
    private static final StandardOpenOption[] OPTIONS = {
        StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.APPEND,
        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.CREATE, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.SYNC
    };

    /** Every set of options, on a file that is there and on one that is not. */
    @Test
    void everySetOfOptionsDoesWhatItDoesOnTheHost(@TempDir Path host) throws IOException {
        try (FileSystem fs = FatFileSystemProvider.inMemory("1M")) {
            for (int set = 0; set < 1 << OPTIONS.length; set++) {
                var options = new ArrayList<OpenOption>();
                for (int i = 0; i < OPTIONS.length; i++) {
                    if ((set >> i & 1) != 0) {
                        options.add(OPTIONS[i]);
                    }
                }
                for (boolean there : new boolean[] {true, false}) {
                    assertThat(outcome(fs.getPath("/file"), there, options))
                            .as("%s, file there: %s", options, there)
                            .isEqualTo(outcome(host.resolve("file"), there, options));
                }
            }
        }
    }

    private static String outcome(Path file, boolean there, List<OpenOption> options) throws IOException {
        Files.deleteIfExists(file);
        if (there) {
            Files.writeString(file, "before");
        }
        String failure = "";
        try (OutputStream out = Files.newOutputStream(file, options.toArray(OpenOption[]::new))) {
            out.write('a');
            out.write("bcd".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1, 2);
        } catch (IOException | IllegalArgumentException e) {
            failure = e.getClass().getSimpleName() + ": ";
        }
        return failure + (Files.exists(file) ? Files.readString(file) : "no file");
    }

    @Test
    void anInterruptionDoesNotTouchAStreamAndACloseEndsIt() throws IOException {
        try (FileSystem fs = FatFileSystemProvider.inMemory("1M")) {
            Path file = fs.getPath("/file");
            OutputStream out = Files.newOutputStream(file);
            Thread.currentThread().interrupt();
            out.write(new byte[1000]);
            assertThat(Thread.interrupted()).isTrue();
            out.write(new byte[24]);
            out.close();
            out.close();
            assertThat(Files.size(file)).isEqualTo(1024);
            assertThatThrownBy(() -> out.write(1)).isInstanceOf(ClosedChannelException.class);
        }
    }
}
