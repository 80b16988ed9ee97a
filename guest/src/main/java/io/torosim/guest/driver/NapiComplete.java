package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.virtio.layout.SplitRing;

/**
 * Ends polling ({@code virtqueue_napi_complete}): asks for an interrupt with the next frame, and looks once more, since one may have come before
 * the device saw the wish.
 */
final class NapiComplete extends GuestCode {
    private static final int ENABLE = 0;
    private static final int FENCE = 1;
    private static final int LOOK_AGAIN = 2;
    private static final int BACK = 3;
    private static final String[] NAMES = {
        "write used_event: tell of the next one", "mfence", "read used.idx once more", "return"
    };

    private static final int USED_INDEX = (int) SplitRing.usedIdx(0);

    private final EventIndexQueue rx;
    private final DriverCosts costs;
    /** Whether a frame had come: it must be polled again. */
    boolean more;

    NapiComplete(EventIndexQueue rx, DriverCosts costs) {
        this.rx = rx;
        this.costs = costs;
    }

    @Override
    public String name() {
        return "virtqueue_napi_complete";
    }

    @Override
    public int words() {
        return 0;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        switch (frame.entry) {
            case ENABLE -> {
                cpu.store16(rx.available, rx.usedEvent, rx.lastUsedIndex);
                frame.entry = FENCE;
                return costs.sharedPs();
            }
            case FENCE -> {
                cpu.fence();
                frame.entry = LOOK_AGAIN;
                return costs.fencePs();
            }
            case LOOK_AGAIN -> {
                more = cpu.load16(rx.used, USED_INDEX) != rx.lastUsedIndex && !rx.broken;
                frame.entry = BACK;
                return costs.sharedPs();
            }
            default -> {
                return StepResult.RETURN;
            }
        }
    }
}
