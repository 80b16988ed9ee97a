package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.guest.code.CodeCosts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped listings are what Free Pascal 3.2.2 makes of the shipped source. */
class CompiledListingsTest {
    @TempDir
    private Path directory;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = CodeCosts.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private String version() throws InterruptedException {
        try {
            return run("fpc", "-iV").trim();
        } catch (IOException e) {
            return "not installed";
        }
    }

    @Test
    void listings_areWhatTheCompilerMakes() throws Exception {
        String version = version();
        assumeTrue(version.equals("3.2.2"), "Free Pascal 3.2.2 wanted, fpc is " + version);
        for (String file : new String[] {"system.pas", "routines.pas"}) {
            Files.write(directory.resolve(file), resource(file));
        }
        String[][] levels = {{"-O-", "none"}, {"-O1", "o1"}, {"-O2", "o2"}, {"-O3", "o2"}}; // the same code
        for (String[] level : levels) {
            run("fpc", "-Twin64", "-Us", "-s", "-al", "system.pas");
            String log = run("fpc", "-Twin64", "-s", "-al", level[0], "routines.pas");
            Path listing = directory.resolve("routines.s");
            assertThat(listing).as(log).exists();
            assertThat(stripped(Files.readString(listing)))
                    .as(level[0])
                    .isEqualTo(new String(resource("routines-" + level[1] + ".s"), StandardCharsets.US_ASCII));
        }
    }

    /** Without comments, directives, debug labels and the mangled part of names. */
    private static String stripped(String text) {
        StringBuilder out = new StringBuilder();
        boolean code = false;
        for (String line : text.split("\n")) {
            if (line.startsWith(".section")) {
                code = line.startsWith(".section .text");
            }
            String trimmed = line.trim();
            boolean label = line.matches("[A-Za-z_.0-9$]+:.*") && !line.matches("\\.L[cdte].*");
            boolean instruction = line.matches("\\s+[a-z].*");
            if (code && !trimmed.startsWith("#") && (label || instruction)) {
                String plain = line.stripTrailing()
                        .replaceFirst("^\t", "    ")
                        .replaceFirst("\t", " ")
                        .replace("ROUTINES_$$_", "");
                out.append(plain.replaceFirst("\\$[A-Z0-9$]+(:?)$", "$1")).append('\n');
            }
        }
        return out.toString();
    }
}
