package io.torosim.guest.run;

import java.util.List;
import java.util.function.Consumer;

/** Writes JSON objects of numbers and plain words. A number that is none is written as null. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private boolean first = true;

    void object(Runnable content) {
        out.append('{');
        first = true;
        content.run();
        out.append('}');
        first = false;
    }

    void object(String name, Runnable content) {
        name(name);
        object(content);
    }

    <T> void objects(String name, List<T> items, Consumer<T> content) {
        name(name);
        out.append('[');
        boolean comma = false;
        for (T item : items) {
            out.append(comma ? "," : "");
            comma = true;
            object(() -> content.accept(item));
        }
        out.append(']');
        first = false;
    }

    void array(String name, List<Double> values) {
        name(name);
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",").append(shown(values.get(i)));
        }
        out.append(']');
    }

    void number(String name, double value) {
        name(name);
        out.append(shown(value));
    }

    /** @param plain without quotes, backslashes and control characters */
    void text(String name, String plain) {
        name(name);
        out.append('"').append(plain).append('"');
    }

    private void name(String name) {
        out.append(first ? "" : ",").append('"').append(name).append("\":");
        first = false;
    }

    private static String shown(double value) {
        return Double.isFinite(value) ? GuestOutcome.number(value) : "null";
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
