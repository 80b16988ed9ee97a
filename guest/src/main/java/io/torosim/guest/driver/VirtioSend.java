package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.util.Set;

/**
 * {@code virtIOSend}: with interrupts disabled, header and frame are copied into the chunk of the next descriptor and made available as two
 * parts. Nobody waits for the device: the 129th frame in flight overwrites the first ({@link ToroVirtioQuirk#NEXT_BUFFER_UNCHECKED}).
 */
final class VirtioSend extends GuestCode {
    private static final int INTERRUPTS_WERE_ON = 2;
    private static final int WORDS = 3;

    private static final int BEGIN = 0;
    private static final int COPY = 1;
    private static final int CALL = 2;
    private static final int END = 3;
    private static final String[] NAMES = {
        "disable interrupts", "copy header and frame", "send the buffer", "restore interrupts"
    };

    private final VirtioQueueRecord tx;
    private final GuestCode sendBuffer;
    private final GuestMemory memory;
    private final DriverCosts costs;
    private final boolean unchecked;
    private final byte[] copied = new byte[VirtioNet.MAX_PACKET_BYTES];

    private long copiedBytes;

    VirtioSend(
            VirtioQueueRecord tx,
            GuestCode sendBuffer,
            GuestMemory memory,
            DriverCosts costs,
            Set<ToroVirtioQuirk> quirks) {
        this.tx = tx;
        this.sendBuffer = sendBuffer;
        this.memory = memory;
        this.costs = costs;
        this.unchecked = quirks.contains(ToroVirtioQuirk.NEXT_BUFFER_UNCHECKED);
    }

    long copiedBytes() {
        return copiedBytes;
    }

    @Override
    public String name() {
        return "virtIOSend";
    }

    @Override
    public int words() {
        return WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        long[] w = frame.w;
        switch (frame.entry) {
            case BEGIN -> {
                if (w[NetDriver.BYTES] > VirtioNet.MAX_PACKET_BYTES) {
                    return StepResult.RETURN;
                }
                w[INTERRUPTS_WERE_ON] = cpu.vcpu().interruptsEnabled() ? 1 : 0;
                cpu.vcpu().interruptsEnabled(false);
                if (!unchecked && tx.freeDescriptors < 2) {
                    frame.entry = END;
                    return StepResult.NEXT;
                }
                frame.entry = COPY;
                return StepResult.NEXT;
            }
            case COPY -> {
                int bytes = (int) w[NetDriver.BYTES];
                long chunk = tx.chunk(tx.nextBuffer);
                memory.fill(chunk, VirtioNet.HEADER_BYTES, 0);
                memory.copyOut(w[NetDriver.FRAME], copied, 0, bytes);
                memory.copyIn(chunk + VirtioNet.HEADER_BYTES, copied, 0, bytes);
                copiedBytes += bytes;
                frame.entry = CALL;
                return costs.code().ps(Routine.COPY_BYTES, VirtioNet.HEADER_BYTES + bytes);
            }
            case CALL -> {
                long chunk = tx.chunk(tx.nextBuffer);
                long[] to = cpu.call(sendBuffer).w;
                to[SendBuffer.WRITABLE] = 0;
                to[SendBuffer.PARTS] = 2;
                to[SendBuffer.FIRST_PART] = chunk;
                to[SendBuffer.FIRST_PART + 1] = VirtioNet.HEADER_BYTES;
                to[SendBuffer.FIRST_PART + 2] = chunk + VirtioNet.HEADER_BYTES;
                to[SendBuffer.FIRST_PART + 3] = w[NetDriver.BYTES];
                frame.entry = END;
                return StepResult.CALL;
            }
            default -> {
                cpu.vcpu().interruptsEnabled(w[INTERRUPTS_WERE_ON] != 0);
                cpu.leaves();
                return 0; // an interrupt that waited comes here
            }
        }
    }
}
