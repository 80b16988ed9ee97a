package io.torosim.bench.report;

import java.util.ArrayList;
import java.util.List;

/** An axis: where a value lies between two pixels, and which values get a mark. */
final class Scale {
    private final double low;
    private final double high;
    private final double from;
    private final double to;
    private final boolean logarithmic;

    private Scale(double low, double high, double from, double to, boolean logarithmic) {
        this.low = low;
        this.high = high;
        this.from = from;
        this.to = to;
        this.logarithmic = logarithmic;
    }

    /** A linear axis. */
    static Scale linear(double low, double high, double from, double to) {
        return new Scale(low, high > low ? high : low + 1, from, to, false);
    }

    /** A logarithmic axis; {@code low} is positive. */
    static Scale logarithmic(double low, double high, double from, double to) {
        return new Scale(low, high > low ? high : low * 2, from, to, true);
    }

    double at(double value) {
        double share =
                logarithmic ? StrictMath.log(value / low) / StrictMath.log(high / low) : (value - low) / (high - low);
        return from + (to - from) * share;
    }

    /** About {@code most} round values inside the axis. */
    List<Double> marks(int most) {
        return logarithmic ? powers(most) : rounds(most);
    }

    private List<Double> rounds(int most) {
        double step = StrictMath.pow(10, StrictMath.floor(StrictMath.log10((high - low) / most)));
        double[] nice = {1, 2, 5, 10};
        int i = 0;
        while ((high - low) / (step * nice[i]) > most && i < nice.length - 1) {
            i++;
        }
        step *= nice[i];
        List<Double> marks = new ArrayList<>();
        for (double n = StrictMath.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
            marks.add(n * step + 0.0); // not -0
        }
        return marks;
    }

    private List<Double> powers(int most) {
        List<Double> marks = new ArrayList<>();
        double factor = high / low > StrictMath.pow(10, most) ? 100 : high / low > StrictMath.pow(2, most) ? 10 : 2;
        for (double v = StrictMath.pow(factor, StrictMath.ceil(StrictMath.log(low) / StrictMath.log(factor) - 1e-9));
                v <= high * (1 + 1e-9);
                v *= factor) {
            marks.add(v);
        }
        return marks;
    }
}
