package io.torosim.guest.driver;

import static io.torosim.guest.driver.PortSteps.*;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.code.Steps.StepBody;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Toro's ne2000 driver ({@code Ne2000.pas}, 2017 to 2018): a port access for every byte, one packet in flight.
 *
 * <p>Its defects are switches ({@link CardQuirk}). A packet for which there is no memory is stored through nil; here its bytes are read and
 * dropped.
 *
 * <p>{@code RoutineCard} runs it: the kernel beneath it is a {@link NetworkKernel}, what is to be sent waits in
 * {@link OutgoingPackets}, and {@link FrameBudget} ends a handler that would never end.
 */
public final class Ne2000Driver implements CardRoutines {
    private static final int COMMAND = 0;
    private static final int PAGESTART = 1;
    private static final int PAGESTOP = 2;
    private static final int BOUNDARY = 3;
    private static final int TRANSMITPAGE = 4;
    private static final int TRANSMITBYTECOUNT0 = 5;
    private static final int TRANSMITBYTECOUNT1 = 6;
    private static final int INTERRUPTSTATUS = 7;
    private static final int CURRENT = 7;
    private static final int REMOTESTARTADDRESS0 = 8;
    private static final int REMOTESTARTADDRESS1 = 9;
    private static final int REMOTEBYTECOUNT0 = 10;
    private static final int REMOTEBYTECOUNT1 = 11;
    private static final int RECEIVECONFIGURATION = 12;
    private static final int TRANSMITCONFIGURATION = 13;
    private static final int DATACONFIGURATION = 14;
    private static final int INTERRUPTMASK = 15;
    private static final int NE_DATA = 0x10;
    private static final int NE_RESET = 0x1f;
    private static final int DCR = 0x58;
    private static final int INTERRUPTS = 0x1f;
    private static final int TRANSMITBUFFER = 0x40;
    private static final int PSTART = 0x46;
    private static final int PSTOP = 0x60;
    private static final int PSTOP_OF_TORO = 0x80;
    private static final int PROM_BYTES = 32;
    private static final int MOST_LENGTH = 1532;

    private static final int FLAGS = 2;
    private static final int PACKET = 3;
    private static final int SIZE = 4;
    private static final int AT = 5;
    private static final int VALUE = 6;
    private static final int RSR = 7;
    private static final int NEXT = 8;
    private static final int STATUS = 9;
    private static final int MORE = 10;
    private static final int PAGE = 11;
    private static final int TAKEN = 12;
    private static final int OFF = 13;
    private static final int WORDS = 14;

    private final int base;
    private final NetworkKernel kernel;
    private final Set<CardQuirk> quirks;
    /** Behind the last page, as the driver's own arithmetic has it. */
    private final int ringEnd;

    private final OutgoingPackets outgoing = new OutgoingPackets();
    private final byte[] prom = new byte[PROM_BYTES];
    private final GuestCode initialise;
    private final GuestCode send;
    private final GuestCode handler;
    private final GuestCode rest;
    private int nextPacket = PSTART + 1;
    private final FrameBudget budget = new FrameBudget(MORE, TAKEN, OFF);

    private long copiedBytes;

