package io.torosim.bench.cli.lab;

import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code torosim kit queue}: random scripts at the two halves of a virtqueue. */
@Command(
        name = "queue",
        description = {
            "Runs random scripts at a driver's and a device's half of a virtqueue, in every mode, ours or yours.",
            "Shortens the one of the lowest number that breaks a rule."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:nothing found", "1:cut by --seconds", "2:wrong call", "3:something was found"})
public final class QueueScriptsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private NumberedSearch search;

    @Option(names = "--driver", paramLabel = "CLASS", description = "a DriverFactory of your own (default: our half)")
    private String driver;

    @Option(names = "--device", paramLabel = "CLASS", description = "a DeviceFactory of your own (default: our half)")
    private String device;

    @Option(
            names = "--classpath",
            paramLabel = "PATH",
            defaultValue = "",
            description = "where these classes are: directories and jar files")
    private String classPath;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "40",
            description = "steps of a script (default: ${DEFAULT-VALUE})")
    private int steps;

    @Option(
            names = "--size",
            paramLabel = "N",
            defaultValue = "8",
            description = "size of the queue (default: ${DEFAULT-VALUE})")
    private int size;

    /** Makes the command; picocli does it. */
    public QueueScriptsCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        DriverFactory drivers;
        DeviceFactory devices;
        try {
            search.check();
            if (steps < 1 || steps > 1_000_000) {
                throw new IllegalArgumentException("--steps must be in [1, 1000000], steps=" + steps);
            }
            if (size < 2 || size > 1024 || Integer.bitCount(size) != 1) {
                throw new IllegalArgumentException("--size must be a power of two in [2, 1024], size=" + size);
            }
            if (!classPath.isEmpty() && driver == null && device == null) {
                throw new IllegalArgumentException("--classpath does nothing without --driver or --device");
            }
            drivers = driver == null ? DriverQueue::create : made(driver, DriverFactory.class);
            devices = device == null ? DeviceQueue::create : made(device, DeviceFactory.class);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
        List<QueueMode> modes = QueueMode.all(size);
        return search.search(
                "queue, " + modes.size() + " modes",
                seed -> wrong(
                        DriverScript.random(modes.get((int) Math.floorMod(seed, (long) modes.size())), seed, steps),
                        drivers,
                        devices),
                command.commandLine().getOut());
    }

    private <T> T made(String name, Class<T> type) {
        Object made = UserClass.make(name, classPath);
        if (!type.isInstance(made)) {
            throw new IllegalArgumentException("the class must implement " + type.getSimpleName() + ", class=" + name);
        }
        return type.cast(made);
    }

    /** The broken rules and the shortest script that breaks one. */
    private static Optional<String> wrong(DriverScript script, DriverFactory drivers, DeviceFactory devices) {
        if (ScriptRunner.run(script, drivers, devices).ok()) {
            return Optional.empty();
        }
        DriverScript shortest = script;
        try {
            shortest = script.shrink(s -> !ScriptRunner.run(s, drivers, devices).ok(), DriverScript.SHRINK_BUDGET)
                    .script();
        } catch (IllegalArgumentException e) { // it does not fail again: a half that is not deterministic
            return Optional.of("not again: a half is not deterministic\n" + script.toText());
        }
        StringBuilder text = new StringBuilder();
        ScriptRunner.run(shortest, drivers, devices).violations().forEach(violation -> text.append(violation)
                .append('\n'));
        return Optional.of(text + shortest.toText());
    }
}
