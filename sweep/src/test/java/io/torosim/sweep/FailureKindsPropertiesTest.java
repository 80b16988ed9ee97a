package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.sweep.StudyResults.FailureKind;
import io.torosim.sweep.name.Nearest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FailureKindsPropertiesTest {
    /** Numbered failures, those of one kind telling apart by numbers alone. */
    private static String error(int cell, int kinds) {
        int kind = cell * 31 % kinds;
        String word = Integer.toString(kind, 26).replaceAll("[0-9]", "z" + (char) ('a' + kind % 26));
        return (cell % 3 == 0 ? "java.lang.IllegalStateException" : "java.io.IOException") + ": " + word + " in cell "
                + cell;
    }

    @Property(tries = 60)
    void orderOfArrival_changesNothing(
            @ForAll @IntRange(min = 1, max = 3000) int count,
            @ForAll @IntRange(min = 1, max = 4000) int kinds,
            @ForAll int seed) {
        List<Integer> cells = new ArrayList<>();
        FailureKinds inOrder = new FailureKinds();
        for (int cell = 0; cell < count; cell++) {
            cells.add(cell);
            inOrder.add(cell, error(cell, kinds));
        }
        Collections.shuffle(cells, new Random(seed));
        FailureKinds shuffled = new FailureKinds();
        cells.forEach(cell -> shuffled.add(cell, error(cell, kinds)));
        assertThat(shuffled.all()).isEqualTo(inOrder.all());
        assertThat(shuffled.all().stream().mapToLong(FailureKind::count).sum()).isEqualTo(count);
        assertThat(shuffled.all().size()).isLessThanOrEqualTo(1000);
        assertThat(shuffled.all())
                .allSatisfy(kind -> assertThat(kind.firstError()).isEqualTo(error((int) kind.firstCell(), kinds)));
    }

    @Example
    void numbersApart_theMostFrequentFirst() {
        FailureKinds kinds = new FailureKinds();
        kinds.add(7, "E: cell 7 at 1.5");
        kinds.add(3, "E: cell 3 at -12");
        kinds.add(1, "F");
        kinds.add(9, "E: cell 9 at +0.25E-7");
        assertThat(kinds.all())
                .containsExactly(
                        new FailureKind("E: cell # at #", 3, 3, "E: cell 3 at -12"), new FailureKind("F", 1, 1, "F"));
    }

    @Example
    void nearestNames_takeTheFewestSlips() {
        assertThat(Nearest.slips("", "abc")).isEqualTo(3);
        assertThat(Nearest.slips("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.slips("ouptuts", "outputs"))
                .as("an exchange is one slip")
                .isEqualTo(1);
        assertThat(Nearest.slips("abcd", "badc")).isEqualTo(2);
        List<String> few = List.of("levels", "points", "seed");
        assertThat(Nearest.hint("point", few)).isEqualTo("there are points, seed, levels");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add("key-" + i);
        }
        assertThat(Nearest.hint("kye-17", many))
                .startsWith("nearest are key-17, ")
                .endsWith(" of 40");
    }
}
