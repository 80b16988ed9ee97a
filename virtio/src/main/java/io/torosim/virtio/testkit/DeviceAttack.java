package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import java.util.function.Consumer;

/**
 * A ring as a hostile or a pedantic driver might write it, and what a device half must make of it.
 *
 * @param name what is odd about it
 * @param expected the rule that the device must name when it stops, or null if the ring is legal and must be served
 * @param mayServe whether a device may as well serve it: what is wrong would only show to one that keeps book of what
 *     it need not know
 * @param buffers how many buffers the device must serve: before it stops, or in all
 * @param setup writes the ring
 */
@SuppressWarnings("exports") // the ring that it spoils is the kit's own
public record DeviceAttack(String name, Rule expected, boolean mayServe, int buffers, Consumer<AttackRing> setup) {
    @Override
    public String toString() {
        return name;
    }
}
