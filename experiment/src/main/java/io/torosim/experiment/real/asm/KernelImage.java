package io.torosim.experiment.real.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An ELF file of 32 bits that a monitor starts as a kernel: by Multiboot (version 1, section 3.1) or by PVH (the Xen
 * note {@code PHYS32_ENTRY}). One segment, loaded where it is linked to.
 *
 * @param entry how it is entered
 * @param address where the code lies, and where it is entered: its first byte
 * @param code the machine code
 */
public record KernelImage(Entry entry, int address, byte[] code) {
    /** How a monitor finds the entry: both enter in flat 32-bit protected mode, without paging, interrupts off. */
    public enum Entry {
        /** A Multiboot header; QEMU goes through the firmware and an option ROM. */
        MULTIBOOT,
        /** An ELF note; QEMU's pc goes through the firmware, microvm's qboot jumps there. */
        PVH
    }

    private static final int ELF_HEADER = 52;
    private static final int PROGRAM_HEADER = 32;
    private static final int EXTRA_AT = 0x1000 - 0x40; // before the code, within the first 8 KiB as Multiboot wants it
    private static final int CODE_AT = 0x1000;
    private static final int MULTIBOOT_MAGIC = 0x1BADB002;
    private static final int PHYS32_ENTRY = 18;
    private static final int TYPE_LOAD = 1;
    private static final int TYPE_NOTE = 4;
    private static final int READ_WRITE_EXECUTE = 7;

    /** Takes a copy. */
    public KernelImage {
        code = code.clone();
    }

    /** Returns the bytes of the file. */
    public byte[] toElf() {
        ByteBuffer file = ByteBuffer.allocate(CODE_AT + code.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7F, 'E', 'L', 'F', 1, 1, 1}).position(16);
        file.putShort((short) 2).putShort((short) 3).putInt(1).putInt(address); // executable, i386
        file.putInt(ELF_HEADER).putInt(0).putInt(0);
        int headers = entry == Entry.PVH ? 2 : 1;
        file.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) headers);
        file.position(ELF_HEADER);
        program(file, TYPE_LOAD, CODE_AT, address, code.length);
        if (entry == Entry.PVH) {
            program(file, TYPE_NOTE, EXTRA_AT, 0, 20);
            file.position(EXTRA_AT);
            file.putInt(4)
                    .putInt(4)
                    .putInt(PHYS32_ENTRY)
                    .put(new byte[] {'X', 'e', 'n', 0})
                    .putInt(address);
        } else {
            file.position(EXTRA_AT);
            file.putInt(MULTIBOOT_MAGIC).putInt(0).putInt(-MULTIBOOT_MAGIC);
        }
        file.position(CODE_AT);
        file.put(code);
        return file.array();
    }

    private static void program(ByteBuffer file, int type, int offset, int address, int bytes) {
        file.putInt(type).putInt(offset).putInt(address).putInt(address);
        file.putInt(bytes).putInt(bytes).putInt(READ_WRITE_EXECUTE).putInt(4);
    }
}
