package io.torosim.bench.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir
    private Path dir;

    @Test
    void uncommitted_leavesWhatWasThere() throws IOException {
        Path old = Files.writeString(dir.resolve("old"), "before");
        try (OutputFiles files = new OutputFiles()) {
            files.write(old, "after");
            files.open(dir.resolve("new")).write(1);
            assertThat(old).hasContent("before");
        }
        assertThat(old).hasContent("before");
        assertThat(names()).containsExactly("old");
    }

    @Test
    void committed_replacesAll() throws IOException {
        Path old = Files.writeString(dir.resolve("old"), "before");
        try (OutputFiles files = new OutputFiles()) {
            files.write(old, "after");
            files.open(dir.resolve("new")).write('n');
            files.commit();
        }
        assertThat(old).hasContent("after");
        assertThat(dir.resolve("new")).hasContent("n");
        assertThat(names()).containsExactly("new", "old");
    }

    @Test
    void symbolicLink_staysOne() throws IOException {
        Path target = Files.writeString(dir.resolve("target"), "before");
        Path link = Files.createSymbolicLink(dir.resolve("link"), target.getFileName());
        try (OutputFiles files = new OutputFiles()) {
            files.write(link, "after");
            files.commit();
        }
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("after");
    }

    @Test
    void directory_isRefused() throws IOException {
        try (OutputFiles files = new OutputFiles()) {
            assertThatThrownBy(() -> files.open(dir))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(dir + ": is a directory");
        }
    }

    @Test
    void whatFails_isSaidOfTheFile_notOfTheOneBesideIt() {
        try (OutputFiles files = new OutputFiles()) {
            Path nowhere = dir.resolve("missing").resolve("file");
            assertThatThrownBy(() -> files.open(nowhere))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(nowhere + ": its directory does not exist");
            Path longest = dir.resolve("x".repeat(256));
            assertThatThrownBy(() -> files.open(longest))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageStartingWith(longest + ": ");
        }
    }

    @Test
    void fullDisk_isAnErrorThatNamesTheFile() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full on this system");
        Path other = dir.resolve("other");
        try (OutputFiles files = new OutputFiles()) {
            files.write(other, "whole");
            OutputStream out = files.open(full);
            out.write(1); // stays in the buffer
            assertThatThrownBy(files::commit)
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage("/dev/full: No space left on device");
        }
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (var list = Files.list(dir)) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
