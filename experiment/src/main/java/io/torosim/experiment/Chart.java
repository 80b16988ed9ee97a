package io.torosim.experiment;

import java.util.List;

/** A chart in a section of the report, other than the curves of {@code top} and the phases of a boot. */
public sealed interface Chart {
    /** Returns its heading, unique within its experiment. */
    String title();

    /**
     * Lines over a common axis.
     *
     * @param title heading
     * @param xLabel what the horizontal axis shows, with its unit
     * @param yLabel what the vertical axis shows, with its unit
     * @param logarithmicX whether the horizontal axis is logarithmic; every x must be positive then
     * @param lines the lines, in the order of the legend
     */
    record LineChart(String title, String xLabel, String yLabel, boolean logarithmicX, List<Line> lines)
            implements Chart {
        /**
         * Copies the list.
         *
         * @throws IllegalArgumentException if a point is not finite, or not positive on a logarithmic axis
         */
        public LineChart {
            lines = List.copyOf(lines);
            for (Line line : lines) {
                for (Point p : line.points()) {
                    if (!Double.isFinite(p.x()) || !Double.isFinite(p.y()) || logarithmicX && p.x() <= 0) {
                        throw new IllegalArgumentException("point of " + title + ", " + line.name()
                                + " must be finite, and x > 0 if logarithmic: " + p);
                    }
                }
            }
        }

        /** Returns a chart with a linear horizontal axis. */
        public static LineChart linear(String title, String xLabel, String yLabel, List<Line> lines) {
            return new LineChart(title, xLabel, yLabel, false, lines);
        }

        /**
         * One line.
         *
         * @param name its name in the legend
         * @param points its points, in order of x
         */
        public record Line(String name, List<Point> points) {
            /** Copies the list. */
            public Line {
                points = List.copyOf(points);
            }
        }

        /**
         * One point.
         *
         * @param x horizontal
         * @param y vertical
         */
        public record Point(double x, double y) {}
    }

    /**
     * Sensitivity of one figure: what it becomes with each parameter at either end of its range, the others as shipped. Widest
     * bar first.
     *
     * @param title heading: which figure
     * @param unit its unit
     * @param base the figure with all parameters as shipped
     * @param bandLow lower end of the band in which the conclusion holds, or NaN
     * @param bandHigh upper end of that band, or NaN
     * @param bars one for each parameter
     */
    record TornadoChart(String title, String unit, double base, double bandLow, double bandHigh, List<Bar> bars)
            implements Chart {
        /**
         * Sorts the bars by width, the widest first, ties by name.
         *
         * @throws IllegalArgumentException if a figure is not finite
         */
        public TornadoChart {
            if (!Double.isFinite(base) || bars.stream().anyMatch(b -> !Double.isFinite(b.width()))) {
                throw new IllegalArgumentException(
                        "every figure of " + title + " must be finite: " + base + ", " + bars);
            }
            bars = bars.stream()
                    .sorted((a, b) -> a.width() == b.width()
                            ? a.parameter().compareTo(b.parameter())
                            : Double.compare(b.width(), a.width()))
                    .toList();
        }

        /** Returns whether the conclusion holds with each parameter at either end of its range. */
        public boolean survives() {
            return bars.stream().allMatch(b -> holds(b.atLow()) && holds(b.atHigh()));
        }

        /** Returns the parameters for which it does not hold at an end of their range, widest first. */
        public List<String> breakers() {
            return bars.stream()
                    .filter(b -> !holds(b.atLow()) || !holds(b.atHigh()))
                    .map(Bar::parameter)
                    .toList();
        }

        /** Returns whether the conclusion holds for {@code value}. */
        public boolean holds(double value) {
            return !(value < bandLow) && !(value > bandHigh);
        }

        /**
         * One parameter.
         *
         * @param parameter its name in the cost model, or of the input
         * @param low lower end of its range, with the unit
         * @param high upper end of its range, with the unit
         * @param atLow the figure with the parameter at its lower end
         * @param atHigh the figure with the parameter at its upper end
         */
        public record Bar(String parameter, String low, String high, double atLow, double atHigh) {
            /** Returns how far the figure moves. */
            public double width() {
                return StrictMath.abs(atHigh - atLow);
            }
        }
    }
}
