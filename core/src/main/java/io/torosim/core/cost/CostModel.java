package io.torosim.core.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.torosim.core.cost.CostModel.CostParameter.CostUnit;
import io.torosim.core.time.Picos;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The named parameters of the model: what each operation of the simulated machine costs, and where that figure comes
 * from. A value that remembers which of its parameters were asked for ({@link #used}); reading one is a map look-up, so components read
 * theirs once.
 *
 * <p>The shipped parameters are in the resource {@code cost-model.tsv}; a user lays a file of the same columns over them
 * with {@link #overlaidBy(Path)}.
 *
 * <p>{@link CostModelReader} reads the files. A {@link io.torosim.core.host.HostProfile HostProfile} is a model with an accelerator and a source;
 * {@link io.torosim.core.machine.MachineSpec MachineSpec} hands it to a machine, whose parts take their prices from it when they are made.
 */
public final class CostModel {
    private static final String RESOURCE = "cost-model.tsv";

    private final ImmutableMap<String, CostParameter> parameters;
    private final Set<String> asked = ConcurrentHashMap.newKeySet(); // only ever asked whether it contains a name
    /** What has been worked out already: many machines are made of one model. */
    private final Map<String, Long> picos = new ConcurrentHashMap<>();

    private final Map<Cycles, Long> cycles = new ConcurrentHashMap<>();

    /** A parameter that is counted in cycles, of a counter of that rate. */
    private record Cycles(String name, long hz) {}

    private CostModel(Map<String, CostParameter> parameters) {
        this.parameters = ImmutableMap.copyOf(parameters);
    }

    /** Returns the shipped parameters: a 2.4 GHz host of about 2018 under KVM. */
    public static CostModel standard() {
        return new CostModel(Shipped.PARAMETERS); // which remembers for itself what it was asked
    }

    /** The shipped parameters, read once: every machine has a model of its own. */
    private static final class Shipped {
        static final ImmutableMap<String, CostParameter> PARAMETERS = read();

        private static ImmutableMap<String, CostParameter> read() {
            try (Reader reader =
                    new InputStreamReader(CostModel.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8)) {
                return ImmutableMap.copyOf(
                        CostModelReader.read(new BufferedReader(reader), RESOURCE, new LinkedHashMap<>()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Returns these parameters with those of {@code file} in place of the ones of the same name. A value may leave the range
     * of the parameter that it replaces, and bring a range of its own, only if its basis is {@code measured}: a range says
     * what is plausible, and a measurement on the reader's machine knows better; everything else must keep to it. Whatever the basis, no
     * value may be one that no machine has: rates, ratios and counts whose range does not reach zero are positive, and nothing is a thousand
     * times what is plausible.
     *
     * @throws CostModelException if a line breaks a rule or names a parameter that does not exist
     * @throws IOException if the file cannot be read
     */
    public CostModel overlaidBy(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return overlaidBy(reader, file.toString());
        }
    }

    /**
     * The same of text that is open already.
     *
     * @param name what messages call it
     */
    public CostModel overlaidBy(BufferedReader text, String name) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(name, "name");
        Map<String, CostParameter> merged = new LinkedHashMap<>(parameters);
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (CostParameter parameter : CostModelReader.read(text, name, lines).values()) {
            CostParameter known = merged.get(parameter.name());
            String problem = known == null ? "no such parameter: " + parameter.name() : known.refuses(parameter);
            if (!problem.isEmpty()) {
                throw new CostModelException(name, Objects.requireNonNull(lines.get(parameter.name())), problem);
            }
            merged.put(parameter.name(), parameter);
        }
        return new CostModel(merged);
    }

    /**
     * Returns these parameters with one value changed.
     *
     * @param name an existing parameter
     * @param value the new value, within the parameter's range
     */
    public CostModel with(String name, BigDecimal value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Map<String, CostParameter> changed = new LinkedHashMap<>(parameters);
        changed.put(name, parameter(name).withValue(value));
        return new CostModel(changed);
    }

    /** Returns all parameters in the order of the file. */
    public List<CostParameter> parameters() {
        return ImmutableList.copyOf(parameters.values());
    }

    /**
     * Returns the parameters of whose figures {@link #ps}, {@link #cyclesPs}, {@link #count} or {@link #permille} of this object have been
     * asked, in the order of the file: what a run with it can hang on. Models made from this one remember for themselves.
     */
    public List<CostParameter> used() {
        return parameters.values().stream()
                .filter(p -> asked.contains(p.name()))
                .toList();
    }

    /** Returns an equal model of which nothing has been asked. */
    public CostModel unasked() {
        return new CostModel(parameters);
    }

    /** Returns whether there is a parameter of that name. */
    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** Returns the parameter of that name; throws {@link IllegalArgumentException} if there is none. */
    public CostParameter parameter(String name) {
        CostParameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("no such cost parameter: " + name);
        }
        return parameter;
    }

    private CostParameter asked(String name) {
        CostParameter parameter = parameter(name);
        asked.add(name);
        return parameter;
    }

    /** Returns a parameter with a unit of time, in picoseconds. */
    public long ps(String name) {
        Long known = picos.get(name);
        if (known == null) {
            known = toPicos(name);
            picos.put(name, known);
        }
        return known;
    }

    private long toPicos(String name) {
        CostParameter parameter = asked(name);
        if (!parameter.unit().isTime()) {
            throw new IllegalArgumentException(
                    name + " is not a time: unit=" + parameter.unit().symbol());
        }
        return parameter.unit().toPicos(parameter.value());
    }

    /** Returns a parameter counted in cycles of a counter of {@code hz}, in picoseconds, rounded to nearest. */
    public long cyclesPs(String name, long hz) {
        Cycles asked = new Cycles(name, hz);
        Long known = cycles.get(asked);
        if (known == null) {
            known = cyclesToPicos(name, hz);
            cycles.put(asked, known);
        }
        return known;
    }

    private long cyclesToPicos(String name, long hz) {
        CostParameter parameter = asked(name);
        if (parameter.unit() != CostUnit.CYCLES) {
            throw new IllegalArgumentException(
                    name + " is not counted in cycles: unit=" + parameter.unit().symbol());
        }
        return parameter
                .value()
                .multiply(BigDecimal.valueOf(1_000_000_000_000L))
                .divide(BigDecimal.valueOf(hz), 0, java.math.RoundingMode.HALF_UP)
                .longValueExact();
    }

    /** Returns a parameter as a whole number in its own unit; throws {@link ArithmeticException} if it has a fraction. */
    public long count(String name) {
        return asked(name).value().longValueExact();
    }

    /** Returns a parameter in thousandths of its own unit, exactly where it has at most three decimals. */
    public long permille(String name) {
        return asked(name).value().movePointRight(3).longValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CostModel that && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return parameters.hashCode();
    }

    @Override
    public String toString() {
        return "CostModel(" + parameters.size() + " parameters)";
    }

    /** A cost model file that breaks a rule; the message names the file, the line, the parameter and the value. */
    public static final class CostModelException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        /**
         * Creates it.
         *
         * @param file which file
         * @param line which line, from 1; 0 where the whole file is meant
         * @param problem rule, place and value
         */
        public CostModelException(String file, int line, String problem) {
            super((line == 0 ? file : file + ":" + line) + ": " + problem);
        }
    }

    /**
     * One figure of the model, with all that a reader needs to judge it.
     *
     * @param name dotted name, such as {@code kvm.exit_pio_user}
     * @param value the value used
     * @param unit its unit
     * @param low lower end of the plausible range, same unit
     * @param high upper end of the plausible range, same unit
     * @param basis where the value comes from
     * @param confidence how far it can be trusted
     * @param source publication, source text or reasoning
     */
    public record CostParameter(
            String name,
            BigDecimal value,
            CostUnit unit,
            BigDecimal low,
            BigDecimal high,
            Basis basis,
            Confidence confidence,
            String source) {
        /** No measurement is so many times what is plausible: that is a damaged file, or another unit. */
        private static final BigDecimal FAR = BigDecimal.valueOf(1000);

        /** Checks that the range holds the value, nothing is negative, and what is counted is whole. */
        public CostParameter {
            if (low.signum() < 0 || low.compareTo(high) > 0) {
                throw new IllegalArgumentException(
                        name + ": range must be 0 <= low <= high, low=" + low + ", high=" + high);
            }
            if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
                throw new IllegalArgumentException(
                        name + ": value must be in [" + low + ", " + high + "], value=" + value);
            }
            boolean counted = unit == CostUnit.COUNT || unit == CostUnit.HZ || unit == CostUnit.BYTES;
            if (counted && value.stripTrailingZeros().scale() > 0) {
                throw new IllegalArgumentException(
                        name + ": value must be a whole number of " + unit.symbol() + ", value=" + value);
            }
        }

        /** Returns whether the value is nobody's measurement: a guess, or fitted to a result. */
        public boolean isAssumed() {
            return basis == Basis.GUESS || basis == Basis.FITTED;
        }

        /**
         * Returns why {@code other} cannot stand in this one's place, or an empty text. A measured one may leave this range, but no value may be one
         * that no machine has, which the model could not reckon with.
         */
        String refuses(CostParameter other) {
            if (unit.isTime() != other.unit.isTime() || !unit.isTime() && unit != other.unit) {
                return name + ": unit must be like " + unit.symbol() + ", unit=" + other.unit.symbol();
            }
            String value = ", value=" + other.value + " " + other.unit.symbol();
            boolean price = unit.isTime() || unit == CostUnit.CYCLES || unit == CostUnit.MW;
            if (!price && low.signum() > 0 && other.value.signum() == 0) {
                return name + ": must be positive" + value;
            }
            BigDecimal theirs = unit.scaled(other.value, other.unit);
            boolean tooLow = !price && theirs.multiply(FAR).compareTo(low) < 0;
            if (tooLow || theirs.compareTo(high.multiply(FAR)) > 0) {
                return name + ": must be within " + FAR + " times of [" + low + ", " + high + "] " + unit.symbol()
                        + ", measured or not" + value;
            }
            if (other.basis != Basis.MEASURED && !reaches(other)) {
                return name + ": must be in [" + low + ", " + high + "] " + unit.symbol()
                        + " unless its basis is measured" + value;
            }
            return "";
        }

        /** Returns whether the value of {@code other}, in a unit like this one's, lies in this range. */
        boolean reaches(CostParameter other) {
            BigDecimal theirs = unit.scaled(other.value(), other.unit());
            return theirs.compareTo(low) >= 0 && theirs.compareTo(high) <= 0;
        }

        CostParameter withValue(BigDecimal newValue) {
            return new CostParameter(name, newValue, unit, low, high, basis, confidence, source);
        }

        /** Where the value of a parameter comes from. */
        public enum Basis {
            /** Printed in a named publication or source text. */
            PUBLISHED,
            /** Measured, on the machine that the source column names. */
            MEASURED,
            /** Computed from published or measured values; the source column says how. */
            DERIVED,
            /** A plain decision of the experiment, such as a clock rate. */
            CHOSEN,
            /** Nobody knows; a plausible value with a wide range. */
            GUESS,
            /** Chosen within its range so that a result meets a published figure. It is no evidence for that figure. */
            FITTED
        }

        /** How far the value of a parameter can be trusted. */
        public enum Confidence {
            /** Read in a primary source. */
            HIGH,
            /** Read in a secondary source, or recalled from a known publication. */
            MEDIUM,
            /** Little to hold on to. */
            LOW
        }

        /** The unit of a parameter. */
        public enum CostUnit {
            /** Nanoseconds. */
            NS("ns", Picos.PER_NANO),
            /** Microseconds. */
            US("us", Picos.PER_MICRO),
            /** Milliseconds. */
            MS("ms", Picos.PER_MILLI),
            /** Seconds. */
            S("s", Picos.PER_SECOND),
            /** Cycles of the time-stamp counter. */
            CYCLES("cycles", 0),
            /** Cycles or ticks per second. */
            HZ("hz", 0),
            /** Things. */
            COUNT("count", 0),
            /** Bytes. */
            BYTES("bytes", 0),
            /** Hundredths. */
            PERCENT("percent", 0),
            /** A number without a unit. */
            RATIO("ratio", 0),
            /** Milliwatts. */
            MW("mw", 0);

            private final String symbol;
            private final long picos;

            CostUnit(String symbol, long picos) {
                this.symbol = symbol;
                this.picos = picos;
            }

            /** Returns the unit as it is written in the file. */
            public String symbol() {
                return symbol;
            }

            /** Returns whether it is a unit of time. */
            public boolean isTime() {
                return picos > 0;
            }

            long toPicos(BigDecimal value) {
                return value.multiply(BigDecimal.valueOf(picos)).longValue();
            }

            /** Returns {@code value} of {@code from}, a unit like this one, in this unit: exactly, as units of time are powers of ten apart. */
            BigDecimal scaled(BigDecimal value, CostUnit from) {
                return from == this || !isTime()
                        ? value
                        : value.multiply(BigDecimal.valueOf(from.picos)).divide(BigDecimal.valueOf(picos));
            }

            /** Returns the unit with that symbol, or null. */
            static @Nullable CostUnit ofSymbol(String symbol) {
                for (CostUnit unit : values()) {
                    if (unit.symbol.equals(symbol)) {
                        return unit;
                    }
                }
                return null;
            }
        }
    }
}
