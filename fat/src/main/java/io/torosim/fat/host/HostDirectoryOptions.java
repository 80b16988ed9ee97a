package io.torosim.fat.host;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * How a host directory becomes a disk.
 *
 * @param label volume label, up to 11 characters of ASCII
 * @param order order of the entries
 * @param zone zone in which host times are written
 * @param writable whether writes are accepted and go back to the host
 */
public record HostDirectoryOptions(String label, Order order, ZoneId zone, boolean writable) {
    /** The label of QEMU. */
    public static final String QEMU_LABEL = "QEMU VVFAT";

    /** Order of the entries of a directory. */
    public enum Order {
        /** By name, UTF-16 unit by unit: the same disk on every machine. */
        NAME,
        /** As the host lists them, which is what QEMU does. */
        HOST
    }

    /** Checks the values. */
    public HostDirectoryOptions {
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(zone, "zone");
        if (label.length() > 11 || !label.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("label must be up to 11 characters of ASCII, label=" + label);
        }
    }

    /**
     * Returns the usual options: QEMU's label, by name, UTC, read-only.
     *
     * @return the options
     */
    public static HostDirectoryOptions defaults() {
        return new HostDirectoryOptions(QEMU_LABEL, Order.NAME, ZoneOffset.UTC, false);
    }

    /**
     * Returns these options with an order.
     *
     * @param order order of the entries
     * @return a copy
     */
    public HostDirectoryOptions withOrder(Order order) {
        return new HostDirectoryOptions(label, order, zone, writable);
    }

    /**
     * Returns these options with writing allowed.
     *
     * @return a copy
     */
    public HostDirectoryOptions asWritable() {
        return new HostDirectoryOptions(label, order, zone, true);
    }

    /**
     * Returns these options with a label.
     *
     * @param label up to 11 characters of ASCII
     * @return a copy
     */
    public HostDirectoryOptions withLabel(String label) {
        return new HostDirectoryOptions(label, order, zone, writable);
    }
}
