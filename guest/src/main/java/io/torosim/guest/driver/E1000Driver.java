package io.torosim.guest.driver;

import static io.torosim.guest.driver.PortSteps.*;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.memory.GuestMemory;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Toro's e1000 driver of 2018 ({@code E1000.pas}): rings of 256 descriptors, one packet in flight, a byte loop for each copy, four accesses a
 * received packet. Its defects are switches ({@link CardQuirk}).
 *
 * <p>{@code RoutineCard} runs it: the kernel beneath it is a {@link NetworkKernel}, what is to be sent waits in
 * {@link OutgoingPackets}, and {@link FrameBudget} ends a handler that would never end.
 */
public final class E1000Driver implements CardRoutines {
    /** Bytes of guest memory for its rings and buffers. */
    public static final long MEMORY_BYTES = 2 * 256 * (16 + 2048);

    private static final int CTRL = 0x0;
    private static final int STATUS = 0x8;
    private static final int EERD = 0x14;
    private static final int ICR = 0xc0;
    private static final int IMS = 0xd0;
    private static final int IMC = 0xd8;
    private static final int RCTL = 0x100;
    private static final int TCTL = 0x400;
    private static final int RDBAL = 0x2800;
    private static final int RDH = 0x2810;
    private static final int RDT = 0x2818;
    private static final int TDBAL = 0x3800;
    private static final int TDH = 0x3810;
    private static final int TDT = 0x3818;
    private static final int CRCERRS = 0x4000;
    private static final int MTA = 0x5200;
    private static final int RAL = 0x5400;
    private static final int ENTRIES = 256;
    private static final int BUFFER = 2048;
    private static final int DESCRIPTOR = 16;
    private static final int DONE = 1;
    private static final int END_OF_PACKET = 2;
    private static final int EOP_FCS_RS = 0x0b;
    private static final int CAUSES = 0xc7; // LSC, RXO, RXT, TXDW, TXQE

    private static final int RECEIVED = 0xc0; // RXO, RXT

    private static final int FLAGS = 2;
    private static final int VALUE = 3;
    private static final int HEAD = 4;
    private static final int TAIL = 5;
    private static final int AT = 6;
    private static final int LIMIT = 7;
    private static final int CAUSE = 8;
    private static final int MORE = 9;
    private static final int PACKET = 10;
    private static final int TAKEN = 11;
    private static final int OFF = 12;
    private static final int WORDS = 13;

    private final long registers;
    private final long rxRing;
    private final long txRing;
    private final long rxBuffers;
    private final long txBuffers;
    private final NetworkKernel kernel;
    private final long copyBytePs;
    private final long resetPs;
    private final Set<CardQuirk> quirks;
    private final OutgoingPackets outgoing = new OutgoingPackets();
    private final byte[] mac = new byte[6];
    private final GuestCode initialise;
    private final GuestCode send;
    private final GuestCode handler;
    private final GuestCode rest;
    private long copiedBytes;
    private final FrameBudget budget = new FrameBudget(MORE, TAKEN, OFF);

    /**
     * Creates the driver of one card.
     *
     * @param registers where they lie
     * @param area {@link #MEMORY_BYTES} of guest memory, at a multiple of 16
     * @param copyBytePs a byte of its copy loops
     * @param resetPs {@code DelayMicro(1000)} after the reset
     * @param quirks the defects that are on; kept, not copied
     */
    public E1000Driver(
            long registers, long area, NetworkKernel kernel, long copyBytePs, long resetPs, Set<CardQuirk> quirks) {
        this.registers = registers;
        this.rxRing = area;
        this.txRing = area + ENTRIES * DESCRIPTOR;
        this.rxBuffers = txRing + ENTRIES * DESCRIPTOR;
        this.txBuffers = rxBuffers + ENTRIES * BUFFER;
        this.kernel = kernel;
        this.copyBytePs = copyBytePs;
        this.resetPs = resetPs;
        this.quirks = quirks;
        GuestCode doSendPacket = doSendPacket();
        this.initialise = detect();
        this.send = e1000Send(doSendPacket);
        GuestCode emptyReadRing = emptyReadRing();
        this.handler = e1000Handler(emptyReadRing, doSendPacket);
        this.rest = takeRest(emptyReadRing);
    }

    @Override
    public GuestCode initialise() {
        return initialise;
    }

    @Override
    public GuestCode send() {
        return send;
    }

    @Override
    public GuestCode handler() {
        return handler;
    }

    @Override
    public @Nullable GuestCode rest() {
        return budget.masked() ? rest : null;
    }

