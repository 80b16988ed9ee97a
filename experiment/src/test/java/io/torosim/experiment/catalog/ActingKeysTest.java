package io.torosim.experiment.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.host.HostProfile;
import io.torosim.core.host.QemuProcess.TopSampler.TopMode;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.experiment.Experiment;
import io.torosim.experiment.ExperimentResult;
import io.torosim.experiment.nic.NicExperiment;
import io.torosim.experiment.o2.OptimisationExperiment;
import io.torosim.experiment.spec.Key;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Keys.StudyGuest;
import io.torosim.experiment.spec.Specification;
import io.torosim.experiment.spec.Specification.Arrivals;
import io.torosim.experiment.spec.Specification.SpecException;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.sched.IdlePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every key that an experiment heeds acts on what it shows: another legal value changes a figure, a curve, a phase or a chart. A digest alone is not enough: it is of what
 * the machines did, also where nobody sees it. Of the study of each guest, scaled down, of the boot and of what is quick; of all experiments, some seven minutes, with
 * {@code -Dtorosim.acting-keys=all}.
 */
final class ActingKeysTest {
    private static final Set<String> QUICK = Set.of("memory", "nic", "optimisation");

    private static final Map<Key<?>, Object> OTHERS = others();

    private static Map<Key<?>, Object> others() {
        HostProfile kvm = HostProfile.kvm2018();
        HostProfile dearer = new HostProfile(
                "mine",
                "here",
                "no",
                kvm.mode(),
                kvm.costs()
                        .with("kvm.exit_apic", BigDecimal.valueOf(1400))
                        .with("kvm.hlt_exit", BigDecimal.valueOf(1900))
                        .with("mem.access", BigDecimal.valueOf(6)));
        Map<Key<?>, Object> others = new HashMap<>();
        others.put(Keys.HOST_PROFILE, dearer);
        others.put(Keys.VCPU_MODE, VcpuMode.TCG_MULTI);
        others.put(Keys.HOST_CPUS, 4);
        others.put(Keys.NET_BACKEND, NetBackend.USER);
        others.put(Keys.HALT_POLLING, true);
        others.put(Keys.SHARED_CPUS, 1);
        others.put(Keys.PERTURB, 1L);
        others.put(Keys.VCPUS, 3);
        others.put(Keys.RAM_PER_VCPU, 16);
        others.put(Keys.TSC_MHZ, 2000);
        others.put(Keys.BELIEVED_MHZ, 1200);
        others.put(Keys.TOP_MODE, TopMode.SOLARIS);
        others.put(Keys.TOP_DELAY, Duration.ofMillis(400));
        others.put(Keys.DURATION, Duration.ofMillis(2500));
        others.put(Keys.CONCURRENCY, 2);
        others.put(Keys.HEAVY_CONCURRENCY, 2);
        others.put(Keys.PERIOD, Duration.ofMillis(800));
        others.put(Keys.BURST, Duration.ofMillis(200));
        others.put(Keys.REQUESTS, 7L);
        others.put(Keys.BOOT_VCPUS, 2);
        others.put(Keys.BOOT_RAM, 512);
        others.put(Keys.BOOT_PIT, false);
        others.put(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce());
        others.put(Keys.GUEST_WINDOW, Duration.ofMillis(50));
        others.put(Keys.GUEST_TIMER_HZ, 100);
        others.put(Keys.GUEST_SERVICES, false);
        others.put(Keys.RATE, 30);
        others.put(Keys.WORK, Duration.ofMillis(2));
        return others;
    }

    @SuppressWarnings("unchecked") // the value is of the key's type
    private static Specification with(Specification spec, Key<?> key) {
        return spec.with((Key<Object>) key, OTHERS.get(key));
    }

    private static ExperimentResult run(String name, Specification spec) {
        return Experiments.named(name, spec).get(0).run(1, Experiment.Progress.NONE);
    }

    /** Whether something else is shown; what is said of the keys themselves, and the digest, do not count. */
    private static boolean differ(ExperimentResult one, ExperimentResult other) {
        return !one.cases().equals(other.cases())
                || !one.series().equals(other.series())
                || !one.phases().equals(other.phases())
                || !one.charts().equals(other.charts());
    }

