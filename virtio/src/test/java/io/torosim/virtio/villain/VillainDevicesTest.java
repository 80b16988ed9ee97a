package io.torosim.virtio.villain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What the tests of virtio-villain's entropy, socket, block and console devices are named for, done to ours, with the verdict measured. {@code
 * -Dtorosim.updateDocs=true} writes them into docs/virtio-rules.md.
 */
class VillainDevicesTest {
    private static final Path PAGE = Path.of("../docs/virtio-rules.md");
    private static final String BEGIN = "<!-- devices -->\n";
    private static final String END = "<!-- end of devices -->\n";

    @Test
    void noCaseFails_andThePageShowsTheVerdicts() throws IOException {
        Map<String, String> all = new TreeMap<>(EntropyCases.verdicts());
        all.putAll(VsockCases.verdicts());
        all.putAll(BlkCases.verdicts());
        all.putAll(ConsoleCases.verdicts());
        assertThat(all).doesNotContainValue("fail").hasSize(230);
        String text = all.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        TreeMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.joining(", "))))
                .entrySet()
                .stream()
                .map(e -> "| " + e.getKey() + " | " + e.getValue() + " |\n")
                .collect(Collectors.joining("", "| verdict | tests |\n|---|---|\n", ""));
        String page = Files.readString(PAGE);
        String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String tail = page.substring(page.indexOf(END));
        if (Boolean.getBoolean("torosim.updateDocs")) {
            Files.writeString(PAGE, head + text + tail);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(head + text + tail);
    }
}
