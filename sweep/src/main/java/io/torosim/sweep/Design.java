package io.torosim.sweep;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.sweep.Study.StudyException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.random.SobolSequenceGenerator;

/**
 * Which combinations of factors a study runs: its points. The same for the same factors and seed.
 *
 * <p>It draws from the {@link Factor}s of a {@link Study}; {@link StudyRun} asks it for the points.
 */
public sealed interface Design extends Serializable {
    /** Returns the points to begin with, each with a value for every factor. */
    List<List<Double>> points(List<Factor> factors, long seed);

    /**
     * Every combination.
     *
     * @param levels values of a range, at least 1; a list has its own number
     */
    record Grid(int levels) implements Design {
        private static final int MOST = 10_000_000;

        /** Checks the number. */
        public Grid {
            positive("levels", levels);
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            List<List<Double>> all = new ArrayList<>();
            all.add(List.of());
            for (Factor factor : factors) {
                List<Double> values = factor.levels(levels);
                if ((long) all.size() * values.size() > MOST) {
                    throw new StudyException(
                            "levels", "a grid of more than " + MOST + " points: take fewer, or another design", levels);
                }
                List<List<Double>> more = new ArrayList<>();
                for (List<Double> begun : all) {
                    for (double value : values) {
                        List<Double> point = new ArrayList<>(begun);
                        point.add(value);
                        more.add(List.copyOf(point));
                    }
                }
                all = more;
            }
            return all;
        }
    }

    /**
     * A Latin hypercube (McKay, Beckman and Conover, 1979): each factor's range in as many equal parts as there are points, each
     * part met once.
     */
    record LatinHypercube(int count) implements Design {
        /** Checks the number. */
        public LatinHypercube {
            positive("points", count);
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            double[][] shares = new double[count][factors.size()];
            RandomStreams streams = new RandomStreams(seed);
            for (int f = 0; f < factors.size(); f++) {
                SimRandom random =
                        streams.stream("study/latin/" + factors.get(f).name());
                int[] order = new int[count];
                for (int i = 0; i < count; i++) {
                    int j = random.nextInt(i + 1);
                    order[i] = order[j];
                    order[j] = i;
                }
                for (int i = 0; i < count; i++) {
                    shares[i][f] = (order[i] + open(random)) / count;
                }
            }
            return mapped(factors, shares);
        }
    }

    /** Independent draws. */
    record RandomDraws(int count) implements Design {
        /** Checks the number. */
        public RandomDraws {
            positive("points", count);
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            double[][] shares = new double[count][factors.size()];
            RandomStreams streams = new RandomStreams(seed);
            for (int f = 0; f < factors.size(); f++) {
                SimRandom random =
                        streams.stream("study/draws/" + factors.get(f).name());
                for (double[] share : shares) {
                    share[f] = open(random);
                }
            }
            return mapped(factors, shares);
        }
    }

    /** Sobol's sequence with the direction numbers of Joe and Kuo, shifted at random as a whole; best with a power of two. */
    record Sobol(int count) implements Design {
        /** Checks the number. */
        public Sobol {
            positive("points", count);
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            return mapped(factors, sequence(count, factors.size(), seed));
        }
    }

    /**
     * Saltelli's design for Sobol indices ("Variance based sensitivity analysis of model output", 2010): two matrices of {@code count} rows,
     * and for each factor the first with that one column of the second; {@code count * (factors + 2)} points in that order.
     */
    record Saltelli(int count) implements Design {
        /** Checks the number. */
        public Saltelli {
            positive("points", count);
            if (count < 2) {
                throw new StudyException("points", "must be at least 2: the indices are shares of a variance", count);
            }
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            int k = factors.size();
            double[][] both = sequence(count, 2 * k, seed);
            double[][] shares = new double[count * (k + 2)][k];
            for (int row = 0; row < count; row++) {
                System.arraycopy(both[row], 0, shares[row], 0, k);
                System.arraycopy(both[row], k, shares[count + row], 0, k);
                for (int f = 0; f < k; f++) {
                    double[] mixed = shares[(f + 2) * count + row];
                    System.arraycopy(both[row], 0, mixed, 0, k);
                    mixed[f] = both[row][k + f];
                }
            }
            return mapped(factors, shares);
        }
    }

