package io.torosim.core.host;

import io.torosim.core.cost.CostModel;
import io.torosim.core.cost.CostModel.CostModelException;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A host with its hypervisor, as named costs: a value. Two are shipped; others are files that measured a machine.
 *
 * <p>A file is a cost model file (tab-separated lines, see {@link CostModel#overlaidBy(Path)}) whose first lines are a head:
 *
 * <pre>
 * # profile: my-laptop
 * # accelerator: tcg-multi
 * # origin: torosim calibrate, QEMU 7.2.22, AMD EPYC 7763, 2026-11-28
 * # validated: no
 * </pre>
 *
 * {@code profile} and {@code accelerator} must be there. Parameters that a file leaves out are those of the shipped model.
 *
 * @param name what users call it
 * @param origin where its figures come from, one line
 * @param validated what it was held against, {@code "no"} if nothing
 * @param mode how vCPUs are executed, where nobody says otherwise
 * @param costs the shipped cost model with this host's figures laid over it
 */
public record HostProfile(String name, String origin, String validated, VcpuMode mode, CostModel costs) {
    private static final String KVM_2018 = "kvm-2018";
    private static final String QEMU_TCG = "qemu-7.2-tcg";
    private static final long MAX_BYTES = 1 << 20;

    /** Refuses what is not there. */
    public HostProfile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(validated, "validated");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(costs, "costs");
    }

    private static final List<String> HEAD = List.of("profile", "accelerator", "origin", "validated");

    /** A server of 2018 under KVM, from publications: the cost model as shipped. Nobody has held it against hardware yet. */
    public static HostProfile kvm2018() {
        return named(KVM_2018);
    }

    /** QEMU 7.2 under software emulation, a thread for each vCPU, measured. */
    public static HostProfile qemu72Tcg() {
        return named(QEMU_TCG);
    }

    /** Returns the names of the shipped profiles. */
    public static List<String> names() {
        return List.of(KVM_2018, QEMU_TCG);
    }

    /**
     * Returns a shipped profile.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static HostProfile named(String name) {
        Objects.requireNonNull(name, "name");
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "host profile must be one of " + String.join(", ", names()) + ", profile=" + name);
        }
        String resource = name + ".tsv";
        try (InputStream stream = HostProfile.class.getResourceAsStream(resource)) {
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), resource, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a profile file.
     *
     * @throws CostModelException if its head or a line breaks a rule; the message names file, line and value
     * @throws IOException if it cannot be read as UTF-8 text of at most 1 MiB
     */
    public static HostProfile read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + ": larger than 1 MiB, bytes=" + Files.size(file));
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            throw new CostModelException(file.toString(), 0, "not UTF-8 text");
        }
        return parse(text, file.toString(), true);
    }

    /** Returns this with other costs, under the same name. */
    public HostProfile withCosts(CostModel other) {
        Objects.requireNonNull(other, "other");
        return new HostProfile(name, origin, validated, mode, other);
    }

    /** Returns whether somebody has held it against a real machine. */
    public boolean isValidated() {
        return !validated.equals("no");
    }

    /** Returns the name, and in brackets whether anybody has held it against a real machine: what reports print. */
    public String label() {
        return name + (isValidated() ? " (validated " + validated + ")" : " (not validated)");
    }

    /** Reads what is shipped, or a file of the user's {@code own}. */
    private static HostProfile parse(String text, String file, boolean own) throws IOException {
        if (text.indexOf(0) >= 0) {
            throw new CostModelException(file, 0, "not text: it holds a zero byte");
        }
        Map<String, String> head = new LinkedHashMap<>();
        int number = 0;
        int ofAccelerator = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.startsWith("#")) {
                break;
            }
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(1, colon).strip();
            if (line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
                throw new CostModelException(file, number, "a line of the head must not hold control characters");
            }
            if (HEAD.contains(key) && head.put(key, line.substring(colon + 1).strip()) != null) {
                throw new CostModelException(file, number, "the head names its " + key + " twice");
            }
            if (key.equals("accelerator")) {
                ofAccelerator = number;
            }
            if (key.equals("profile") && own && names().contains(head.get(key))) {
                throw new CostModelException(
                        file, number, "a file must not call itself like a shipped profile, profile=" + head.get(key));
            }
        }
        String name = said(head, "profile", file);
        String accelerator = said(head, "accelerator", file);
        VcpuMode mode;
        try {
            mode = VcpuMode.ofLabel(accelerator);
        } catch (IllegalArgumentException e) {
            throw new CostModelException(file, ofAccelerator, "accelerator: " + e.getMessage());
        }
        CostModel costs = CostModel.standard().overlaidBy(new BufferedReader(new StringReader(text)), file);
        return new HostProfile(
                name, head.getOrDefault("origin", "unknown"), head.getOrDefault("validated", "no"), mode, costs);
    }

    private static String said(Map<String, String> head, String key, String file) {
        String value = head.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new CostModelException(file, 1, "a host profile must begin with a line '# " + key + ": ...'");
        }
        return value;
    }
}
