package io.torosim.guest.run;

import io.torosim.core.time.Picos;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.wire.Link;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The clients that an example brings along: they ask by themselves. */
final class SessionPort implements RequestPort, Wired {
    private final GuestSession session;
    private final SessionFigures figures;
    private final long startPs;

    SessionPort(GuestSession session) {
        this.session = session;
        this.figures = new SessionFigures(session);
        this.startPs = session.spec().load().map(l -> Picos.of(l.start())).orElse(0L);
    }

    @Override
    public Optional<Link> wire() {
        return session.stack().isPresent() ? Optional.of(session.link()) : Optional.empty();
    }

    private Optional<HttpLoad> load() {
        return session.load();
    }

    @Override
    public void request() {
        throw new IllegalArgumentException("an example's clients come with it (GuestSpec.withLoad): "
                + session.spec().application());
    }

    @Override
    public void onAnswer(Runnable listener) {
        request();
    }

    @Override
    public long turnPs() {
        return 0;
    }

    @Override
    public long startedCount() {
        return load().map(HttpLoad::started).orElse(0L);
    }

    @Override
    public long doneCount() {
        return load().map(HttpLoad::answered).orElse(0L);
    }

    @Override
    public Map<String, Long> failures() {
        return load().map(HttpLoad::failures).orElse(Collections.emptyMap());
    }

    @Override
    public OptionalLong repeatedSegments() {
        return figures.repeatedSegments();
    }

    @Override
    public OptionalLong heapHighWaterBytes() {
        return figures.heapHighWaterBytes();
    }

    @Override
    public OptionalLong bytesReceived() {
        return load().map(l -> OptionalLong.of(l.bytesReceived())).orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong bytesCopied() {
        return figures.bytesCopied();
    }

    @Override
    public OptionalInt connections() {
        return figures.connections();
    }

    @Override
    public boolean isOver() {
        return load().map(HttpLoad::isOver).orElse(false);
    }

    @Override
    public List<long[]> traffic() {
        return load().filter(l -> l.answered() > 0)
                .map(l -> List.of(new long[] {startPs, l.lastDonePs()}))
                .orElse(List.of());
    }
}