    @ParameterizedTest
    @EnumSource(StudyGuest.class)
    void everyKeyOfAStudy_acts(StudyGuest guest) {
        Specification whole = Specification.defaults()
                .with(Keys.GUEST_KIND, guest)
                .with(Keys.DURATION, Duration.ofSeconds(2))
                .with(Keys.TOP_DELAY, Duration.ofMillis(500));
        Specification spec = whole.withBursts(Duration.ofSeconds(1), Duration.ofMillis(300), 0);
        ExperimentResult usual = run("study", spec);
        List<String> idle = new ArrayList<>();
        for (Key<?> key : Experiments.named("study", spec).get(0).heeds()) {
            if (key == Keys.GUEST_KIND) {
                continue; // each is another run here
            }
            Specification base = spec;
            if (key == Keys.HOST_CPUS) {
                base = spec.with(Keys.TOP_MODE, TopMode.SOLARIS); // which divides by them
            } else if (key == Keys.HALT_POLLING && guest != StudyGuest.LINUX) { // only short halts are polled
                base = guest == StudyGuest.POLLER ? whole.with(Keys.GUEST_TIMER_HZ, 10_000) : spec;
                base = base.with(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce());
            } else if (key == Keys.GUEST_SERVICES) { // which are rare
                Duration all = Duration.ofSeconds(60);
                base = whole.with(Keys.DURATION, all).withBursts(all, Duration.ofMillis(1), 0);
            } else if (key == Keys.RATE || key == Keys.GUEST_TIMER_HZ) {
                base = whole; // in place of bursts
            }
            ExperimentResult before = base == spec ? usual : run("study", base);
            if (!differ(run("study", with(base, key)), before)) {
                idle.add(key.name());
            }
        }
        assertThat(idle).isEmpty();
    }

    /** CPUs that are shared act where there are more vCPUs; where there are not the key is refused by name. */
    @Test
    void everyKeyOfABoot_acts() {
        Specification spec = Specification.defaults().with(Keys.BOOT_VCPUS, 3);
        ExperimentResult usual = run("boot", spec);
        List<Key<?>> heeds = Experiments.named("boot", spec).get(0).heeds();
        assertThat(heeds).contains(Keys.SHARED_CPUS);
        for (Key<?> key : heeds) {
            assertThat(differ(run("boot", with(spec, key)), usual))
                    .as(key.name())
                    .isTrue();
        }
        for (int vcpus = 1; vcpus <= 2; vcpus++) {
            Specification enough =
                    Specification.defaults().with(Keys.BOOT_VCPUS, vcpus).with(Keys.SHARED_CPUS, vcpus);
            assertThatThrownBy(() -> Experiments.named("boot", enough))
                    .isInstanceOf(SpecException.class)
                    .hasMessageContaining("host.shared-cpus: each vCPU has a CPU of its own then: ");
        }
    }

