package io.torosim.experiment.cpu;

import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import java.util.List;
import java.util.Locale;

/** What the report says about the CPU usage experiment. */
final class CpuUsageNotes {
    private CpuUsageNotes() {}

    static List<String> of(
            Specification spec, CpuRun variantB, CpuRun spinning, CpuRun tcgSingle, CpuRun oneCore, CpuRun polled) {
        return List.of(
                "vCPU mode: " + spec.vcpuMode().label() + ". top mode: "
                        + spec.get(Keys.TOP_MODE).label() + ". Both are inputs, because the"
                        + " published text names neither and they decide what 100 % means.",
                String.format(
                        Locale.ROOT,
                        "Why the published \"before\" is 100 %%: in Toro's master before November 2017 a core without threads"
                                + " spins too, so a 2-vCPU guest under KVM shows %.0f %% (variant A). 100 %% is what the code shows"
                                + " once empty cores halt but the polling hint is not heeded (variant B, charted: %.1f %%)."
                                + " The same 100 %% also comes out of variant A where both vCPUs share one emulation thread"
                                + " (%.1f %%), where the second core never started (%.1f %%), or where top divides by the"
                                + " CPUs of a %d-CPU host (%.1f %%). The text does not say which it was.",
                        spinning.mean(),
                        variantB.mean(),
                        tcgSingle.mean(),
                        oneCore.mean(),
                        spec.get(Keys.HOST_CPUS),
                        spinning.otherModeMean()),
                haltPolling(spec, polled),
                "The network backend is " + spec.get(Keys.NET_BACKEND).label()
                        + ". With vhost, libvirt's default for a virtio card, packets"
                        + " are moved by a kernel thread that top does not count to QEMU; with the backend inside QEMU, Toro in"
                        + " traffic shows more than 100 %.",
                "Not modelled: P-states (the post itself names them as missing), TCP loss and time-outs, several web server"
                        + " workers, load balancing in Linux.");
    }

    private static String haltPolling(Specification spec, CpuRun polled) {
        String note = "KVM halt polling is " + (spec.get(Keys.HALT_POLLING) ? "on" : "off")
                + ". With it, short gaps between packets are polled away on the host";
        double inTraffic = CpuUsageExperiment.mean(polled.values(TrafficPhases.BURST));
        if (Double.isNaN(inTraffic)) {
            return note + ".";
        }
        return note
                + String.format(
                        Locale.ROOT,
                        ": Ubuntu in traffic shows %.0f %%, so the published 40 to 60 %% speaks for its absence (or for wider"
                                + " gaps).",
                        inTraffic);
    }
}
