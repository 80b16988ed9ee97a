package io.torosim.bench.cli.study;

import io.torosim.bench.spec.StudyFile;
import io.torosim.sweep.Study.StudyException;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Starts the Spark runner as a process of its own, so that no class of Spark is ever on this one's class path. Spark is that of SPARK_HOME if
 * it is set, else the one in the local Maven repository that the module {@code sweep/spark} was built with.
 */
final class SparkLauncher {
    private static final String RUNNER = "io.torosim.sweep.spark.SparkStudy";

    private static final int ANSWER_MILLIS = 5_000;

    private SparkLauncher() {}

    /** Waits for a process. */
    interface Waiting {
        /** Returns its status. */
        int await(Process process) throws InterruptedException;
    }

    /** Runs a study; returns the runner's status. */
    static int run(String master, StudyFile study, Optional<Duration> time, Path out, boolean resume, Waiting waiting)
            throws IOException, InterruptedException {
        checkReachable(master);
        Path own = ownJar();
        Path module =
                own.toAbsolutePath().resolve("../../../sweep/spark/target").normalize();
        Path runner = module.resolve("torosim-sweep-spark.jar");
        if (!Files.exists(runner)) {
            throw new StudyException(runner + ": not there; build it with mvn -DskipTests -pl sweep/spark -am package");
        }
        if (study.classes().isPresent() && !Files.isRegularFile(study.classes().get())) {
            throw new StudyException(
                    "class",
                    "a cluster takes a jar, no directory",
                    study.classes().get());
        }
        Path serialized = Files.createTempFile("torosim-study", ".ser");
        try {
            try (ObjectOutputStream stream = new ObjectOutputStream(Files.newOutputStream(serialized))) {
                stream.writeObject(study.study());
            } catch (java.io.NotSerializableException e) {
                throw new StudyException(study.study().name() + ": the model cannot be sent to a cluster: " + e);
            }
            List<String> command = command(master, own, runner, study.classes(), spark(module));
            command.addAll(List.of(
                    master,
                    serialized.toString(),
                    out.toString(),
                    resume ? "resume" : "new",
                    Long.toString(study.budget()),
                    Long.toString(time.map(Duration::toNanos).orElse(Long.MAX_VALUE))));
            return waiting.await(new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } finally {
            Files.deleteIfExists(serialized);
        }
    }

    /** Spark itself tries a master for a minute and then ends in a stack trace. Of several masters, one is enough. */
    private static void checkReachable(String master) {
        if (!master.startsWith("spark://")) {
            return;
        }
        String wrong = "";
        for (String address : master.substring("spark://".length()).split(",")) {
            int colon = address.lastIndexOf(':');
            String port = address.substring(colon + 1);
            if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
                throw new StudyException("--master must be spark://HOST:PORT, master=" + master);
            }
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(address.substring(0, colon), Integer.parseInt(port)), ANSWER_MILLIS);
                return;
            } catch (UnknownHostException e) {
                wrong = "no such host";
            } catch (IOException e) {
                wrong = e.getMessage();
            }
        }
        throw new StudyException("--master: no master answers (" + wrong + "), master=" + master);
    }

    /** What starts the runner, but for its arguments: spark-submit where a Spark has it, with whatever that Spark is set up for; else java. */
    private static List<String> command(String master, Path own, Path runner, Optional<Path> classes, Spark spark) {
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                "spark.jars", own + "," + runner + classes.map(jar -> "," + jar).orElse(""));
        if (master.startsWith("spark://127.0.0.1:") || master.startsWith("spark://localhost:")) {
            settings.put("spark.driver.host", "127.0.0.1"); // else by the host's name, which need not be reachable
            settings.put("spark.driver.bindAddress", "127.0.0.1");
        }
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("spark."))
                .forEach(name -> settings.put(name, System.getProperty(name)));
        List<String> command = new ArrayList<>();
        if (spark.submit().isPresent()) {
            command.addAll(List.of(spark.submit().get().toString(), "--master", master, "--class", RUNNER));
            settings.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
            command.add(runner.toString());
            return command;
        }
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-XX:+UseSerialGC");
        if (settings.containsKey("spark.driver.memory")) {
            command.add("-Xmx"
                    + settings.get(
                            "spark.driver.memory")); // Spark itself would be too late: the driver is this process
        }
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of(
                "-cp",
                own
                        + File.pathSeparator
                        + runner
                        + classes.map(jar -> File.pathSeparator + jar).orElse("")
                        + File.pathSeparator
                        + spark.classPath(),
                RUNNER));
        return command;
    }

    /**
     * A Spark.
     *
     * @param classPath its jars
     * @param submit its spark-submit, if it has one
     */
    private record Spark(String classPath, Optional<Path> submit) {}

    private static Spark spark(Path module) throws IOException {
        String home = System.getenv("SPARK_HOME");
        if (home == null || home.isEmpty()) {
            return new Spark(
                    Files.readString(module.resolve("spark-classpath.txt")).strip(), Optional.empty());
        }
        if (!Files.isDirectory(Path.of(home, "jars"))) {
            throw new StudyException("SPARK_HOME has no directory jars, SPARK_HOME=" + home);
        }
        return new Spark(
                Path.of(home, "jars") + File.separator + "*",
                Optional.of(Path.of(home, "bin", "spark-submit")).filter(Files::isExecutable));
    }

    private static Path ownJar() {
        try {
            Path own = Path.of(SparkLauncher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (!Files.isRegularFile(own)) {
                throw new StudyException("--master works from torosim.jar only");
            }
            return own;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
