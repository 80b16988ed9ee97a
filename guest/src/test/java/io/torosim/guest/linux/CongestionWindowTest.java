package io.torosim.guest.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import org.junit.jupiter.api.Test;

/** How the window grows and shrinks; segments are of one byte here. */
final class CongestionWindowTest {
    private final CongestionWindow window = new CongestionWindow(TcpParameters.of(CostModel.standard()));

    CongestionWindowTest() {
        window.begin(0, false);
    }

    /** So many may be in flight. */
    private int size() {
        int inFlight = 0;
        while (window.admits(inFlight)) {
            inFlight++;
        }
        return inFlight;
    }

    private void grows(int from, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(window.acknowledged(from + i, 1)).isFalse();
        }
    }

    @Test
    void itBeginsWithTen_orOneAfterATroubledHandshake_andGrowsByOneForEachAcknowledgement() {
        assertThat(size()).isEqualTo(10);
        grows(2, 7);
        assertThat(size()).isEqualTo(17);
        window.begin(0, true);
        assertThat(size()).isEqualTo(1);
    }

    @Test
    void aTimeOut_leavesOne_slowStartUpToSevenTenths_thenOneForEachWindow() {
        window.timedOut(1, 11);
        assertThat(size()).isEqualTo(1);
        grows(2, 6);
        assertThat(size()).isEqualTo(7);
        grows(8, 6);
        assertThat(size()).isEqualTo(7);
        grows(14, 1);
        assertThat(size()).isEqualTo(8);
        grows(15, 8);
        assertThat(size()).isEqualTo(9);
    }

    @Test
    void theSameLossOnceMore_doesNotLowerTheThreshold_aNewOneDoes() {
        window.timedOut(1, 11);
        window.timedOut(1, 11);
        grows(2, 6);
        assertThat(size()).as("seven still").isEqualTo(7);
        grows(8, 3);
        window.timedOut(11, 20);
        grows(12, 4);
        assertThat(size()).as("seven tenths of seven").isEqualTo(4);
        grows(16, 2);
        assertThat(size()).as("above the threshold").isEqualTo(4);
    }

    @Test
    void threeDuplicates_areALoss_whichEndsWhenAllOfItIsAcknowledged() {
        assertThat(window.duplicate(1, 11, 10)).isFalse();
        assertThat(window.duplicate(1, 11, 10)).isFalse();
        assertThat(size()).as("two have left the wire").isEqualTo(12);
        assertThat(window.duplicate(1, 11, 10)).isTrue();
        assertThat(size()).as("seven, and three that have left").isEqualTo(10);
        assertThat(window.duplicate(1, 11, 10)).as("once").isFalse();
        assertThat(size()).isEqualTo(11);
        assertThat(window.acknowledged(4, 3)).as("the hole and two behind it").isTrue();
        assertThat(size()).isEqualTo(9);
        assertThat(window.acknowledged(11, 7)).isFalse();
        assertThat(size()).isEqualTo(7);
    }

    @Test
    void ofSegmentsInFlight_oneLessCanBeDoubled() {
        for (int i = 0; i < 9; i++) {
            assertThat(window.duplicate(1, 4, 3)).isFalse();
        }
        assertThat(size()).isEqualTo(12);
    }

    @Test
    void duplicatesOfWhatTimedOut_areNoLoss_thoseOfLaterSegmentsAre() {
        window.timedOut(1, 11);
        for (int i = 0; i < 5; i++) {
            assertThat(window.duplicate(5, 11, 6)).isFalse();
            assertThat(window.duplicate(11, 20, 9)).isFalse();
        }
        assertThat(size()).isEqualTo(1);
        assertThat(window.duplicate(12, 20, 8)).isFalse();
        assertThat(window.duplicate(12, 20, 8)).isFalse();
        assertThat(window.duplicate(12, 20, 8)).isTrue();
    }

    @Test
    void noWindow_isBelowTwoAfterALoss() {
        window.begin(0, true);
        for (int i = 0; i < 3; i++) {
            window.duplicate(1, 11, 10);
        }
        window.acknowledged(11, 10);
        assertThat(size()).isEqualTo(2);
    }
}
