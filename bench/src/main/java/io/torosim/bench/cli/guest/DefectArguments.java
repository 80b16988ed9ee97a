package io.torosim.bench.cli.guest;

import io.torosim.core.defect.Defects.Defect;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.app.GuestSpec.GuestDefects;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that switch defects of 2018 on and off: of the kernel and of everything on it. */
public final class DefectArguments {
    @Option(names = "--repaired", description = "every defect off, rather than on")
    private boolean repaired;

    @Option(
            names = "--with",
            paramLabel = "DEFECT",
            split = ",",
            description = "this defect on, may be repeated; names as --defects lists them")
    private List<String> with = new ArrayList<>();

    @Option(names = "--without", paramLabel = "DEFECT", split = ",", description = "this defect off, may be repeated")
    private List<String> without = new ArrayList<>();

    /** Makes the arguments; picocli fills them. */
    public DefectArguments() {}

    GuestSpec apply(GuestSpec spec) {
        GuestSpec result = repaired ? spec.repaired() : spec;
        for (String name : with) {
            result = set(result, name, true);
        }
        for (String name : without) {
            if (with.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException("--with and --without name the same defect: " + name);
            }
            result = set(result, name, false);
        }
        return result;
    }

    private static GuestSpec set(GuestSpec spec, String text, boolean on) {
        Defect defect = GuestDefects.named(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no such defect: " + text + " (torosim guest --defects lists them)"));
        return spec.with(defect, on);
    }
}