    @Override
    public int outgoing() {
        return outgoing.size();
    }

    @Override
    public long copiedBytes() {
        return copiedBytes;
    }

    /** Returns a byte of the hardware address that the EEPROM has, in [0, 5]. */
    public int mac(int index) {
        return mac[index] & 0xff;
    }

    // ---- accesses

    private Steps read(Steps steps, String name, int register, int word) {
        return steps.step("read " + name, (cpu, f) -> {
            f.w[word] = cpu.load32(registers + register) & 0xffff_ffffL;
            return 0;
        });
    }

    private Steps write(Steps steps, String name, int register, long value) {
        return steps.step("write " + name, (cpu, f) -> {
            cpu.store32(registers + register, (int) value);
            return 0;
        });
    }

    /** {@code e1000SetRegister} and {@code e1000UnsetRegister}: a read and a write. */
    private Steps change(Steps steps, String name, int register, int set, int unset) {
        return read(steps, name, register, VALUE).step("write " + name, (cpu, f) -> {
            cpu.store32(registers + register, (int) f.w[VALUE] & ~unset | set);
            return 0;
        });
    }

    private void writeMany(Steps steps, String name, int register, int count) {
        steps.step(count + " writes", (cpu, f) -> {
                    f.w[AT] = 0;
                    f.w[LIMIT] = count;
                    return StepResult.NEXT;
                })
                .whileLess(
                        "registers left",
                        AT,
                        LIMIT,
                        each -> each.step("write " + name, (cpu, f) -> {
                            cpu.store32(registers + register + 4 * f.w[AT], 0);
                            f.w[AT]++;
                            return 0;
                        }));
    }

    // ---- start-up

    private GuestCode detect() {
        Steps steps = Steps.of("DetectE1000onPCI", WORDS);
        change(steps, "CTRL: reset", CTRL, 1 << 26, 0);
        steps.takes("DelayMicro(1000)", resetPs);
        change(steps, "CTRL: link up", CTRL, 1 << 5 | 1 << 6, 0);
        change(steps, "CTRL: no link reset", CTRL, 0, 1 << 3);
        change(steps, "CTRL: no PHY reset", CTRL, 0, 1 << 31);
        change(steps, "CTRL: signal not inverted", CTRL, 0, 1 << 7);
        for (int register : new int[] {0x28, 0x2c, 0x30, 0x170}) {
            write(steps, "flow control", register, 0);
        }
        change(steps, "CTRL: no VLAN", CTRL, 0, 1 << 30);
        writeMany(steps, "statistics", CRCERRS, 64);
        for (int i = 0; i < 3; i++) {
            eeprom(steps, i);
        }
        steps.step("write RAL", (cpu, f) -> {
                    cpu.store32(registers + RAL, address(0, 4));
                    return 0;
                })
                .step("write RAH", (cpu, f) -> {
                    cpu.store32(registers + RAL + 4, address(4, 2));
                    return 0;
                });
        change(steps, "RAH: valid", RAL + 4, 1 << 31, 0);
        writeMany(steps, "MTA", MTA, 128);
        steps.step("rings and buffers", (cpu, f) -> {
            buffers(cpu.own());
            return StepResult.NEXT;
        });
        ring(steps, "RD", RDBAL, rxRing, ENTRIES - 1);
        write(steps, "RDTR", 0x2820, 0);
        change(steps, "RCTL: size", RCTL, 0, 3 << 16);
        change(steps, "RCTL: no loopback", RCTL, 0, 3 << 6);
        change(steps, "RCTL: EN, BAM, SECRC", RCTL, 1 << 1 | 1 << 15 | 1 << 26, 0);
        ring(steps, "TD", TDBAL, txRing, 0);
        change(steps, "TCTL: EN, PSP", TCTL, 1 << 1 | 1 << 3, 0);
        change(steps, "IMS", IMS, CAUSES, 0);
        read(steps, "ICR", ICR, VALUE);
        return read(steps, "STATUS", STATUS, VALUE).build();
    }

    private void eeprom(Steps steps, int word) {
        Mark poll = new Mark();
        write(steps, "EERD", EERD, word << 8 | 1).mark(poll).step("read EERD until done", (cpu, f) -> {
            int value = cpu.load32(registers + EERD);
            if ((value & 0x10) == 0) {
                f.entry = poll.entry();
            }
            mac[2 * word] = (byte) (value >>> 16);
            mac[2 * word + 1] = (byte) (value >>> 24);
            return 0;
        });
    }

