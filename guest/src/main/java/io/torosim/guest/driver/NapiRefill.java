package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;

/** Posts a buffer for every free descriptor of the receive queue ({@code try_fill_recv}); the device hears of all at once. */
final class NapiRefill extends GuestCode {
    private final EventIndexQueue rx;
    private final GuestCode post;

    NapiRefill(EventIndexQueue rx, DriverCosts costs) {
        this.rx = rx;
        this.post = new EventIndexPost(rx, costs);
    }

    @Override
    public String name() {
        return "try_fill_recv";
    }

    @Override
    public int words() {
        return 0;
    }

    @Override
    public String entryName(int entry) {
        return "post a buffer";
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        long area = rx.freeDescriptors == 0 ? 0 : rx.takeArea();
        if (area == 0) {
            return StepResult.RETURN;
        }
        long[] to = cpu.call(post).w;
        to[EventIndexPost.WRITABLE] = 1;
        to[EventIndexPost.AREA] = area;
        to[EventIndexPost.FIRST_BYTES] = EventIndexQueue.BUFFER_BYTES;
        to[EventIndexPost.MORE_FOLLOW] = rx.freeDescriptors > 1 && rx.hasArea() ? 1 : 0;
        return StepResult.CALL;
    }
}