    /**
     * Creates the driver of one card.
     *
     * @param base the first of its ports
     * @param quirks the defects that are on; kept, not copied
     */
    public Ne2000Driver(int base, NetworkKernel kernel, Set<CardQuirk> quirks) {
        this.base = base;
        this.kernel = kernel;
        this.quirks = quirks;
        this.ringEnd = quirks.contains(CardQuirk.RING_WRAPS_LATE) ? PSTOP_OF_TORO : PSTOP;
        GuestCode doSendPacket = doSendPacket();
        this.initialise = initNe2000();
        this.send = ne2000Send(doSendPacket);
        GuestCode readPacket = readPacket();
        this.handler = ne2000Handler(readPacket, doSendPacket);
        this.rest = takeRest(readPacket);
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

    /** Returns the page where the next packet is expected. */
    public int nextPacket() {
        return nextPacket;
    }

    /** Returns a byte of the card's address memory as it was read at start-up, in [0, 31]. */
    public int prom(int index) {
        return prom[index] & 0xff;
    }

    private int port(int register) {
        return base + register;
    }

    private Steps set(Steps steps, String name, int register, int value) {
        return steps.step("write " + name, write(port(register), value));
    }

    private StepBody boundary() {
        return (cpu, f) -> {
            cpu.out(port(BOUNDARY), 1, nextPacket == PSTART ? ringEnd - 1 : nextPacket - 1);
            return 0;
        };
    }

    private GuestCode initNe2000() {
        Mark poll = new Mark();
        Steps steps = Steps.of("InitNe2000", WORDS)
                .step("read NE_RESET", read(port(NE_RESET), VALUE))
                .step("write NE_RESET", writeByte(port(NE_RESET), VALUE, 0))
                .mark(poll)
                .step("read INTERRUPTSTATUS until reset", (cpu, f) -> {
                    if ((cpu.in(port(INTERRUPTSTATUS), 1) & 0x80) == 0) {
                        f.entry = poll.entry();
                    }
                    return 0;
                });
        set(steps, "INTERRUPTSTATUS", INTERRUPTSTATUS, 0xff);
        set(steps, "COMMAND", COMMAND, 0x21);
        set(steps, "DATACONFIGURATION", DATACONFIGURATION, DCR);
        set(steps, "REMOTEBYTECOUNT0", REMOTEBYTECOUNT0, PROM_BYTES);
        set(steps, "REMOTEBYTECOUNT1", REMOTEBYTECOUNT1, 0);
        set(steps, "REMOTESTARTADDRESS0", REMOTESTARTADDRESS0, 0);
        set(steps, "REMOTESTARTADDRESS1", REMOTESTARTADDRESS1, 0);
        set(steps, "COMMAND: read", COMMAND, 0x0a);
        set(steps, "RECEIVECONFIGURATION", RECEIVECONFIGURATION, 0x0e);
        set(steps, "TRANSMITCONFIGURATION", TRANSMITCONFIGURATION, 4);
        steps.step("32 bytes", (cpu, f) -> {
                    f.w[SIZE] = PROM_BYTES;
                    return StepResult.NEXT;
                })
                .whileLess(
                        "address bytes",
                        AT,
                        SIZE,
                        each -> each.step("read IOPORT", (cpu, f) -> {
                            prom[(int) f.w[AT]] = (byte) cpu.in(port(NE_DATA), 1);
                            f.w[AT]++;
                            return 0;
                        }));
        set(steps, "TRANSMITPAGE", TRANSMITPAGE, TRANSMITBUFFER);
        set(steps, "PAGESTART", PAGESTART, PSTART);
        set(steps, "BOUNDARY", BOUNDARY, PSTART);
        set(steps, "PAGESTOP", PAGESTOP, PSTOP);
        set(steps, "INTERRUPTMASK", INTERRUPTMASK, INTERRUPTS);
        set(steps, "COMMAND: page 1", COMMAND, 0x61);
        set(steps, "COMMAND: page 1 again", COMMAND, 0x61);
        for (int i = 0; i < 6; i++) {
            int index = 2 * i;
            int register = port(1 + i);
            steps.step("write the address, byte " + i, (cpu, f) -> {
                cpu.out(register, 1, prom[index] & 0xff);
                return 0;
            });
        }
        for (int i = 8; i < 16; i++) {
            set(steps, "the multicast table", i, 0xff);
        }
        set(steps, "DATACONFIGURATION, in page 1 another register", DATACONFIGURATION, DCR);
        steps.step("write CURRENT", (cpu, f) -> {
            nextPacket = PSTART + 1;
            cpu.out(port(CURRENT), 1, nextPacket);
            return 0;
        });
        set(steps, "COMMAND: start", COMMAND, 0x22);
        set(steps, "TRANSMITCONFIGURATION", TRANSMITCONFIGURATION, 0);
        set(steps, "RECEIVECONFIGURATION", RECEIVECONFIGURATION, 0x0c);
        return steps.build();
    }

    private GuestCode doSendPacket() {
        Steps steps = Steps.of("DoSendPacket", WORDS)
                .step("the first packet", (cpu, f) -> {
                    f.w[PACKET] = outgoing.firstAddress();
                    f.w[SIZE] = outgoing.firstBytes();
                    return StepResult.NEXT;
                })
                .step("write REMOTEBYTECOUNT0", writeByte(port(REMOTEBYTECOUNT0), SIZE, 0))
                .step("write REMOTEBYTECOUNT1", writeByte(port(REMOTEBYTECOUNT1), SIZE, 8));
        set(steps, "REMOTESTARTADDRESS0", REMOTESTARTADDRESS0, 0);
        set(steps, "REMOTESTARTADDRESS1", REMOTESTARTADDRESS1, TRANSMITBUFFER);
        set(steps, "COMMAND: write", COMMAND, 0x12);
        steps.whileLess(
                "bytes left",
                AT,
                SIZE,
                each -> each.step("write NE_DATA", (cpu, f) -> {
                    cpu.out(port(NE_DATA), 1, cpu.own().load8(f.w[PACKET] + f.w[AT]));
                    copiedBytes++;
                    f.w[AT]++;
                    return 0;
                }));
        set(steps, "TRANSMITPAGE", TRANSMITPAGE, TRANSMITBUFFER);
        steps.step("write TRANSMITBYTECOUNT0", writeByte(port(TRANSMITBYTECOUNT0), SIZE, 0))
                .step("write TRANSMITBYTECOUNT1", writeByte(port(TRANSMITBYTECOUNT1), SIZE, 8));
        set(steps, "COMMAND: transmit", COMMAND, 0x26);
        return steps.build();
    }

    private GuestCode ne2000Send(GuestCode doSendPacket) {
        return Steps.of("Ne2000Send", WORDS)
                .step("DisableInt", disableInterrupts(FLAGS))
                .step("OutgoingPackets", (cpu, f) -> {
                    f.w[MORE] = outgoing.add(f.w[ADDRESS], f.w[BYTES]) ? 1 : 0;
                    return StepResult.NEXT;
                })
                .ifPositive("the card is free", MORE, free -> free.call("DoSendPacket", doSendPacket, null))
                .step("RestoreInt", restoreInterrupts(FLAGS))
                .build();
    }

    /** Where the card writes next, into {@code PAGE}, and into {@code MORE} whether it is elsewhere than where the driver reads. */
    private Steps current(Steps steps) {
        set(steps, "COMMAND: page 1", COMMAND, 0x62);
        steps.step("read CURRENT", (cpu, f) -> {
            f.w[PAGE] = cpu.in(port(CURRENT), 1);
            f.w[MORE] = f.w[PAGE] != nextPacket ? 1 : 0;
            return 0;
        });
        return set(steps, "COMMAND: page 0", COMMAND, 0x22);
    }

    private void remoteRead(Steps steps, int offset) {
        steps.step("write REMOTEBYTECOUNT0", writeByte(port(REMOTEBYTECOUNT0), SIZE, 0))
                .step("write REMOTEBYTECOUNT1", writeByte(port(REMOTEBYTECOUNT1), SIZE, 8));
        set(steps, "REMOTESTARTADDRESS0", REMOTESTARTADDRESS0, offset);
        steps.step("write REMOTESTARTADDRESS1", (cpu, f) -> {
            cpu.out(port(REMOTESTARTADDRESS1), 1, nextPacket);
            return 0;
        });
        set(steps, "COMMAND: read", COMMAND, 0x0a);
    }

    private GuestCode takeRest(GuestCode readPacket) {
        Steps steps = Steps.of("TakeRest", WORDS).step("DisableInt", disableInterrupts(FLAGS));
        set(steps, "INTERRUPTSTATUS: received", INTERRUPTSTATUS, 1);
        steps.call("ReadPacket", readPacket, null);
        return budget.afterRest(steps, "write INTERRUPTMASK: all", (cpu, f) -> {
                    cpu.out(port(INTERRUPTMASK), 1, INTERRUPTS);
                    return 0;
                })
                .step("RestoreInt", restoreInterrupts(FLAGS))
                .build();
    }

    private GuestCode readPacket() {
        boolean bounded = !quirks.contains(CardQuirk.RECEIVES_WITHOUT_END);
        Mark bad = new Mark();
        Steps steps = Steps.of("ReadPacket", WORDS);
        current(steps);
        if (bounded) {
            budget.begins(steps);
        }
        steps.whilePositive("packets", MORE, each -> {
            each.step("4 bytes of header", (cpu, f) -> {
                f.w[SIZE] = 4;
                return StepResult.NEXT;
            });
            remoteRead(each, 0);
            each.step("read the status", read(port(NE_DATA), RSR))
                    .step("read the next page", read(port(NE_DATA), NEXT))
                    .step("read the length", read(port(NE_DATA), SIZE))
                    .step("read the length, upper half", (cpu, f) -> {
                        f.w[SIZE] = f.w[SIZE] + (cpu.in(port(NE_DATA), 1) << 8) - 4;
                        return 0;
                    });
            set(each, "INTERRUPTSTATUS: RDC", INTERRUPTSTATUS, 0x40);
            each.step("ToroGetMem", (cpu, f) -> {
                boolean sane =
                        (f.w[RSR] & 31) == 1 && f.w[NEXT] >= PSTART && f.w[NEXT] <= ringEnd && f.w[SIZE] <= MOST_LENGTH;
                if (sane) {
                    f.w[PACKET] = kernel.allocate((int) Math.max(0, f.w[SIZE]));
                    f.w[AT] = 0;
                    return kernel.allocatePs();
                }
                if (!quirks.contains(CardQuirk.BAD_HEADER_STAYS)) {
                    nextPacket = (int) f.w[PAGE];
                }
                f.entry = bad.entry();
                return StepResult.NEXT;
            });
            remoteRead(each, 4);
            each.whileLess(
                    "bytes left",
                    AT,
                    SIZE,
                    bytes -> bytes.step("read NE_DATA", (cpu, f) -> {
                        int value = cpu.in(port(NE_DATA), 1);
                        if (f.w[PACKET] != 0) {
                            cpu.own().store8(f.w[PACKET] + f.w[AT], value);
                            copiedBytes++;
                        }
                        f.w[AT]++;
                        return 0;
                    }));
            set(each, "INTERRUPTSTATUS: RDC", INTERRUPTSTATUS, 0x40);
            each.step("EnqueueIncomingPacket", (cpu, f) -> {
                nextPacket = f.w[NEXT] == ringEnd ? PSTART : (int) f.w[NEXT];
                return f.w[PACKET] == 0 ? StepResult.NEXT : kernel.enqueueIncoming(cpu, f.w[PACKET], (int) f.w[SIZE]);
            });
            each.mark(bad).step("write BOUNDARY", boundary());
            current(each);
            if (bounded) {
                budget.counts(each);
            }
        });
        if (bounded) {
            budget.ends(steps, "write INTERRUPTMASK: not received", (cpu, f) -> {
                cpu.out(port(INTERRUPTMASK), 1, INTERRUPTS & ~1);
                return 0;
            });
        }
        return steps.build();
    }

    private GuestCode ne2000Handler(GuestCode readPacket, GuestCode doSendPacket) {
        return Steps.of("Ne2000Handler", WORDS)
                .step("read INTERRUPTSTATUS", (cpu, f) -> {
                    f.w[STATUS] = cpu.in(port(INTERRUPTSTATUS), 1);
                    f.w[MORE] = budget.masked() ? 0 : f.w[STATUS] & 1;
                    return 0;
                })
                .ifPositive("received", MORE, received -> received.step(
                                "write INTERRUPTSTATUS", writeByte(port(INTERRUPTSTATUS), STATUS, 0))
                        .call("ReadPacket", readPacket, null))
                .step("sent?", (cpu, f) -> {
                    f.w[MORE] = f.w[STATUS] & 0x0a;
                    return StepResult.NEXT;
                })
                .ifPositive("sent", MORE, sent -> sent.step("write INTERRUPTSTATUS", (cpu, f) -> {
                            int seen = quirks.contains(CardQuirk.ACKNOWLEDGES_UNSEEN) ? 0xff : 0x0a;
                            cpu.out(port(INTERRUPTSTATUS), 1, (int) f.w[STATUS] & seen);
                            return 0;
                        })
                        .step("DequeueOutgoingPacket", (cpu, f) -> {
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
