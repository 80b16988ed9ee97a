package io.torosim.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.virtio.qtest.QtestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

class QemuCommandTest extends CommandCalls {
    @TempDir
    private Path dir;

    @Test
    void blk_listsEveryFile_andCompares() throws IOException {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
        Path files = Files.createDirectories(dir.resolve("a, b/deeper")).getParent();
        Files.writeString(files.resolve("A long name.txt"), "hello");
        Files.write(files.resolve("deeper/BIG.BIN"), new byte[70_000]);
        for (List<String> mode : List.of(List.<String>of(), List.of("--packed"), List.of("--legacy"))) {
            out.getBuffer().setLength(0);
            String[] args = new String[4 + mode.size()];
            List<String> all = new java.util.ArrayList<>(List.of("qemu", "blk", "--json", files.toString()));
            all.addAll(mode);
            assertThat(call(all.toArray(args))).isZero();
            Map<String, Object> root = JSON.std.mapFrom(out.toString());
            assertThat(root).containsEntry("same", true);
            assertThat((List<?>) root.get("files"))
                    .extracting("path")
                    .containsExactly("A long name.txt", "deeper/BIG.BIN");
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void conformance_passes_andWritesJUnitAndJson() throws Exception {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
        Path junit = dir.resolve("report.xml");
        assertThat(call(
                        "qemu",
                        "conformance",
                        "--scripts",
                        "16",
                        "--seed",
                        "77",
                        "--json",
                        "--junit",
                        junit.toString()))
                .isZero();
        Map<String, Object> root = JSON.std.mapFrom(out.toString());
        assertThat(root).containsEntry("passed", true).containsEntry("differing", 0);
        assertThat((Map<?, ?>) root.get("modes"))
                .extracting(m -> m.get("blk packed+indirect+event_idx"))
                .isEqualTo("ok");
        Map<?, ?> places = (Map<?, ?>) root.get("places");
        assertThat(places.containsKey("net on legacy-mmio")).isTrue();
        assertThat((Integer) root.get("scripts")).isGreaterThanOrEqualTo(16);
        var suites = javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(junit.toFile())
                .getElementsByTagName("testsuite");
        assertThat(suites.getLength()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            var suite = (org.w3c.dom.Element) suites.item(i);
            assertThat(suite.getAttribute("failures")).isEqualTo("0");
            assertThat(suite.getElementsByTagName("testcase").getLength())
                    .isEqualTo(Integer.parseInt(suite.getAttribute("tests")))
                    .isEqualTo(i == 0 ? 36 : places.size());
        }
    }

    @Test
    void wrongCalls_end2_inOneLine() throws IOException {
        assertThat(call("qemu", "blk", dir.resolve("none").toString())).isEqualTo(2);
        assertThat(call("qemu", "blk", dir.toString(), "--packed", "--legacy")).isEqualTo(2);
        assertThat(call("qemu", "conformance", "--scripts", "-1")).isEqualTo(2);
        assertThat(call("qemu", "conformance", "--scripts", "0")).isEqualTo(2);
        assertThat(call(
                        "qemu",
                        "conformance",
                        "--junit",
                        dir.resolve("none/report.xml").toString()))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(5)
                .allMatch(line -> line.startsWith("torosim"))
                .anyMatch(line -> line.contains("--scripts must be in [1, 1000000], but was 0"))
                .anyMatch(line -> line.contains("--junit must name a file in a directory that exists"))
                .anyMatch(line -> line.contains("none: must be a directory"));
    }

    @Test
    void directoryTooLarge_isReportedWithWhatQemuSays() throws IOException {
        assumeTrue(QtestSession.available(), "qemu-system-x86_64 is not installed");
        try (var file = new java.io.RandomAccessFile(dir.resolve("huge").toFile(), "rw")) {
            file.setLength(600L << 20);
        }
        assertThat(call("qemu", "blk", dir.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("does not fit in FAT16");
    }
}