    private int address(int from, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= mac(from + i) << 8 * i;
        }
        return value;
    }

    private void buffers(GuestMemory own) {
        own.fill(rxRing, 2 * ENTRIES * DESCRIPTOR, 0);
        for (int i = 0; i < ENTRIES; i++) {
            own.store64(rxRing + DESCRIPTOR * i, rxBuffers + (long) BUFFER * i);
            own.store64(txRing + DESCRIPTOR * i, txBuffers + (long) BUFFER * i);
        }
    }

    private void ring(Steps steps, String name, int registerLow, long address, int tail) {
        write(steps, name + "BAL", registerLow, address);
        write(steps, name + "BAH", registerLow + 4, address >>> 32);
        write(steps, name + "LEN", registerLow + 8, ENTRIES * DESCRIPTOR);
        write(steps, name + "H", registerLow + 0x10, 0);
        write(steps, name + "T", registerLow + 0x18, tail);
    }

    // ---- sending

    private GuestCode doSendPacket() {
        Mark full = new Mark();
        Steps steps = Steps.of("DoSendPacket", WORDS).step("DisableInt", disableInterrupts(FLAGS));
        read(steps, "TDH", TDH, HEAD);
        read(steps, "TDT", TDT, TAIL)
                .step("Head = Next?", (cpu, f) -> {
                    if (f.w[HEAD] == (f.w[TAIL] + 1) % ENTRIES) {
                        f.entry = full.entry();
                    }
                    return StepResult.NEXT;
                })
                .step("copy", this::copyOut)
                .step("write the descriptor's status", (cpu, f) -> {
                    cpu.store8(sendDescriptor(f) + 12, DONE);
                    return 0;
                })
                .step("write the descriptor's length", (cpu, f) -> {
                    cpu.store16(sendDescriptor(f) + 8, (int) f.w[LIMIT]);
                    return 0;
                })
                .step("write the descriptor's command", (cpu, f) -> {
                    cpu.store8(sendDescriptor(f) + 11, EOP_FCS_RS);
                    return 0;
                })
                .step("write TDT", (cpu, f) -> {
                    cpu.store32(registers + TDT, (int) ((f.w[TAIL] + 1) % ENTRIES));
                    return 0;
                });
        if (quirks.contains(CardQuirk.FULL_RING_KEEPS_INTERRUPTS_OFF)) {
            steps.step("RestoreInt", restoreInterrupts(FLAGS)).mark(full);
        } else {
            steps.mark(full).step("RestoreInt", restoreInterrupts(FLAGS));
        }
        return steps.end("sent, or the ring is full").build();
    }

    /** Toro does not check the size; what does not fit is cut off here. */
    private long copyOut(GuestCpu cpu, Frame f) {
        GuestMemory own = cpu.own();
        int bytes = Math.min(outgoing.firstBytes(), BUFFER);
        byte[] frame = new byte[bytes];
        own.copyOut(outgoing.firstAddress(), frame, 0, bytes);
        own.copyIn(txBuffers + BUFFER * (f.w[TAIL] % ENTRIES), frame, 0, bytes);
        copiedBytes += bytes;
        f.w[LIMIT] = bytes;
        return Math.max(1, bytes * copyBytePs);
    }

    private long sendDescriptor(Frame f) {
        return txRing + DESCRIPTOR * (f.w[TAIL] % ENTRIES);
    }

    private GuestCode e1000Send(GuestCode doSendPacket) {
        return Steps.of("e1000Send", WORDS)
                .step("OutgoingPackets", (cpu, f) -> {
                    f.w[MORE] = outgoing.add(f.w[ADDRESS], f.w[BYTES]) ? 1 : 0;
                    return StepResult.NEXT;
                })
                .ifPositive("the card is free", MORE, free -> free.call("DoSendPacket", doSendPacket, null))
                .build();
    }

    // ---- the handler

    private GuestCode takeRest(GuestCode emptyReadRing) {
        Steps steps = Steps.of("TakeRest", WORDS)
                .step("DisableInt", disableInterrupts(FLAGS))
                .call("EmptyReadRing", emptyReadRing, null);
        return budget.afterRest(steps, "write IMS: received", (cpu, f) -> {
                    cpu.store32(registers + IMS, RECEIVED);
                    return 0;
                })
                .step("RestoreInt", restoreInterrupts(FLAGS))
                .build();
    }

    private GuestCode emptyReadRing() {
        boolean bounded = !quirks.contains(CardQuirk.RECEIVES_WITHOUT_END);
        Steps steps = Steps.of("EmptyReadRing", WORDS);
        headAndTail(steps);
        if (bounded) {
            budget.begins(steps);
        }
        steps.whilePositive("packets", MORE, each -> {
            read(each, "RDT", RDT, TAIL)
                    .step("read the descriptor's status", (cpu, f) -> {
                        f.w[VALUE] = cpu.load8(receiveDescriptor(f) + 12);
                        return 0;
                    })
                    .step("read the descriptor's length", (cpu, f) -> {
                        f.w[LIMIT] = cpu.load16(receiveDescriptor(f) + 8);
                        return 0;
                    })
                    .step("write the descriptor's status", (cpu, f) -> {
                        cpu.store8(receiveDescriptor(f) + 12, DONE);
                        return 0;
                    })
                    .step("copy", this::copyIn)
                    .step("write RDT", (cpu, f) -> {
                        cpu.store32(registers + RDT, (int) ((f.w[TAIL] + 1) % ENTRIES));
                        return 0;
                    })
                    .step("EnqueueIncomingPacket", (cpu, f) -> {
                        return f.w[PACKET] == 0
                                ? StepResult.NEXT
                                : kernel.enqueueIncoming(cpu, f.w[PACKET], (int) f.w[LIMIT]);
                    });
            headAndTail(each);
            if (bounded) {
                budget.counts(each);
            }
        });
        if (bounded) {
            budget.ends(steps, "write IMC: received", (cpu, f) -> {
                cpu.store32(registers + IMC, RECEIVED);
                return 0;
            });
        }
        return steps.build();
    }

    /** How many packets there are, into {@code MORE}; of a head and a tail that are equal Toro makes -1, which reads on. */
    private void headAndTail(Steps steps) {
        read(steps, "RDH", RDH, HEAD);
        read(steps, "RDT", RDT, TAIL).step("packets to read", (cpu, f) -> {
            long difference = f.w[HEAD] < f.w[TAIL] ? ENTRIES - f.w[TAIL] + f.w[HEAD] - 1 : f.w[HEAD] - f.w[TAIL] - 1;
            f.w[MORE] = difference != 0 ? 1 : 0;
            return StepResult.NEXT;
        });
    }

    private static long receiveIndex(Frame f) {
        return (f.w[TAIL] + 1) % ENTRIES;
    }

    private long receiveDescriptor(Frame f) {
        return rxRing + DESCRIPTOR * receiveIndex(f);
    }

    private long copyIn(GuestCpu cpu, Frame f) {
        GuestMemory own = cpu.own();
        int bytes = (int) f.w[LIMIT];
        boolean whole = (f.w[VALUE] & DONE) != 0 && (f.w[VALUE] & END_OF_PACKET) != 0;
        f.w[PACKET] = whole ? kernel.allocate(bytes) : 0;
        if (f.w[PACKET] == 0) {
            return StepResult.NEXT;
        }
        byte[] frame = new byte[Math.min(bytes, BUFFER)];
        own.copyOut(rxBuffers + BUFFER * receiveIndex(f), frame, 0, frame.length);
        own.copyIn(f.w[PACKET], frame, 0, frame.length);
        copiedBytes += frame.length;
        return Math.max(1, frame.length * copyBytePs + kernel.allocatePs());
    }

    private GuestCode e1000Handler(GuestCode emptyReadRing, GuestCode doSendPacket) {
        Steps steps = Steps.of("e1000Handler", WORDS);
        return read(steps, "ICR", ICR, CAUSE)
                .step("received?", (cpu, f) -> {
                    f.w[MORE] = budget.masked() ? 0 : f.w[CAUSE] & RECEIVED;
                    return StepResult.NEXT;
                })
                .ifPositive("received", MORE, received -> received.call("EmptyReadRing", emptyReadRing, null))
                .step("sent?", (cpu, f) -> {
                    f.w[MORE] = f.w[CAUSE] & 3;
                    return StepResult.NEXT;
                })
                .ifPositive("sent", MORE, sent -> sent.step("DequeueOutgoingPacket", (cpu, f) -> {
                            if (!outgoing.isEmpty()) {
                                kernel.sent(outgoing.remove());
                            }
                            f.w[MORE] = outgoing.isEmpty() ? 0 : 1;
                            return StepResult.NEXT;
                        })
                        .ifPositive("more packets", MORE, more -> more.call("DoSendPacket", doSendPacket, null)))
                .step("eoi", endMaster())
                .step("eoi, slave", endSlave())
                .build();
    }
}
