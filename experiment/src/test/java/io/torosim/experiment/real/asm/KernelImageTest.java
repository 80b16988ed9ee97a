package io.torosim.experiment.real.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.torosim.experiment.real.probe.ProbeGuest;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeLoad;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel file, and the guests in it, as the tools of binutils read them. */
class KernelImageTest {
    private static final long TSC_HZ = 2_400_000_000L;

    @Test
    void pvh_isAnElfWithTheNote(@TempDir Path directory) throws Exception {
        assumeTrue(AssemblerTest.installed("readelf"), "readelf is not installed");
        write(directory, KernelImage.Entry.PVH, ProbePolicy.MWAIT);
        assertThat(AssemblerTest.run(directory, "readelf", "-lhn", "guest.elf"))
                .contains("Intel 80386", "0x100000", "Xen", "(0x00000012)", "00 00 10 00")
                .doesNotContainIgnoringCase("warning")
                .doesNotContainIgnoringCase("error");
    }

    @Test
    void multiboot_hasItsHeaderWithinTheFirst8KiB(@TempDir Path directory) throws Exception {
        byte[] file = write(directory, KernelImage.Entry.MULTIBOOT, ProbePolicy.POLL_THEN_HALT);
        int at = -1;
        for (int i = 0; i < Math.min(8192, file.length - 12); i += 4) {
            if (word(file, i) == 0x1BADB002) {
                at = i;
            }
        }
        assertThat(at).isPositive();
        assertThat(word(file, at) + word(file, at + 4) + word(file, at + 8)).isZero();
    }

    @Test
    void everyGuest_disassembles(@TempDir Path directory) throws Exception {
        assumeTrue(AssemblerTest.installed("objdump"), "objdump is not installed");
        for (ProbePolicy policy : ProbePolicy.values()) {
            write(directory, KernelImage.Entry.PVH, policy);
            String text = AssemblerTest.run(
                    directory, "objdump", "-D", "-b", "binary", "-m", "i386", "--start-address=0x1000", "guest.elf");
            String firstVcpu = text.substring(0, text.indexOf("\tiret"));
            assertThat(firstVcpu).doesNotContain("(bad)").contains("rdtsc", "lidtl", "lgdtl");
        }
    }

    private static int word(byte[] file, int at) {
        return file[at] & 0xFF | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16 | file[at + 3] << 24;
    }

    private static byte[] write(Path directory, KernelImage.Entry entry, ProbePolicy policy) throws Exception {
        ProbeSpec spec = new ProbeSpec(policy, 200, ProbeTimer.PIT, 100, new ProbeLoad(100, 1000, 3, 10), 2);
        byte[] file = ProbeGuest.image(entry, ProbeGuest.assemble(spec, TSC_HZ)).toElf();
        Files.write(directory.resolve("guest.elf"), file);
        return file;
    }
}
