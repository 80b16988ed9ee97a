package io.torosim.virtio.qtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.RingDeviation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The scripts of the differential run see every deviation in the profile: without any one of them a simulated device behaves
 * differently in some script. No QEMU is needed for that.
 */
class QemuProfileCoverageTest {
    /** What only a driver that breaks the ring meets; held by {@code RingDeviationsTest} and the tests of the queues. */
    private static final Set<RingDeviation> MALFORMED_RINGS = EnumSet.of(
            RingDeviation.AVAIL_JUMP_UNCHECKED,
            RingDeviation.DUPLICATE_HEAD_SERVED,
            RingDeviation.UNMAPPED_BUFFER_ACCEPTED,
            RingDeviation.TRAILING_INDIRECT_AS_PLAIN,
            RingDeviation.NESTED_INDIRECT_AS_PLAIN,
            RingDeviation.LONG_TABLE_ACCEPTED,
            RingDeviation.UNNEGOTIATED_INDIRECT_ACCEPTED,
            RingDeviation.INDIRECT_WITH_NEXT_ACCEPTED,
            RingDeviation.ZERO_LENGTH_REFUSED,
            RingDeviation.PACKED_ID_FROM_FIRST);

    private static final int SCRIPTS = 60;
    private static final int STEPS = 40;

    @Test
    void everyDeviation_isSeenBySomeScript() throws Exception {
        List<String> unseen = new ArrayList<>();
        for (DeviceDeviation deviation : DeviceDeviation.values()) {
            Set<DeviceDeviation> rest = EnumSet.allOf(DeviceDeviation.class);
            rest.remove(deviation);
            if (!seen(profile(DeviceProfile.QEMU_7_2_PACKED.ringDeviations(), rest))) {
                unseen.add(deviation.name());
            }
        }
        for (RingDeviation deviation : EnumSet.complementOf(EnumSet.copyOf(MALFORMED_RINGS))) {
            Set<RingDeviation> rest = EnumSet.allOf(RingDeviation.class);
            rest.remove(deviation);
            if (!seen(profile(rest, EnumSet.allOf(DeviceDeviation.class)))) {
                unseen.add(deviation.name());
            }
        }
        assertThat(unseen).isEmpty();
    }

    private static DeviceProfile profile(Set<RingDeviation> ring, Set<DeviceDeviation> device) {
        DeviceProfile whole = DeviceProfile.QEMU_7_2_PACKED;
        return new DeviceProfile(
                "one deviation less",
                whole.featureMask(),
                true,
                true,
                true,
                whole.queueSizeMax(),
                EnumSet.copyOf(ring),
                EnumSet.copyOf(device));
    }

    private final Map<Scenario, String> whole = new HashMap<>(); // outcomes at the whole profile

    private String whole(Scenario scenario) throws Exception {
        String known = whole.get(scenario);
        if (known == null) {
            known = outcome(scenario, DeviceProfile.QEMU_7_2_PACKED);
            whole.put(scenario, known);
        }
        return known;
    }

    private boolean seen(DeviceProfile less) throws Exception {
        for (int seed = 0; seed < SCRIPTS; seed++) {
            for (Scenario scenario : Scenario.all(seed, STEPS)) {
                if (!outcome(scenario, less).equals(whole(scenario))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String outcome(Scenario scenario, DeviceProfile profile) throws Exception {
        MemoryBlockDevice disk = new MemoryBlockDevice(BlkScript.SECTORS);
        ByteBuffer content = ByteBuffer.allocate(BlkScript.SECTORS * 512);
        for (int i = 0; i < content.capacity(); i++) {
            content.put(i, (byte) (i * 11 + i / 512));
        }
        disk.write(0, content);
        try {
            return DifferentialRun.simulate(scenario, profile, disk).toString();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }
}
