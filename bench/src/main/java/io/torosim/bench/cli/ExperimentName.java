package io.torosim.bench.cli;

import io.torosim.experiment.catalog.Experiments;
import java.util.ArrayList;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The name of an experiment, checked as it is read.
 *
 * @param text one of {@link Experiments#names()}
 */
record ExperimentName(String text) {
    /** Reads a name. */
    static final class Converter implements ITypeConverter<ExperimentName> {
        @Override
        public ExperimentName convert(String text) {
            if (!Experiments.names().contains(text)) {
                throw new TypeConversionException("expected one of " + Experiments.names() + " but was '" + text + "'");
            }
            return new ExperimentName(text);
        }
    }

    /** The names, for help and completion. */
    static final class Candidates extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Candidates() {
            super(Experiments.names());
        }
    }
}
