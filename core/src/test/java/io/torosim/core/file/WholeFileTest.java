package io.torosim.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
    @TempDir
    Path directory;

    private static void write(WholeFile file, String text) throws IOException {
        file.stream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsKeptReplaces_whatIsNotLeavesTheOldOne() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "old");
        try (WholeFile lost = WholeFile.begin(file)) {
            write(lost, "lost");
            lost.stream().close(); // keeps nothing
        }
        assertThat(file).hasContent("old");
        try (WholeFile kept = WholeFile.begin(file)) {
            write(kept, "new");
            assertThat(file).hasContent("old");
            kept.keep();
        }
        assertThat(file).hasContent("new");
        assertThat(directory.toFile().list()).containsExactly("f");
    }

    @Test
    void holesAreZeros_andTakeNoBytesFromWhatStandsAround() throws IOException {
        Path file = directory.resolve("f");
        try (WholeFile whole = WholeFile.begin(file)) {
            write(whole, "a");
            whole.hole(5000);
            write(whole, "b");
            whole.hole(0);
            whole.hole(3);
            write(whole, "c");
            whole.keep();
        }
        byte[] expected = new byte[5006];
        expected[0] = 'a';
        expected[5001] = 'b';
        expected[5005] = 'c';
        assertThat(file).hasBinaryContent(expected);
    }

    /** What is written first has a name of its own, which the file system must bear as well. */
    @Test
    void theLongestNameIsOne_andALongerIsRefusedAtOnce() throws IOException {
        Path longest = directory.resolve("x".repeat(255));
        try (WholeFile whole = WholeFile.begin(longest)) {
            write(whole, "text");
            whole.keep();
        }
        assertThat(longest).hasContent("text");
        Path longer = directory.resolve("x".repeat(256));
        assertThatThrownBy(() -> WholeFile.begin(longer)).hasMessage(longer + ": File name too long");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void aLinkStaysOne() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        try (WholeFile kept = WholeFile.begin(link)) {
            write(kept, "new");
            kept.keep();
        }
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    /** A stream that is closed a second time says nothing of what the first time failed. */
    @Test
    void whatCouldNotBeWritten_isNeverKept() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
        try (WholeFile file = WholeFile.begin(full)) {
            write(file, "text");
            assertThatThrownBy(() -> file.stream().close()).hasMessage("/dev/full: No space left on device");
            assertThatThrownBy(file::keep).hasMessage("/dev/full: No space left on device");
        }
    }

    @Test
    void aFileOfTheUsersThatEndsInPart_isLeftAlone() throws IOException {
        Path other = Files.writeString(directory.resolve("f.part"), "mine");
        try (WholeFile file = WholeFile.begin(directory.resolve("f"))) {
            write(file, "text");
            file.keep();
        }
        assertThat(other).hasContent("mine");
    }
}