    /** The study and the boot have tests of their own. */
    static List<String> names() {
        return Experiments.entries().stream()
                .map(Experiments.Entry::name)
                .filter(n -> !n.equals("study") && !n.equals("boot"))
                .filter(n -> QUICK.contains(n) || "all".equals(System.getProperty("torosim.acting-keys")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyKeyOfAnotherExperiment_acts(String name) {
        Specification spec = Specification.defaults();
        if (name.equals("cpu-usage")) {
            spec = spec.with(Keys.DURATION, Duration.ofSeconds(2))
                    .with(Keys.TOP_DELAY, Duration.ofMillis(500))
                    .withBursts(Duration.ofSeconds(1), Duration.ofMillis(300), 0);
        }
        assertThat(idle(name, spec, Experiments.named(name, spec).get(0).heeds(), s -> Experiments.named(name, s)
                        .get(0)))
                .isEmpty();
    }

    private static List<String> idle(
            String name, Specification spec, List<Key<?>> heeds, Function<Specification, Experiment> create) {
        ExperimentResult usual = create.apply(spec).run(1, Experiment.Progress.NONE);
        List<String> idle = new ArrayList<>();
        for (Key<?> key : heeds) {
            Specification base = whereItShows(name, key, spec);
            ExperimentResult before = base == spec ? usual : create.apply(base).run(1, Experiment.Progress.NONE);
            Specification changed = changed(name, key, base);
            if (!differ(create.apply(changed).run(1, Experiment.Progress.NONE), before)) {
                idle.add(key.name());
            }
        }
        return idle;
    }

    private static Specification changed(String name, Key<?> key, Specification base) {
        if (key == Keys.HOST_PROFILE && name.equals("later")) {
            return base.with(Keys.HOST_PROFILE, HostProfile.named("qemu-7.2-tcg")); // top shows no dearer exit there
        }
        return key == Keys.BELIEVED_MHZ && name.equals("sensitivity")
                ? base.with(Keys.BELIEVED_MHZ, 65_535)
                : with(base, key);
    }

    /** As docs/cli.md tells: elsewhere these move the digest alone. */
    private static Specification whereItShows(String name, Key<?> key, Specification spec) {
        Specification slow = spec.with(Keys.BELIEVED_MHZ, 65_535); // the second core polls for long
        if (key == Keys.SHARED_CPUS && name.equals("network")) {
            return slow.with(Keys.PERTURB, 4L);
        } else if (key == Keys.SHARED_CPUS && name.equals("optimisation")) {
            return slow;
        } else if (key == Keys.HOST_CPUS && name.equals("sensitivity")) {
            return spec.with(Keys.TOP_MODE, TopMode.SOLARIS);
        }
        return key == Keys.BELIEVED_MHZ && name.equals("optimisation") ? spec.with(Keys.PERTURB, 7L) : spec;
    }

    /** What the tests above would say of a key that did nothing, and of one that moved no more than a digest. */
    @Test
    void keysThatShowNothing_areFound() {
        Specification spec = Specification.defaults();
        assertThat(idle("planted", spec, List.of(Keys.TSC_MHZ, Keys.HALT_POLLING), NicExperiment::new))
                .containsExactly("host.halt-polling");
        assertThat(idle("planted", spec, List.of(Keys.SHARED_CPUS), OptimisationExperiment::new))
                .containsExactly("host.shared-cpus");
        assertThat(run("optimisation", with(spec, Keys.SHARED_CPUS)).digest())
                .isNotEqualTo(run("optimisation", spec).digest());
    }

    /** KVM polls for longer only after halts shorter than {@code kvm.halt_poll_max}; a Toro that polls first halts for seconds. */
    @Test
    void haltPolling_actsAfterShortHaltsAlone() {
        Specification spec = Specification.defaults().with(Keys.DURATION, Duration.ofSeconds(60));
        assertThat(differ(run("study", with(spec, Keys.HALT_POLLING)), run("study", spec)))
                .isFalse();
        Specification atOnce = spec.with(Keys.GUEST_POLICY, IdlePolicy.haltAtOnce());
        double blocked = run("study", atOnce).figure("wake-ups").obtained();
        double polled =
                run("study", with(atOnce, Keys.HALT_POLLING)).figure("wake-ups").obtained();
        assertThat(polled).isLessThan(blocked / 2);
    }

    /** Conditions stand where a key is heeded of some specifications and refused of others, and nowhere else. */
    @Test
    void heededBy_saysTheCondition() {
        assertThat(Experiments.heededBy(Keys.HOST_PROFILE)).contains("study", "boot", "memory (of kvm)");
        assertThat(Experiments.heededBy(Keys.SHARED_CPUS)).contains("boot (fewer than boot.vcpus)");
        List<Specification> specs = new ArrayList<>();
        for (StudyGuest guest : StudyGuest.values()) {
            Specification one = Specification.defaults().with(Keys.GUEST_KIND, guest);
            specs.add(one);
            specs.add(one.with(Keys.RATE, 1));
            specs.add(one.with(Keys.SHARED_CPUS, 8));
            specs.add(one.with(Keys.GUEST_POLICY, IdlePolicy.busyPoll()));
            specs.add(one.with(Keys.HOST_PROFILE, HostProfile.named("qemu-7.2-tcg")));
            specs.add(one.withRecorded(new Arrivals.Recorded("", List.of(Duration.ofSeconds(1)))));
        }
        for (Key<?> key : Keys.all()) {
            for (Experiments.Entry entry : Experiments.entries()) {
                long heeded = specs.stream()
                        .filter(s -> entry.create().apply(s).heeds().contains(key))
                        .count();
                boolean plain = Experiments.heededBy(key).contains(entry.name());
                boolean bracketed = Experiments.heededBy(key).stream().anyMatch(n -> n.startsWith(entry.name() + " ("));
                assertThat(plain).as(key.name() + " of " + entry.name()).isEqualTo(heeded == specs.size());
                assertThat(bracketed)
                        .as(key.name() + " of " + entry.name())
                        .isEqualTo(heeded > 0 && heeded < specs.size());
            }
        }
    }

    /** Requests that wait for no answer fill the memory of a kernel; of all others the key is refused by name. */
    @Test
    void memory_actsOnAToroThatIsOverrun_andIsRefusedElsewhere() {
        Specification overrun = Specification.defaults()
                .with(Keys.VCPUS, 1)
                .with(Keys.RATE, 200_000)
                .with(Keys.DURATION, Duration.ofMillis(500))
                .with(Keys.TOP_DELAY, Duration.ofMillis(100));
        assertThat(differ(run("study", with(overrun, Keys.RAM_PER_VCPU)), run("study", overrun)))
                .isTrue();
        Specification little = with(Specification.defaults(), Keys.RAM_PER_VCPU);
        List<Specification> idle = List.of(
                little,
                little.with(Keys.GUEST_KIND, StudyGuest.POLLER).with(Keys.RATE, 10),
                little.with(Keys.GUEST_KIND, StudyGuest.LINUX).with(Keys.RATE, 10));
        for (Specification spec : idle) {
            assertThatThrownBy(() -> Experiments.named("study", spec))
                    .isInstanceOf(SpecException.class)
                    .hasMessageStartingWith("machine.ram-mib-per-vcpu: with the guest ")
                    .hasMessageContaining("the experiment study does not heed it; leave it out, value=16");
        }
        for (String name : List.of("cpu-usage", "sweep", "sensitivity")) {
            assertThatThrownBy(() -> Experiments.named(name, little))
                    .isInstanceOf(SpecException.class)
                    .hasMessage("machine.ram-mib-per-vcpu: the experiment " + name
                            + " does not heed it; leave it out, value=16");
        }
    }

    /** Before anything runs. */
    @Test
    void tooLittleMemoryForLinux_underRecordedArrivals_isRefusedAtOnce() {
        Specification recorded = Specification.defaults()
                .withRecorded(new Arrivals.Recorded("arrivals.csv", List.of(Duration.ofSeconds(1))));
        assertThat(Experiments.named("cpu-usage", with(recorded, Keys.RAM_PER_VCPU)))
                .hasSize(1);
        Specification one = recorded.with(Keys.VCPUS, 1).with(Keys.RAM_PER_VCPU, 31);
        assertThatThrownBy(() -> Experiments.named("cpu-usage", one))
                .isInstanceOf(SpecException.class)
                .hasMessage("machine.ram-mib-per-vcpu: Linux needs at least 32 MiB, machine.vcpus=1, value=31");
    }

    /** As many CPUs as vCPUs, and nobody waits: the key did nothing in silence. */
    @ParameterizedTest
    @CsvSource({
        "cpu-usage, 2",
        "sensitivity, 2",
        "study, 2",
        "later, 2",
        "network, 2",
        "optimisation, 2",
        "sweep, 8",
        "boot, 1"
    })
    void asManyCpusAsVcpus_areRefusedByName(String name, int vcpus) {
        Specification spec = Specification.defaults().with(Keys.SHARED_CPUS, vcpus);
        assertThatThrownBy(() -> Experiments.named(name, spec))
                .isInstanceOf(SpecException.class)
                .hasMessage("host.shared-cpus: each vCPU has a CPU of its own then: the experiment " + name
                        + " does not heed it; leave it out, value=" + vcpus);
    }

    /** Among all experiments one passes over what it does not heed: it is as if nothing had been said. */
    @Test
    void whatAnExperimentPassesOver_changesNothing() {
        Specification said = Specification.defaults()
                .with(Keys.HALT_POLLING, true)
                .with(Keys.BELIEVED_MHZ, 1200)
                .with(Keys.SHARED_CPUS, 1)
                .with(Keys.CONCURRENCY, 3);
        Experiment nic = Experiments.named(Experiments.ALL, said).stream()
                .filter(e -> e.name().equals("nic"))
                .findFirst()
                .orElseThrow();
        assertThat(nic.run(1, Experiment.Progress.NONE)).isEqualTo(run("nic", Specification.defaults()));
    }
}
