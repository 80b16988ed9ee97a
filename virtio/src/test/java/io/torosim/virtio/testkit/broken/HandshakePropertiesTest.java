package io.torosim.virtio.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.device.Rig.Way;
import io.torosim.virtio.testkit.Violation;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random right handshakes, half of them with one random mistake: the checker names the mistake, and only that. */
class HandshakePropertiesTest {
    /** Where which mistake is made; none: null. */
    record Case(HandshakeFault fault, Way way, int deviceId) {}

    private static List<Case> cases(boolean faulty) {
        List<Case> cases = new ArrayList<>();
        for (Way way : Way.values()) {
            for (int deviceId = 1; deviceId <= 4; deviceId++) {
                if (!faulty) {
                    cases.add(new Case(null, way, deviceId));
                    continue;
                }
                for (HandshakeFault fault : HandshakeFault.values()) {
                    if (fault.fits(way, deviceId)) {
                        cases.add(new Case(fault, way, deviceId));
                    }
                }
            }
        }
        return cases;
    }

    @Provide
    Arbitrary<Case> right() {
        return Arbitraries.of(cases(false));
    }

    @Provide
    Arbitrary<Case> wrong() {
        return Arbitraries.of(cases(true));
    }

    @Property(tries = 2000)
    void rightHandshake_isClean(@ForAll("right") Case c, @ForAll long seed) {
        assertThat(HandshakeFaultsTest.run(c.way, c.deviceId, null, seed)).isEmpty();
    }

    @Property(tries = 4000)
    void wrongHandshake_isNamed(@ForAll("wrong") Case c, @ForAll long seed) {
        assertThat(HandshakeFaultsTest.run(c.way, c.deviceId, c.fault, seed))
                .isNotEmpty()
                .extracting(Violation::rule)
                .containsOnly(c.fault.rule);
    }
}
