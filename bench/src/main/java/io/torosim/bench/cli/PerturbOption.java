package io.torosim.bench.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The one rule of {@code --perturb}, for every command that has it. */
public final class PerturbOption {
    private PerturbOption() {}

    /** Refuses what is no seed of an unquiet host; null, the option left out, is a quiet one. */
    public static void check(Long perturb, CommandLine command) {
        if (perturb != null && perturb < 1) {
            throw new ParameterException(command, "--perturb must be at least 1, perturb=" + perturb);
        }
    }
}
