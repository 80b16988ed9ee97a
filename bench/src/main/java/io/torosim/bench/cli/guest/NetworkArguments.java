package io.torosim.bench.cli.guest;

import io.torosim.guest.app.GuestApplication;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options that say what is on the wire, and what is asked of the guest. */
public final class NetworkArguments {
    private static final int MOST_CLIENTS = 10_000;
    private static final int MOST_A_SECOND = 1_000_000;

    private static final double MOST_SECONDS = 60;
    private static final Set<String> ASKING =
            Set.of("--requests", "--concurrency", "--rate", "--path", "--start", "--limit");

    @Option(
            names = {"-n", "--requests"},
            paramLabel = "N",
            defaultValue = "10",
            description = "HTTP requests in all (default: ${DEFAULT-VALUE})")
    private long requests;

    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "N",
            description = "clients at a time, in a closed loop (default: 1)")
    private Integer concurrency;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "requests a second at random moments, whatever the guest does, rather than a closed loop")
    private Long rate;

    @Option(names = "--path", paramLabel = "PATH", description = "what is asked for (default: the example's own)")
    private String path;

    @Option(
            names = "--start",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "when the first request begins (default: ${DEFAULT-VALUE})")
    private double start;

    @Option(
            names = "--limit",
            paramLabel = "S",
            defaultValue = "30",
            description = "seconds after which a request has failed (default: ${DEFAULT-VALUE})")
    private double limit;

    @Option(names = "--delay", paramLabel = "MS", description = "of the wire, each way")
    private double delay;

    @Option(names = "--jitter", paramLabel = "MS", description = "added to the delay, from 0 to this")
    private double jitter;

    @Option(names = "--loss", paramLabel = "PERCENT", description = "of the frames, each way")
    private double loss;

    @Option(names = "--duplicate", paramLabel = "PERCENT", description = "of the frames, each way")
    private double duplicate;

    @Option(names = "--reorder", paramLabel = "PERCENT", description = "of the frames come 1 ms later than others")
    private double reorder;

    @Option(
            names = "--card",
            paramLabel = "CARD",
            description = "virtio, virtio-event-idx, e1000 or ne2000 (default: the example's own)")
    private String card;

    @Option(
            names = "--backend",
            paramLabel = "KIND",
            defaultValue = "vhost",
            description = "who moves packets for virtio: vhost or user (default: ${DEFAULT-VALUE})")
    private String backend;

    /** Makes the arguments; picocli fills them. */
    public NetworkArguments() {}

    /** Returns whether an option is one of these. */
    static boolean has(OptionSpec option) {
        return option.userObject() instanceof Field field && field.getDeclaringClass() == NetworkArguments.class;
    }

    /** Returns whether an option is one of those that say what clients ask for. */
    static boolean asks(OptionSpec option) {
        return has(option) && ASKING.contains(option.longestName());
    }

    LinkSpec link() {
        return LinkSpec.perfect()
                .withDelay(millis("--delay", delay), millis("--jitter", jitter))
                .withLoss(perMillion("--loss", loss))
                .withDuplicates(perMillion("--duplicate", duplicate))
                .withReordering(perMillion("--reorder", reorder), Duration.ofMillis(1));
    }

    Optional<HttpLoadSpec> load(GuestApplication application) {
        return load(application.port(), application.usualPath());
    }

    /** The same of a guest that serves on a port, 0 for none. */
    Optional<HttpLoadSpec> load(int port, String usualPath) {
        if (requests < 0) {
            throw new IllegalArgumentException("--requests must be at least 0, requests=" + requests);
        }
        if (concurrency != null && rate != null) {
            throw new IllegalArgumentException(
                    "--concurrency is a closed loop's and does nothing with --rate, concurrency=" + concurrency);
        }
        if (concurrency != null && (concurrency < 1 || concurrency > MOST_CLIENTS)) {
            throw new IllegalArgumentException(
                    "--concurrency must be in [1, " + MOST_CLIENTS + "], concurrency=" + concurrency);
        }
        if (port == 0 || requests == 0) {
            return Optional.empty();
        }
        if (!(limit > 0 && limit <= MOST_SECONDS)) {
            throw new IllegalArgumentException("--limit must be in (0 s, 60 s], limit=" + limit);
        }
        if (rate != null && (rate < 1 || rate > MOST_A_SECOND)) {
            throw new IllegalArgumentException("--rate must be in [1, " + MOST_A_SECOND + "], rate=" + rate);
        }
        String asked = path == null ? usualPath : path;
        return Optional.of(new HttpLoadSpec(
                asked,
                requests,
                concurrency == null ? 1 : concurrency,
                rate == null ? 0 : rate,
                millis("--start", start),
                millis("--limit", limit * 1000)));
    }

    Optional<NicCard> card() {
        if (card == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (card) {
                    case "virtio" -> NicCard.VIRTIO_TORO;
                    case "virtio-event-idx" -> NicCard.VIRTIO_EVENT_IDX;
                    case "e1000" -> NicCard.E1000;
                    case "ne2000" -> NicCard.NE2000;
                    default -> throw new IllegalArgumentException(
                            "--card must be virtio, virtio-event-idx, e1000 or ne2000, card=" + card);
                });
    }

    NetBackend netBackend() {
        return MachineArguments.labelled("--backend", NetBackend::ofLabel, backend);
    }

    private static Duration millis(String name, double value) {
        if (!(value >= 0 && value <= MOST_SECONDS * 1000)) {
            throw new IllegalArgumentException(name + " must be in [0 ms, 60000 ms], value=" + value);
        }
        return Duration.ofNanos(Math.round(value * 1e6));
    }

    private static int perMillion(String name, double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException(name + " must be in [0, 100], value=" + percent);
        }
        return (int) Math.round(percent * 10_000);
    }
}
