package io.torosim.sweep.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;

/** A master and workers of one core each, every one a process of its own on 127.0.0.1, from the class path of the tests. */
final class StandaloneCluster implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path directory;
    private final int port;
    private final Process master;
    private final List<Process> workers = new ArrayList<>();

    /**
     * Starts it; {@code directory} takes logs and scratch files.
     *
     * @throws IOException if the master does not listen within a minute
     */
    StandaloneCluster(Path directory, int count) throws IOException, InterruptedException {
        this.directory = directory;
        Files.createDirectories(
                directory.resolve("jars")); // a SPARK_HOME that holds nothing: all jars come by the class path
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        master = start(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--webui-port",
                "0");
        try {
            awaitMaster();
            for (int i = 0; i < count; i++) {
                workers.add(start(
                        "worker-" + i,
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--cores",
                        "1",
                        "--memory",
                        "512m",
                        "--webui-port",
                        "0",
                        "--work-dir",
                        directory.resolve("work-" + i).toString(),
                        url()));
            }
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** Returns what a driver on this machine needs to know. */
    static SparkConf settings() {
        return new SparkConf(false)
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", "512m")
                .set("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    }

    /** Kills a worker; the executor below it ends by itself when it finds its worker gone. */
    void kill(int worker) throws InterruptedException {
        workers.get(worker).destroyForcibly().waitFor();
    }

    /** Returns master, workers and executors. */
    List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>(List.of(master.toHandle()));
        for (Process worker : workers) {
            all.add(worker.toHandle());
            worker.descendants().forEach(all::add);
        }
        return all;
    }

    /** Returns the command of a java process on the class path of the tests. */
    static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return command;
    }

    private Process start(String name, String... arguments) throws IOException {
        File log = directory.resolve(name + ".log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(java(arguments)).redirectErrorStream(true).redirectOutput(log);
        builder.environment().put("SPARK_HOME", directory.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        return builder.start();
    }

    private void awaitMaster() throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                if (!master.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) {
                    throw new IOException(
                            "no master: "
                                    + Files.readString(directory.resolve("master.log"))
                                            .strip(),
                            e);
                }
                Thread.sleep(50);
            }
        }
    }

    @Override
    public void close() {
        workers.forEach(Process::destroyForcibly);
        master.destroyForcibly();
    }
}
