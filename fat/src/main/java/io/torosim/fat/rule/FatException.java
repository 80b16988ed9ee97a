package io.torosim.fat.rule;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * A FAT volume that breaks a rule, or an operation that FAT cannot carry out. It names the image, the path on the
 * volume, the cluster and the rule.
 */
public final class FatException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    /** The value of {@link #cluster()} when no cluster is concerned. */
    public static final int NO_CLUSTER = -1;

    /** Name of the image. */
    private final String image;

    /** Rule broken. */
    private final FatRule rule;

    /** Cluster concerned, or -1. */
    private final int cluster;

    /**
     * Makes the exception.
     *
     * @param image the image, as the user named it
     * @param path the path on the volume, or null when the whole volume is meant
     * @param rule the rule broken
     * @param cluster the cluster at which it is broken, or {@link #NO_CLUSTER}
     * @param detail what was found: names and values
     */
    public FatException(String image, @Nullable String path, FatRule rule, int cluster, String detail) {
        super(path == null ? image : path, null, detail);
        this.image = image;
        this.rule = rule;
        this.cluster = cluster;
    }

    /**
     * Returns the rule broken.
     *
     * @return the rule
     */
    public FatRule rule() {
        return rule;
    }

    /**
     * Returns the image.
     *
     * @return its name
     */
    public String image() {
        return image;
    }

    /**
     * Returns the cluster at which the rule is broken.
     *
     * @return the cluster, or {@link #NO_CLUSTER}
     */
    public int cluster() {
        return cluster;
    }

    /**
     * Returns what was found.
     *
     * @return names and values, without the rule
     */
    public String detail() {
        return super.getReason();
    }

    @Override
    public String getReason() {
        String where = getFile().equals(image) ? "" : " in " + image;
        return super.getReason() + where + " [" + rule + ": " + rule.text() + "; " + rule.section() + "]";
    }

    @Override
    public String getMessage() {
        return getFile() + ": " + getReason();
    }
}
