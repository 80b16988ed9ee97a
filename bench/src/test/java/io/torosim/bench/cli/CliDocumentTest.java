package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.experiment.catalog.Experiments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** docs/cli.md against the command line. */
class CliDocumentTest {
    private final String page;

    CliDocumentTest() throws IOException {
        page = Files.readString(Path.of("..", "docs", "cli.md"));
    }

    @Test
    void everyExperiment_isInTheTable() {
        String table = page.substring(page.indexOf("| experiment |"), page.indexOf("| argument |"));
        assertThat(Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|")
                        .matcher(table)
                        .results()
                        .map(m -> m.group(1)))
                .containsExactlyElementsOf(Experiments.names());
    }

    /** Lists of commands show the first line of what describes each. */
    @Test
    void everyCommand_isDescribedByASentence() {
        List<CommandLine> commands = new ArrayList<>(List.of(Torosim.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
            assertThat(commands.get(i).getCommandSpec().usageMessage().description()[0])
                    .as(commands.get(i).getCommandName())
                    .endsWith(".");
        }
        assertThat(commands).hasSizeGreaterThan(20);
    }

    @Test
    void everyCommand_hasASection() {
        assertThat(Pattern.compile("(?m)^## .*")
                        .matcher(page)
                        .results()
                        .map(MatchResult::group)
                        .toList()
                        .toString())
                .contains(Torosim.commandLine().getSubcommands().keySet().stream()
                        .map(name -> "torosim " + name)
                        .toList());
    }

    /** Each option of these commands stands in its synopsis, and no other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu blk",
                "qemu boot",
                "qemu conformance",
                "qemu cpu",
                "qemu gap",
                "calibrate",
                "study",
                "kit queue",
                "kit crash"
            })
    void synopsis_hasTheOptionsOfTheHelp(String name) {
        CommandLine command = Torosim.commandLine();
        for (String word : name.split(" ")) {
            command = command.getSubcommands().get(word);
        }
        TreeSet<String> options = new TreeSet<>();
        command.getCommandSpec().options().forEach(option -> options.add(option.longestName()));
        options.removeAll(List.of("--help", "--version"));
        Matcher synopsis = Pattern.compile("(?m)^    torosim " + name + " .*(\\n {8,}\\S.*)*")
                .matcher(page);
        assertThat(synopsis.find()).isTrue();
        TreeSet<String> written = new TreeSet<>();
        Pattern.compile("--[a-z-]+").matcher(synopsis.group()).results().forEach(m -> written.add(m.group()));
        assertThat(written).isEqualTo(options);
    }

    /** picocli formats exit codes and says so on the error output if it cannot: a percent sign is two. */
    @Test
    void exitCodes_canBeFormatted() {
        List<CommandLine> commands = new ArrayList<>(List.of(Torosim.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
            for (String text : commands.get(i)
                    .getCommandSpec()
                    .usageMessage()
                    .exitCodeList()
                    .values()) {
                assertThat(String.format(text)).isNotEmpty();
            }
        }
        assertThat(commands).hasSizeGreaterThan(15);
    }
}
