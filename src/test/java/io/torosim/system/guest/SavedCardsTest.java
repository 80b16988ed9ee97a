package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.state.SavedState;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest with each card is saved and put back, here on the class path, where fields of other libraries are open: cards whose registers are mapped into
 * memory were refused there.
 */
final class SavedCardsTest {
    @ParameterizedTest
    @EnumSource(NicCard.class)
    void putBack_goesOnToTheSameDigest(NicCard card) {
        Machine machine =
                Machine.create(MachineSpec.builder().vcpus(2).ramMib(256).build());
        GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice").withCard(card, NetBackend.VHOST);
        RequestPort port = GuestKind.pinged(spec, 64).start(GuestPlace.on(machine));
        machine.runUntil(Duration.ofMillis(1_200)); // an e1000 hears nothing before
        SavedState warm = machine.save();
        port.request();
        machine.runUntil(Duration.ofMillis(1_210));
        long digest = machine.result().traceDigest();
        long done = port.doneCount();
        assertThat(done).isEqualTo(1);

        machine.restore(warm);
        port.request();
        machine.runUntil(Duration.ofMillis(1_210));
        assertThat(machine.result().traceDigest()).isEqualTo(digest);
    }

    /** Forty requests at once: more than a repaired handler takes in one interrupt, or a ring of 26 pages holds. */
    @ParameterizedTest
    @EnumSource(NicCard.class)
    void repaired_putBackWhileFramesAreLeft_goesOnToTheSameDigest(NicCard card) {
        Machine machine =
                Machine.create(MachineSpec.builder().vcpus(2).ramMib(256).build());
        GuestSpec spec = GuestSpec.of("ToroHttpSuspended")
                .withCard(card, NetBackend.VHOST)
                .repaired();
        RequestPort port = GuestKind.pinged(spec, 64).start(GuestPlace.on(machine));
        machine.runUntil(Duration.ofMillis(1_200));
        for (int i = 0; i < 40; i++) {
            port.request();
        }
        machine.runUntil(Duration.ofMillis(1_206)); // an ne2000's handler has left
        SavedState busy = machine.save();
        machine.runUntil(Duration.ofMillis(1_300));
        long digest = machine.result().traceDigest();
        long done = port.doneCount();
        assertThat(done).isEqualTo(card == NicCard.NE2000 ? 20 : 40);

        machine.restore(busy);
        machine.runUntil(Duration.ofMillis(1_300));
        assertThat(machine.result().traceDigest()).isEqualTo(digest);
        assertThat(port.doneCount()).isEqualTo(done);
    }
}
