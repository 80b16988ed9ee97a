package io.torosim.sweep;

import io.torosim.core.random.RandomStreams;

/** Models with known answers. */
final class Models {
    private Models() {}

    /** Ishigami and Homma's function (1990) with a = 7, b = 0.1 on [-pi, pi]^3. */
    static Study.Builder ishigami() {
        return Study.of(
                        "ishigami",
                        cell -> {
                            double x1 = cell.value("x1");
                            double s2 = StrictMath.sin(cell.value("x2"));
                            double x3 = cell.value("x3");
                            double s1 = StrictMath.sin(x1);
                            return new double[] {s1 + 7 * s2 * s2 + 0.1 * x3 * x3 * x3 * x3 * s1};
                        },
                        "y")
                .factors(
                        Factor.range("x1", -StrictMath.PI, StrictMath.PI),
                        Factor.range("x2", -StrictMath.PI, StrictMath.PI),
                        Factor.range("x3", -StrictMath.PI, StrictMath.PI));
    }

    /** The number of the cell, a draw of its seed, and a failure at every 1000th cell. */
    static Study.Builder trivial(int points) {
        return Study.of(
                        "trivial",
                        cell -> {
                            if (cell.number() % 1000 == 999) {
                                throw new IllegalStateException("cell " + cell.number() + ", \"as asked\"");
                            }
                            return new double[] {
                                cell.number(),
                                new RandomStreams(cell.seed()).stream("x").nextDouble()
                            };
                        },
                        "number",
                        "draw")
                .factors(Factor.range("a", 0, 1), Factor.list("word", java.util.List.of("plain", "a,b")))
                .design(new Design.LatinHypercube(points))
                .ownSeeds();
    }
}
