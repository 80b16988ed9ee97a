package io.torosim.system.fat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code de.pfabulist.lindwurm:niotest} 0.33, 606 tests of providers, on ours. Every test that does not pass is
 * named here with its reason; another one failing, or one of these passing, fails this test.
 */
class NiotestTest {
    private static final String WRITES = "the suite itself writes into the read-only playground before it begins";

    private static final Map<String, String> READ_ONLY = new TreeMap<>(Map.of(
            "testCopyToDifferentFS", WRITES,
            "testForce", WRITES,
            "testIsSameFileOfSameContentDifferentPathIsNot", WRITES,
            "testMoveToDifferentFS", WRITES,
            "testOpenFilChannel", WRITES,
            "testReadCreateNonExistingFileThrows", WRITES,
            "testTransferFromOfClosedFileChannelThrows", WRITES,
            "testTransferFromOnReadonlyChannelThrows", WRITES,
            "testTransferToDoesNotModifyPosition", WRITES,
            "testTransferToWritesToChannel", WRITES));

    private static final Map<String, String> WRITABLE = new TreeMap<>(Map.of(
            "testCreateFileSetsLastAccessTime", "FAT keeps the day of an access, not its time",
            "testGetCreationTimeIsRecent", "the clock of this test runs ahead, so that nothing has to wait",
            "testModifiedDateIsCloseToCurrentTime", "the clock of this test runs ahead, so that nothing has to wait",
            "testTruncateOnAppendChannelThrows", "Java allows it; the suite lists it as a bug of the JDK too"));

    @TempDir
    Path host;

    /** What became of the tests: name to "passed", "skipped" or the exception of a failure. */
    private TreeMap<String, String> run(boolean readOnly) throws Exception {
        var urls = new ArrayList<URL>();
        urls.add(Path.of("target/niotest/assertj-core-3.3.0.jar").toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("assertj-core")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        var outcome = new TreeMap<String, String>();
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new), platform)) {
            loader.loadClass(NiotestRunner.class.getName())
                    .getMethod("run", Path.class, boolean.class, Map.class)
                    .invoke(null, host, readOnly, outcome);
        }
        System.out.println("niotest " + (readOnly ? "read-only" : "writable") + ": " + count(outcome, "passed")
                + " passed, " + failed(outcome).size() + " failed, " + count(outcome, "skipped") + " skipped");
        return outcome;
    }

    private static long count(Map<String, String> outcome, String what) {
        return outcome.values().stream().filter(what::equals).count();
    }

    private static TreeMap<String, String> failed(Map<String, String> outcome) {
        var failed = new TreeMap<>(outcome);
        failed.values().removeIf(what -> what.equals("passed") || what.equals("skipped"));
        return failed;
    }

    @AfterEach
    void closeImages() throws IOException {
        for (String image : new String[] {"play.img", "readonly.img", "closable.img", "other.img"}) {
            try {
                FileSystems.getFileSystem(
                                URI.create("fat:" + host.resolve(image).toUri()))
                        .close();
            } catch (FileSystemNotFoundException e) {
                assertThat(image).isEqualTo("closable.img"); // closed by the suite
            }
        }
    }

    @Test
    void readOnly_isAheadOfZipfs() throws Exception {
        TreeMap<String, String> outcome = run(true);
        assertThat(failed(outcome).keySet()).as("failed: " + failed(outcome)).isEqualTo(READ_ONLY.keySet());
        assertThat(count(outcome, "passed")).isGreaterThan(225); // zipfs: 225 passed, 41 failed, 340 skipped
    }

    @Test
    void writable_isAheadOfZipfs() throws Exception {
        TreeMap<String, String> outcome = run(false);
        assertThat(failed(outcome).keySet()).as("failed: " + failed(outcome)).isEqualTo(WRITABLE.keySet());
        assertThat(count(outcome, "passed")).isGreaterThan(330); // zipfs: 330 passed, 72 failed, 204 skipped
    }
}
