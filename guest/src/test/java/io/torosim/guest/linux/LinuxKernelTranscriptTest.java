package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.guest.wire.Tcp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a real Linux kernel answered, segment by segment, and what the model answers to the same. {@code kernel-tcp.txt} is what {@code kernel_tcp.py}
 * beside it heard of the kernel of the machine on which it was run (the file says which). Steps stand alone, what came after each behind {@code <};
 * where the model answers something else that stands behind {@code ~}.
 */
final class LinuxKernelTranscriptTest extends LinuxTcpWire {
    private static final int LEAST_SCENARIOS = 32;
    private static final int MOST_OTHERWISE = 1;

    private String request = GET;

    /** A step and what was answered to it. */
    private static final class Step {
        final String text;
        final List<String> kernel = new ArrayList<>();
        final List<String> otherwise = new ArrayList<>();

        Step(String text) {
            this.text = text;
        }

        List<String> expected() {
            return otherwise.isEmpty() ? kernel : otherwise;
        }
    }

    private record Scenario(String name, List<Step> steps) {
        @Override
        public String toString() {
            return name;
        }

        private void line(String line) {
            switch (line.charAt(0)) {
                case '<' -> steps.get(steps.size() - 1).kernel.add(line.substring(2));
                case '~' -> steps.get(steps.size() - 1).otherwise.add(line.substring(2));
                default -> steps.add(new Step(line));
            }
        }
    }

    static Stream<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        try (BufferedReader file = new BufferedReader(new InputStreamReader(
                LinuxKernelTranscriptTest.class.getResourceAsStream("kernel-tcp.txt"), StandardCharsets.UTF_8))) {
            for (String line = file.readLine(); line != null; line = file.readLine()) {
                if (line.startsWith("= ")) {
                    all.add(new Scenario(line.substring(2), new ArrayList<>()));
                } else if (!line.startsWith("#")) {
                    all.get(all.size() - 1).line(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.stream();
    }

    @Test
    void inMostTheModelIsTheKernel() {
        List<Scenario> all = scenarios().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(LEAST_SCENARIOS);
        assertThat(all)
                .filteredOn(s -> s.steps().stream().anyMatch(t -> !t.otherwise.isEmpty()))
                .hasSizeLessThanOrEqualTo(MOST_OTHERWISE);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void model_answersAsTheKernelDid(Scenario scenario) {
        List<String> expected = new ArrayList<>();
        List<String> model = new ArrayList<>();
        for (Step step : scenario.steps()) {
            expected.add(step.text);
            model.add(step.text);
            step.expected().forEach(heard -> expected.add("< " + heard));
            play(step.text.split(" "));
            for (String heard = segment(); !heard.equals("nothing"); heard = segment()) {
                model.add("< " + heard.replaceFirst("P", ""));
            }
        }
        assertThat(model).isEqualTo(expected);
    }

    private void play(String[] step) {
        switch (step[0]) {
            case "request" -> request = "GET "
                    + step[2].replace("XXXX", "x".repeat(1200)).replace("<<<<", "<".repeat(1400))
                    + " HTTP/1.0\r\n\r\n";
            case "wait" -> passes(Long.parseLong(step[1]));
            case "syn" -> {
                port++;
                heard.clear();
                if (step.length > 1) {
                    wire.link.toGuest(synWithOptions(Integer.parseInt(step[2])));
                    passes(5);
                } else {
                    send(Tcp.SYN, FIRST, 0, "");
                }
            }
            case "send" -> send(step);
            default -> throw new IllegalArgumentException(String.join(" ", step));
        }
    }

    private void send(String[] step) {
        int flags = 0;
        for (int i = 0; i < step[1].length(); i++) {
            flags |= 1 << "FSRPA".indexOf(step[1].charAt(i));
        }
        int sequence = step[2].equals("end") ? 1 + request.length() : Integer.parseInt(step[2]);
        int number = (flags & Tcp.ACK) == 0 ? 0 : expected + Integer.parseInt(step[3]);
        String data = "";
        int last = step.length;
        window = 29_200;
        if (last > 5 && step[last - 2].equals("win")) {
            window = Integer.parseInt(step[last - 1]);
            last -= 2;
        }
        if (last == 5) {
            data = request; // all
        } else if (last == 6) {
            data = request.substring(Integer.parseInt(step[4]), Integer.parseInt(step[5]));
        }
        send(flags, FIRST + sequence, number, data);
    }
}
