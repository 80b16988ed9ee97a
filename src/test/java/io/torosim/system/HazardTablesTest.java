package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.defect.Defects;
import io.torosim.guest.hazard.GuestScenarios;
import io.torosim.sched.explore.Explorer;
import io.torosim.sched.explore.Explorer.BoundedResult;
import io.torosim.sched.explore.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables of docs/scheduler.md about hazards: when each is found, and the searches of the repaired kernel that take little time. */
class HazardTablesTest {
    private static final long QUICK = 1_500;

    private static List<String> page;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readAllLines(Path.of("..", "..", "docs", "scheduler.md"));
    }

    /** The cells of a scenario's row in the table whose heading has this. */
    private static String[] cells(String heading, String scenario) {
        int at = 0;
        while (!page.get(at).startsWith("| scenario |") || !page.get(at).contains(heading)) {
            at++;
        }
        while (!page.get(at).startsWith("| " + scenario + " |")) {
            at++;
        }
        return Arrays.stream(page.get(at).split("\\|")).map(String::strip).toArray(String[]::new);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    @Test
    void everyHazard_isFoundInTheRunThatThePageSays() {
        for (Scenario scenario : GuestScenarios.ofTheKernel()) {
            assertThat(Explorer.search(scenario, scenario.defectsOn(), 1, 100_000)
                            .runs())
                    .as(scenario.name())
                    .isEqualTo(number(cells("found in run", scenario.name())[3]));
        }
    }

    @Test
    void fewestSurprises_andTheRepairedKernel_areWhatThePageSays() {
        int exhausted = 0;
        int quick = 0;
        for (Scenario scenario : GuestScenarios.ofTheKernel()) {
            String[] cells = cells("fewest surprises", scenario.name());
            BoundedResult found = Explorer.bounded(scenario, scenario.defectsOn(), 1, 2, runs -> runs < 20_000);
            assertThat(String.format(Locale.ROOT, "%d, run %,d", found.surprises(), found.runs()))
                    .as(scenario.name())
                    .isEqualTo(cells[2]);
            boolean whole = cells[3].startsWith("exhausted at ");
            exhausted += whole ? 1 : 0;
            if (whole && number(cells[4]) <= QUICK) {
                BoundedResult repaired =
                        Explorer.bounded(scenario, Defects.none(), 1, found.surprises() + 1, runs -> true);
                assertThat("exhausted at " + repaired.surprises())
                        .as(scenario.name())
                        .isEqualTo(cells[3]);
                assertThat(repaired.runs()).as(scenario.name()).isEqualTo(number(cells[4]));
                quick++;
            }
        }
        assertThat(quick).isGreaterThan(7);
        assertThat(exhausted).isGreaterThanOrEqualTo(15);
        assertThat(String.join(" ", page)).contains(exhausted + " of 25 exhausted");
    }
}
