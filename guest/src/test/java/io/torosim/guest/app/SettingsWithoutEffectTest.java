package io.torosim.guest.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A setting that the application has no use for is refused in Java as on the command line, in its words. */
final class SettingsWithoutEffectTest {
    private static final GuestSpec HELLO = GuestSpec.of("ToroHello");

    @Test
    void network_whereThereIsNone() {
        refused(
                () -> HELLO.withLink(LinkSpec.perfect().withLoss(5)),
                "ToroHello has no network card: link does nothing");
        refused(
                () -> HELLO.withLink(LinkSpec.perfect().withDelay(Duration.ofMillis(1), Duration.ZERO)),
                "ToroHello has no network card: link does nothing");
        refused(
                () -> HELLO.withCard(NicCard.E1000, NetBackend.VHOST),
                "ToroHello has no network card: card does nothing");
        refused(
                () -> new GuestSpec(
                        HELLO.application(),
                        HELLO.machine(),
                        HELLO.kernel(),
                        HELLO.defects(),
                        HELLO.level(),
                        HELLO.display(),
                        HELLO.card(),
                        NetBackend.USER,
                        HELLO.link(),
                        HELLO.load(),
                        HELLO.keys(),
                        HELLO.fileBufferBytes()),
                "ToroHello has no network card: backend does nothing");
        assertThat(HELLO.withLink(LinkSpec.perfect())).isEqualTo(HELLO);
    }

    @Test
    void load_whereNothingIsServed() {
        refused(
                () -> HELLO.withLoad(HttpLoadSpec.closed("/", 5, 1)),
                "ToroHello answers no requests: load does nothing");
        refused(
                () -> GuestSpec.of("ToroPing").withLoad(HttpLoadSpec.closed("/", 5, 1)),
                "ToroPing answers no requests: load does nothing");
    }

    @Test
    void disk_whereThereIsNone() {
        refused(() -> HELLO.withFileBuffer(5), "ToroHello has no disk: fileBufferBytes does nothing");
        refused(
                () -> GuestSession.open(GuestSpec.of("ToroHttp"), new MemoryBlockDevice(1)),
                "ToroHttp has no disk: volume does nothing");
        assertThat(GuestSpec.of("TorowithFileSystem").withFileBuffer(5).fileBufferBytes())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/\r\nX: y", "/a\n", "/\t", "/\u0000", "/\u0085"})
    void path_thatWouldEndTheLineOfTheRequest(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpLoadSpec.closed(path, 1, 1))
                .withMessageContaining("path must have no control characters")
                .satisfies(e -> assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl));
    }

    @Test
    void networkCard_isTheExamplesOwn_unlessAnotherIsNamed() {
        GuestSpec http = GuestSpec.of("ToroHttp");
        assertThat(http.card()).isEmpty();
        assertThat(http.networkCard())
                .isEqualTo(GuestSpec.application("ToroHttp").card())
                .isPresent();
        assertThat(http.withCard(NicCard.NE2000, NetBackend.VHOST).networkCard())
                .contains(NicCard.NE2000);
        assertThat(HELLO.networkCard()).isEmpty();
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }
}
