package io.torosim.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the build wrote down about itself. */
public final class BuildInfo {
    private static final Properties BUILD = load();

    private BuildInfo() {}

    /** Returns the version of the project. */
    public static String version() {
        return BUILD.getProperty("version", "unknown");
    }

    /** Returns the commit that was built, with {@code -dirty} if the tree had changes, or {@code "unknown"}. */
    public static String commit() {
        String commit = BUILD.getProperty("commit", "unknown");
        return commit.isBlank() || commit.startsWith("${") ? "unknown" : commit;
    }

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
