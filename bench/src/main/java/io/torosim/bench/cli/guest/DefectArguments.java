package io.torosim.bench.cli.guest;

import io.torosim.fat.toro.FatQuirk;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.console.ConsoleQuirk;
import io.torosim.guest.stack.NetworkQuirk;
import io.torosim.sched.ToroQuirk;
import io.torosim.sched.ToroQuirks;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that switch defects of 2018 on and off: of the kernel, the network stack, the FAT driver and the console. */
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
            result = set(result, name, false);
        }
        return result;
    }

    private static GuestSpec set(GuestSpec spec, String text, boolean on) {
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
        for (ToroQuirk quirk : ToroQuirk.values()) {
            if (quirk.name().equals(name)) {
                ToroQuirks quirks = spec.kernel().quirks();
                return spec.withKernel(spec.kernel().withQuirks(on ? quirks.with(quirk) : quirks.without(quirk)));
            }
        }
        for (NetworkQuirk quirk : NetworkQuirk.values()) {
            if (quirk.name().equals(name)) {
                return spec.withNetworkQuirks(changed(spec.networkQuirks(), quirk, NetworkQuirk.class, on));
            }
        }
        for (FatQuirk quirk : FatQuirk.values()) {
            if (quirk.name().equals(name)) {
                return spec.withFatQuirks(changed(spec.fatQuirks(), quirk, FatQuirk.class, on));
            }
        }
        for (ConsoleQuirk quirk : ConsoleQuirk.values()) {
            if (quirk.name().equals(name)) {
                return spec.withConsoleQuirks(changed(spec.consoleQuirks(), quirk, ConsoleQuirk.class, on));
            }
        }
        throw new IllegalArgumentException("no such defect: " + text + " (torosim guest --defects lists them)");
    }

    private static <E extends Enum<E>> Set<E> changed(Set<E> quirks, E quirk, Class<E> type, boolean on) {
        EnumSet<E> copy = EnumSet.noneOf(type);
        copy.addAll(quirks);
        if (on) {
            copy.add(quirk);
        } else {
            copy.remove(quirk);
        }
        return copy;
    }
}
