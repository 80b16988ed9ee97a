package io.torosim.experiment;

import java.util.List;

/**
 * Lines over a common axis.
 *
 * @param title heading
 * @param xLabel what the horizontal axis shows, with its unit
 * @param yLabel what the vertical axis shows, with its unit
 * @param logarithmicX whether the horizontal axis is logarithmic; every x must be positive then
 * @param lines the lines, in the order of the legend
 */
public record LineChart(String title, String xLabel, String yLabel, boolean logarithmicX, List<Line> lines)
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
