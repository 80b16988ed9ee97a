package io.torosim.bench.cli;

import io.torosim.bench.cli.RunCommand.What;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of an experiment. */
final class WhatConverter implements ITypeConverter<What> {
    @Override
    public What convert(String text) {
        for (What what : What.values()) {
            if (what.toString().equals(text)) {
                return what;
            }
        }
        throw new TypeConversionException("expected one of " + new Candidates() + " but was '" + text + "'");
    }

    /** The names, for help and completion. */
    static final class Candidates extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Candidates() {
            super(List.of("cpu-usage", "boot", "all"));
        }
    }
}
