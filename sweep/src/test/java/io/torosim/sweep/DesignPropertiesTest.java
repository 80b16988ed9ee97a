package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DesignPropertiesTest {
    private static final List<Factor> FACTORS = List.of(
            Factor.range("a", -3, 5),
            Factor.logRange("b", 1, 1000),
            Factor.list("c", List.of("x", "y", "z")),
            Factor.range("d", 1, 9).wholeNumbers(),
            new Factor.Drawn("e", Factor.Shape.NORMAL, 0, 1, 0, ""));

    @Property(tries = 50)
    void latinHypercube_meetsEveryPartOfEveryRangeOnce(
            @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
        List<List<Double>> points = new Design.LatinHypercube(count).points(FACTORS, seed);
        assertThat(points).hasSize(count);
        assertThat(points.stream()
                        .map(p -> (int) StrictMath.floor((p.get(0) + 3) / 8 * count))
                        .sorted())
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThat(points).isEqualTo(new Design.LatinHypercube(count).points(FACTORS, seed));
    }

    @Property(tries = 50)
    void everyDesign_staysWithinTheRanges(@ForAll @IntRange(min = 2, max = 40) int count, @ForAll long seed) {
        for (Design design : List.of(
                new Design.Grid(1 + count % 4),
                new Design.LatinHypercube(count),
                new Design.RandomDraws(count),
                new Design.Sobol(count),
                new Design.Saltelli(count),
                new Design.OneAtATime())) {
            for (List<Double> p : design.points(FACTORS, seed)) {
                assertThat(p.get(0)).isBetween(-3.0, 5.0);
                assertThat(p.get(1)).isBetween(1.0, 1000.0);
                assertThat(p.get(2)).isIn(0.0, 1.0, 2.0);
                assertThat(p.get(3)).isBetween(1.0, 9.0).isEqualTo(StrictMath.rint(p.get(3)));
                assertThat(p.get(4)).isBetween(-9.0, 9.0);
            }
        }
    }

    @Property(tries = 200)
    void decimals_giveTheNumberBack_andAreShort(@ForAll double value) {
        if (!Double.isNaN(value) && !Double.isInfinite(value)) {
            String text = Decimals.text(value);
            assertThat(Double.parseDouble(text)).isEqualTo(value + 0.0); // -0 is written as 0
            assertThat(text.replaceAll("[-.]|E.*", "").replaceAll("^0+|0+$", ""))
                    .hasSizeLessThanOrEqualTo(17);
        }
    }
}
