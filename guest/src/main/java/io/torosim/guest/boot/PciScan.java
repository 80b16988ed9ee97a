package io.torosim.guest.boot;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;

/**
 * Pci.pas:PciDetect, by brute force: all slots of four buses are asked for their functions through the configuration ports, {@code outsd} and {@code insd} for a
 * register. A function that says the same as the slot's first one ends the slot, which is how absent ones cost two registers; of one that is there eight more are read.
 */
final class PciScan {
    private static final int ADDRESS = 0xcf8;
    private static final int DATA = 0xcfc;
    private static final int SLOTS = 4 * 32;
    private static final int FUNCTIONS = 8;
    private static final int ABSENT = 0xffff;
    /** Interrupt, the six base addresses, class: those read of a function that is there, the last first. */
    private static final int[] REGISTERS = {15, 9, 8, 7, 6, 5, 4, 2};

    private static final int SLOTS_LEFT = 0;
    private static final int FUNCTIONS_LEFT = 1;
    private static final int REGISTERS_LEFT = 2;
    private static final int FIRST_DEVICE = 3;

    static final GuestCode ROUTINE = Steps.of("PciDetect", 4)
            .source("Pci.pas:PciDetect")
            .step("begin", (cpu, f) -> {
                f.w[SLOTS_LEFT] = SLOTS;
                return StepResult.NEXT;
            })
            .whilePositive("slots left", SLOTS_LEFT, slots -> slots.step("the next slot", (cpu, f) -> {
                        f.w[FUNCTIONS_LEFT] = FUNCTIONS;
                        f.w[SLOTS_LEFT]--;
                        return StepResult.NEXT;
                    })
                    .whilePositive("functions left", FUNCTIONS_LEFT, PciScan::function))
            .build();

    private PciScan() {}

    private static void function(Steps steps) {
        steps.step("select vendor and device", (cpu, f) -> {
                    cpu.out(ADDRESS, 4, address(f.w, 0));
                    return 0;
                })
                .step("read vendor and device", (cpu, f) -> {
                    int ids = cpu.in(DATA, 4);
                    boolean first = f.w[FUNCTIONS_LEFT] == FUNCTIONS;
                    if (first) {
                        f.w[FIRST_DEVICE] = ids >>> 16;
                    } else if (f.w[FIRST_DEVICE] == ids >>> 16) {
                        f.w[FUNCTIONS_LEFT] = 0;
                        return 0;
                    }
                    f.w[REGISTERS_LEFT] = (ids & 0xffff) == ABSENT ? 0 : REGISTERS.length;
                    f.w[FUNCTIONS_LEFT]--;
                    return 0;
                })
                .whilePositive("registers left", REGISTERS_LEFT, registers -> registers
                        .step("select a register", (cpu, f) -> {
                            f.w[REGISTERS_LEFT]--;
                            cpu.out(ADDRESS, 4, address(f.w, REGISTERS[(int) f.w[REGISTERS_LEFT]]));
                            return 0;
                        })
                        .step("read it", (cpu, f) -> {
                            cpu.in(DATA, 4);
                            return 0;
                        }));
    }

    /** Of a register of the present function; once the first one is read the function's number is one less than the count says. */
    private static int address(long[] w, int register) {
        long function = FUNCTIONS - w[FUNCTIONS_LEFT] - (register == 0 ? 0 : 1);
        return Configuration.ENABLED | (int) (SLOTS - 1 - w[SLOTS_LEFT]) << 11 | (int) function << 8 | register << 2;
    }

    /**
     * The configuration ports CF8h and CFCh of a bus with so many slots. Each slot has a function 0; what functions there are beyond that belong to the second slot, as in
     * a PIIX, or to the only one. They have vendor and device; every other register reads as 0, and writes are swallowed.
     */
    static final class Configuration implements PortDevice {
        private static final int ENABLED = 1 << 31;
        private static final int DATA_OFFSET = DATA - ADDRESS;

        private final int slots;
        private final int functions;
        private int address;

        /**
         * Creates the ports.
         *
         * @param slots in [0, 32]
         * @param functions at least as many as slots, else each slot has one; at most 7 more
         */
        Configuration(int slots, int functions) {
            this.slots = slots;
            this.functions = functions;
        }

        void plug(Bus bus) {
            bus.claim("pci configuration", ADDRESS, 8, this);
        }

        @Override
        public int read(int offset, int widthBytes) {
            if (offset < DATA_OFFSET) {
                return address;
            }
            int slot = address >>> 11 & 31;
            int function = address >>> 8 & 7;
            boolean there = (address & ENABLED) != 0
                    && (address >>> 16 & 0xff) == 0
                    && slot < slots
                    && (function == 0 || slot == Math.min(1, slots - 1) && function <= functions - slots);
            int register = address & 0xfc;
            int value = !there ? -1 : register == 0 ? 0x8086 | 0x1000 + 8 * slot + function << 16 : 0;
            return value >>> 8 * (offset - DATA_OFFSET);
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            if (offset == 0 && widthBytes == 4) {
                address = value;
            }
        }
    }
}
