package io.torosim.system.fat.kit;

import io.torosim.fat.testkit.Implementation;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** mtools, a process for every call. */
final class MtoolsImplementation implements Implementation {
    private final Path directory;
    private int mounts;

    MtoolsImplementation(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        try {
            return "mtools "
                    + run("mtools", "--version").lines().findFirst().orElse("").replaceAll(".*mtools\\) ", "");
        } catch (IOException e) {
            return "mtools";
        }
    }

    @Override
    public Charset codePage() {
        return Charset.forName("IBM850"); // its default
    }

    /** Runs a program through a script, which is UTF-8 whatever the locale of this Java is. */
    private static String run(String... command) throws IOException {
        var line = new StringBuilder("exec");
        for (String word : command) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        Path script = Files.writeString(Files.createTempFile("kit", ".sh"), line.append('\n'));
        try {
            return runScript(script);
        } finally {
            Files.delete(script);
        }
    }

    private static String runScript(Path script) throws IOException {
        var builder = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("MTOOLS_SKIP_CHECK", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end after a minute");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (process.exitValue() > 128) {
            throw new IllegalStateException("ended by signal " + (process.exitValue() - 128));
        }
        if (process.exitValue() != 0) {
            throw new IOException(output.isBlank() ? "exit status " + process.exitValue() : output.strip());
        }
        return output;
    }

    @Override
    public Mounted mount(byte[] disk) throws IOException {
        Path image = Files.write(directory.resolve("mtools" + mounts++ + ".img"), disk);
        return new Volume(image, directory.resolve("content"));
    }

    private record Volume(Path image, Path content) implements Mounted {
        @Override
        public void write(String path, byte[] bytes) throws IOException {
            Files.write(content, bytes);
            run("mcopy", "-o", "-i", image.toString(), content.toString(), "::" + path);
        }

        @Override
        public byte[] read(String path) throws IOException {
            Files.deleteIfExists(content);
            run("mcopy", "-n", "-i", image.toString(), "::" + path, content.toString());
            return Files.readAllBytes(content);
        }

        @Override
        public List<String> list(String path) throws IOException {
            var names = new ArrayList<String>();
            String output;
            try {
                output = run("mdir", "-b", "-a", "-i", image.toString(), "::" + path);
            } catch (IOException e) {
                if (e.getMessage().contains("not found")) {
                    return names; // what mdir says of an empty directory
                }
                throw e;
            }
            for (String line : output.split("\n")) {
                String name = line.endsWith("/") ? line.substring(0, line.length() - 1) : line;
                name = name.substring(name.lastIndexOf('/') + 1);
                if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
            return names;
        }

        @Override
        public void makeDirectory(String path) throws IOException {
            run("mmd", "-D", "s", "-i", image.toString(), "::" + path);
        }

        @Override
        public void delete(String path) throws IOException {
            try {
                run("mdel", "-i", image.toString(), "::" + path);
            } catch (IOException e) {
                run("mrd", "-i", image.toString(), "::" + path);
            }
        }

        @Override
        public void move(String from, String to) throws IOException {
            run("mmove", "-D", "s", "-i", image.toString(), "::" + from, "::" + to);
        }

        @Override
        public byte[] unmount() throws IOException {
            byte[] bytes = Files.readAllBytes(image);
            Files.delete(image);
            return bytes;
        }
    }
}
