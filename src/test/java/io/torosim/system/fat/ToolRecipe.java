package io.torosim.system.fat;

import java.util.ArrayList;
import java.util.List;

/**
 * An image of the corpus: which programs make it, and how. The script has {@code $TREE}, a directory of files, and makes
 * {@code out.img}; {@code off} is set to where the volume begins, found by the OEM name of its boot sector where a tool
 * places it.
 *
 * @param name shown in the report
 * @param maker the program that the image is by, the first of the tools
 * @param tools all programs needed
 * @param script lines of bash
 */
record ToolRecipe(String name, String maker, List<String> tools, String script) {
    /** Functions that the scripts use. */
    static final String PRELUDE =
            """
            set -euo pipefail
            off=0
            fill() { mcopy -Q -s -m -i "$1" "$TREE"/* ::; }
            # a volume of its own: vol12 of 4000 sectors, vol16 of 8192
            vol() { case $1 in
              12) mkfs.fat -C -F 12 -n BOOT vol.img 2000 >/dev/null;;
              16) mkfs.fat -C -F 16 -s 1 vol.img 4096 >/dev/null;; esac; fill vol.img; }
            place() { off=$(($1 * 512)); dd if=vol.img of=out.img bs=512 seek=$1 conv=notrunc status=none; }
            seek() { off=$(($(LC_ALL=C grep -obUa "$1" out.img | head -n 1 | cut -d: -f1) - 3)); }
            """;

    static List<ToolRecipe> all() {
        var all = new ArrayList<ToolRecipe>();
        formatters(all);
        partitions(all);
        boot(all);
        cds(all);
        others(all);
        return all;
    }

    private static void add(List<ToolRecipe> all, String name, String tools, String script) {
        List<String> list = List.of(tools.split(" "));
        all.add(new ToolRecipe(list.get(0) + ": " + name, list.get(0), list, script));
    }

    private static void formatters(List<ToolRecipe> all) {
        for (int kib : new int[] {320, 360, 640, 720, 1200, 1440, 1680, 2880}) {
            add(all, "floppy " + kib, "mkfs.fat mcopy", "mkfs.fat -C out.img " + kib + "; fill out.img");
        }
        for (int sector : new int[] {512, 1024, 2048, 4096}) {
            for (int per = 1; sector * per <= 16384 && per <= 16; per *= 2) {
                int kib12 = sector * per * 1000 / 1024;
                int kib16 = sector * per * 4400 / 1024;
                String shape = " -S " + sector + " -s " + per + " out.img ";
                add(all, "FAT12" + shape, "mkfs.fat mcopy", "mkfs.fat -C -F 12" + shape + kib12 + "; fill out.img");
                add(all, "FAT16" + shape, "mkfs.fat mcopy", "mkfs.fat -C -F 16" + shape + kib16 + "; fill out.img");
            }
        }
        for (String more : new String[] {
            "-f 1",
            "-f 3",
            "-R 9",
            "-r 64",
            "-r 1024",
            "-M 0xf0",
            "-n LABEL",
            "-A -F 16",
            "-h 63",
            "-R 17",
            "-r 128",
            "-i cafe1234"
        }) {
            add(all, more, "mkfs.fat mcopy", "mkfs.fat -C -s 2 " + more + " out.img 9000; fill out.img");
        }
        for (int kib : new int[] {320, 360, 720, 1200, 1440, 2880}) {
            add(all, "floppy " + kib, "mformat mcopy", "mformat -C -f " + kib + " -i out.img ::; fill out.img");
        }
        for (int per : new int[] {1, 2, 4, 8, 16}) {
            int heads = 16 * per;
            add(
                    all,
                    "FAT16 -c " + per,
                    "mformat mcopy",
                    "mformat -C -t 10 -h " + heads + " -s 32 -c " + per + " -i out.img ::; fill out.img");
            add(
                    all,
                    "FAT12 -c " + per,
                    "mformat mcopy",
                    "mformat -C -t 4 -h " + heads + " -s 16 -c " + per + " -v VOL -i out.img ::; fill out.img");
        }
        for (String more : new String[] {"-d 1", "-r 2", "-r 40", "-M 1024 -S 3", "-N 12345678", "-v LABEL", "-H 63"}) {
            add(all, more, "mformat mcopy", "mformat -C -t 20 -h 16 -s 32 " + more + " -i out.img ::; fill out.img");
        }
    }