    /** Each factor at both its ends with the others at their nominal values; the nominal point first. */
    record OneAtATime() implements Design {
        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            List<Double> nominal = factors.stream().map(Factor::nominal).toList();
            List<List<Double>> all = new ArrayList<>();
            all.add(nominal);
            for (int f = 0; f < factors.size(); f++) {
                for (double end : factors.get(f).ends()) {
                    List<Double> point = new ArrayList<>(nominal);
                    point.set(f, end);
                    all.add(List.copyOf(point));
                }
            }
            return all;
        }
    }

    /**
     * Looks for where an output crosses a threshold along the first factor, a range: {@code levels} points, then halves each interval
     * at whose ends the mean lies on different sides, until it is narrower than {@code width}. The other factors form a grid.
     *
     * @param output which
     * @param threshold the value that is crossed
     * @param levels points to begin with, at least 2
     * @param width when it is narrow enough, in units of the factor
     */
    record Refine(String output, double threshold, int levels, double width) implements Design {
        /** Checks the numbers. */
        public Refine {
            if (levels < 2) {
                throw new StudyException("levels", "must be at least 2 where an interval is halved", levels);
            }
            if (!(width > 0) || Double.isInfinite(width)) {
                throw new StudyException(
                        "width",
                        "must be above 0: how narrow an interval of the first factor shall become",
                        Decimals.shown(width));
            }
            if (!Double.isFinite(threshold)) {
                throw new StudyException("threshold", "must be a finite number", Decimals.shown(threshold));
            }
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            return new Grid(levels).points(factors, seed);
        }

        /** Returns the middles of the intervals that the threshold lies in; none if all are narrow. */
        List<List<Double>> next(List<List<Double>> points, List<Double> means, boolean wholeNumbers) {
            List<List<Double>> middles = new ArrayList<>();
            for (int i = 0; i < points.size(); i++) {
                int j = neighbour(points, i);
                if (j < 0) {
                    continue;
                }
                double low = points.get(i).get(0);
                double high = points.get(j).get(0);
                boolean crossed = (means.get(i) < threshold) != (means.get(j) < threshold);
                double middle =
                        wholeNumbers ? StrictMath.rint((low + high) / 2) : Decimals.twelveDigits((low + high) / 2);
                if (crossed && high - low > width && middle > low && middle < high) {
                    List<Double> point = new ArrayList<>(points.get(i));
                    point.set(0, middle);
                    middles.add(List.copyOf(point));
                }
            }
            return middles;
        }

        /** Returns the next point along the first factor with all others equal, or -1. */
        private static int neighbour(List<List<Double>> points, int i) {
            List<Double> rest = points.get(i).subList(1, points.get(i).size());
            int best = -1;
            for (int j = 0; j < points.size(); j++) {
                List<Double> other = points.get(j);
                if (other.get(0) > points.get(i).get(0)
                        && other.subList(1, other.size()).equals(rest)
                        && (best < 0 || other.get(0) < points.get(best).get(0))) {
                    best = j;
                }
            }
            return best;
        }
    }

    /** Points that are given. */
    record Points(List<List<Double>> points) implements Design {
        /** Copies the list. */
        public Points {
            points = List.copyOf(points);
        }

        @Override
        public List<List<Double>> points(List<Factor> factors, long seed) {
            for (List<Double> point : points) {
                if (point.size() != factors.size()) {
                    throw new IllegalArgumentException("a point takes a value for every factor, point=" + point);
                }
            }
            return points;
        }
    }

    private static double[][] sequence(int count, int dimensions, long seed) {
        if (dimensions > 1000) {
            throw new StudyException("design", "Sobol's sequence has 1000 dimensions at most", dimensions);
        }
        SobolSequenceGenerator generator = new SobolSequenceGenerator(dimensions);
        SimRandom random = new RandomStreams(seed).stream("study/sobol/shift");
        double[] shift = new double[dimensions];
        for (int d = 0; d < dimensions; d++) {
            shift[d] = open(random);
        }
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++) {
            double[] row = generator.nextVector();
            for (int d = 0; d < dimensions; d++) {
                double shifted = row[d] + shift[d];
                row[d] = Math.max(0x1.0p-53, shifted >= 1 ? shifted - 1 : shifted);
            }
            rows[i] = row;
        }
        return rows;
    }

    private static List<List<Double>> mapped(List<Factor> factors, double[][] shares) {
        List<List<Double>> points = new ArrayList<>(shares.length);
        for (double[] row : shares) {
            Double[] point = new Double[row.length];
            for (int f = 0; f < row.length; f++) {
                point[f] = factors.get(f).at(row[f]);
            }
            points.add(List.of(point));
        }
        return points;
    }

    /** A number in (0, 1). */
    private static double open(SimRandom random) {
        return Math.max(0x1.0p-54, random.nextDouble());
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new StudyException(name, "must be at least 1", value);
        }
    }
}