    private static void partitions(List<ToolRecipe> all) {
        for (String type : "01 04 06 0b 0c 0e 14 16 1b 1c 1e 83 ef".split(" ")) {
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        "type " + type + " FAT" + bits,
                        "sfdisk mkfs.fat mcopy",
                        "vol " + bits + "; truncate -s 8M out.img; echo 'start=63,size=8192,type=" + type
                                + "' | sfdisk -q out.img >/dev/null 2>&1; place 63");
            }
        }
        for (String type : "01 06 0c 83".split(" ")) {
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        "logical type " + type + " FAT" + bits,
                        "sfdisk mkfs.fat mcopy",
                        "vol " + bits + "; truncate -s 8M out.img; printf 'label: dos\\n1: start=2048,size=12288,type="
                                + (bits == 12 ? "5" : "f") + "\\n5: start=4096,size=8192,type=" + type
                                + "\\n' | sfdisk -q out.img >/dev/null 2>&1; place 4096");
            }
        }
        add(
                all,
                "third of four, the others Linux and swap",
                "sfdisk mkfs.fat mcopy",
                "vol 16; truncate -s 12M out.img; printf 'label: dos\\n2048,1024,83\\n3072,1024,82\\n4096,8192,6\\n12288,2048,83\\n' "
                        + "| sfdisk -q out.img >/dev/null 2>&1; place 4096");
        for (int logical = 6; logical <= 9; logical++) {
            var parts = new StringBuilder("mkpart extended 2048s 42047s");
            for (int n = 5; n < logical; n++) {
                int at = 2048 * (n - 3);
                parts.append(" mkpart logical ext2 ")
                        .append(at)
                        .append("s ")
                        .append(at + 1023)
                        .append('s');
            }
            int start = 2048 * (logical - 3);
            parts.append(" mkpart logical fat16 ")
                    .append(start)
                    .append("s ")
                    .append(start + 8191)
                    .append('s');
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        "logical number " + logical + " FAT" + bits,
                        "parted mkfs.fat mcopy",
                        "vol " + bits + "; truncate -s 24M out.img; parted -s out.img mklabel msdos " + parts
                                + "; place " + start);
            }
        }
        for (String code : new String[] {"ef00", "0700", "8300", "0c01", "ef02", "a502"}) {
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        "GPT " + code + " FAT" + bits,
                        "sgdisk mkfs.fat mcopy",
                        "vol " + bits + "; truncate -s 8M out.img; sgdisk -n 1:2048:+4M -t 1:" + code
                                + " out.img >/dev/null; place 2048");
            }
        }
        for (int bits : new int[] {12, 16}) {
            add(
                    all,
                    "hybrid FAT" + bits,
                    "sgdisk mkfs.fat mcopy",
                    "vol " + bits
                            + "; truncate -s 8M out.img; sgdisk -n 1:2048:+4M -t 1:0700 -h 1 out.img >/dev/null; place 2048");
            add(
                    all,
                    "GPT, primary header damaged, FAT" + bits,
                    "sgdisk mkfs.fat mcopy",
                    "vol " + bits + "; truncate -s 8M out.img; sgdisk -n 1:2048:+4M out.img >/dev/null; place 2048; "
                            + "dd if=/dev/zero of=out.img bs=512 seek=1 count=1 conv=notrunc status=none");
            add(
                    all,
                    "GPT, fourth entry, FAT" + bits,
                    "sgdisk mkfs.fat mcopy",
                    "vol " + bits
                            + "; truncate -s 12M out.img; sgdisk -n 1:2048:+1M -n 2:0:+1M -n 4:8192:+4M -c 4:Data out.img "
                            + ">/dev/null; place 8192");
            for (String label : new String[] {"msdos", "gpt"}) {
                add(
                        all,
                        label + " FAT" + bits,
                        "parted mkfs.fat mcopy",
                        "vol " + bits + "; truncate -s 8M out.img; parted -s out.img mklabel " + label + " mkpart "
                                + (label.equals("gpt") ? "data" : "primary") + " fat16 2048s 10239s; place 2048");
                int kib = bits == 12 ? 4000 : 18000;
                add(
                        all,
                        label + " on 4Kn FAT" + bits,
                        "parted mkfs.fat mcopy",
                        "mkfs.fat -C -F " + bits + " -S 4096 -s 1 vol.img " + kib + " >/dev/null; fill vol.img; "
                                + "truncate -s 24M out.img; PARTED_SECTOR_SIZE=4096 parted -s out.img mklabel " + label
                                + " mkpart " + (label.equals("gpt") ? "data" : "primary")
                                + " fat16 256s 5000s; place 2048");
            }
        }
        for (String table : new String[] {"mbr", "gpt", "hybrid"}) {
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        table + " FAT" + bits,
                        "genimage mkfs.fat mcopy",
                        "printf 'image vol.vfat { vfat { extraargs = \"-F " + bits + " -s 1\" }\\n size = "
                                + (bits == 12 ? "1M" : "4M")
                                + " }\\nimage out.img { hdimage { partition-table-type = \"" + table
                                + "\" }\\n partition boot { " + (table.equals("gpt") ? "" : "partition-type = 0xC\\n")
                                + " image = \"vol.vfat\" } }\\n' > cfg; mkdir tmp; "
                                + "genimage --rootpath \"$TREE\" --tmppath tmp --inputpath . --outputpath . --config cfg >/dev/null 2>&1; seek mkfs.fat");
            }
        }
    }

    private static void boot(List<ToolRecipe> all) {
        for (String format : new String[] {"1440", "2880", "-F 16 -s 1 4096", "-F 16 -s 4 12000"}) {
            String[] words = format.split(" ");
            String size = words[words.length - 1];
            String options = format.substring(0, format.length() - size.length());
            add(
                    all,
                    format,
                    "syslinux mkfs.fat mcopy",
                    "mkfs.fat -C " + options + " out.img " + size
                            + " >/dev/null; fill out.img; syslinux --install out.img");
        }
        for (int bits : new int[] {12, 16}) {
            add(
                    all,
                    "in a partition FAT" + bits,
                    "syslinux sfdisk mkfs.fat mcopy",
                    "vol " + bits
                            + "; truncate -s 8M out.img; echo 'start=2048,size=8192,type=e,bootable' | sfdisk -q out.img "
                            + ">/dev/null 2>&1; place 2048; syslinux -t $off --install out.img");
        }
        for (String options : new String[] {"", "-c", "-o f", "-n", "-r", "-a"}) {
            for (int bits : new int[] {12, 16}) {
                add(
                        all,
                        "sorted " + options + " FAT" + bits,
                        "fatsort mkfs.fat mcopy",
                        "vol " + bits + "; mv vol.img out.img; fatsort -q " + options + " out.img >/dev/null");
            }
        }
        for (String size : new String[] {"36M"}) {
            add(
                    all,
                    "to " + size,
                    "fatresize sfdisk mkfs.fat mcopy",
                    "mkfs.fat -C -F 16 -s 4 vol.img 28000 >/dev/null; fill vol.img; truncate -s 40M out.img; "
                            + "echo 'start=2048,size=57344,type=6' | sfdisk -q out.img >/dev/null 2>&1; place 2048; "
                            + "fatresize -f -s " + size + " -n 1 out.img >/dev/null 2>&1");
        }
    }

    private static void cds(List<ToolRecipe> all) {
        for (int bits : new int[] {12, 16}) {
            add(
                    all,
                    "El Torito, EFI, FAT" + bits,
                    "xorriso mkfs.fat mcopy",
                    "vol " + bits
                            + "; mkdir iso; mv vol.img iso/efi.img; xorriso -as mkisofs -quiet -o out.img -e efi.img "
                            + "-no-emul-boot iso >/dev/null 2>&1; seek mkfs.fat");
            add(
                    all,
                    "appended MBR partition FAT" + bits,
                    "xorriso mkfs.fat mcopy",
                    "vol " + bits
                            + "; mkdir iso; echo x > iso/x; xorriso -as mkisofs -quiet -o out.img -append_partition 2 0xef "
                            + "vol.img iso >/dev/null 2>&1; seek mkfs.fat");
            add(
                    all,
                    "appended GPT partition, El Torito too, FAT" + bits,
                    "xorriso mkfs.fat mcopy",
                    "vol " + bits
                            + "; mkdir iso; echo x > iso/x; xorriso -as mkisofs -quiet -o out.img -append_partition 2 0xef "
                            + "vol.img -appended_part_as_gpt -e --interval:appended_partition_2:all:: -no-emul-boot iso "
                            + ">/dev/null 2>&1; seek mkfs.fat");
            add(
                    all,
                    "El Torito, no emulation, FAT" + bits,
                    "genisoimage mkfs.fat mcopy",
                    "vol " + bits
                            + "; mkdir iso; mv vol.img iso/boot.img; genisoimage -quiet -o out.img -b boot.img -c boot.cat "
                            + "-no-emul-boot iso 2>/dev/null; seek mkfs.fat");
            add(
                    all,
                    "El Torito, hard disk, FAT" + bits,
                    "genisoimage sfdisk mkfs.fat mcopy",
                    "vol " + bits
                            + "; mkdir iso; truncate -s 8M out.img; echo 'start=63,size=8192,type=6,bootable' | sfdisk -q "
                            + "out.img >/dev/null 2>&1; place 63; mv out.img iso/hd.img; genisoimage -quiet -o out.img -b hd.img "
                            + "-c boot.cat -hard-disk-boot iso 2>/dev/null; seek mkfs.fat");
        }
        for (int kib : new int[] {1200, 1440, 2880}) {
            add(
                    all,
                    "El Torito, floppy " + kib,
                    "genisoimage mkfs.fat mcopy",
                    "mkfs.fat -C vol.img " + kib
                            + " >/dev/null; fill vol.img; mkdir iso; mv vol.img iso/f.img; genisoimage -quiet "
                            + "-o out.img -b f.img -c boot.cat iso 2>/dev/null; seek mkfs.fat");
        }
    }

    private static void others(List<ToolRecipe> all) {
        for (String kind : new String[] {"fat:", "fat:16:", "fat:12:", "fat:floppy:", "fat:floppy:12:"}) {
            add(all, kind, "qemu-img mcopy", "qemu-img convert -O raw \"" + kind + "$TREE\" out.img; seek MSWIN4.1");
        }
        for (int mib : new int[] {10, 20, 32}) {
            add(
                    all,
                    "disk of " + mib + " MB",
                    "bximage sfdisk mkfs.fat mcopy",
                    "bximage -q -func=create -hd=" + mib
                            + " -imgmode=flat out.img >/dev/null; echo 'start=63,type=4' | sfdisk -q out.img "
                            + ">/dev/null 2>&1; vol 16; place 63");
        }
        for (String size : new String[] {"320k", "360k", "720k", "1.2M", "1.44M", "1.68M", "2.88M"}) {
            add(
                    all,
                    "floppy " + size,
                    "bximage mkfs.fat mcopy",
                    "bximage -q -func=create -fd=" + size
                            + " out.img >/dev/null; mkfs.fat out.img >/dev/null; fill out.img");
        }
        for (int bits : new int[] {12, 16}) {
            add(
                    all,
                    "written by the kernel FAT" + bits,
                    "mount mkfs.fat mcopy",
                    "vol " + bits
                            + "; mv vol.img out.img; mkdir mnt; mount -o loop,iocharset=utf8 out.img mnt 2>/dev/null || exit 77; "
                            + "cp -r mnt mnt2 2>/dev/null; cp -r mnt2 mnt/again; umount mnt");
        }
    }
}
