package io.torosim.guest.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.NoSuchElementException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

final class PacketQueuePropertiesTest {
    @Property(tries = 100)
    void itIsAQueue(@ForAll @Size(max = 300) List<Boolean> adds) {
        PacketQueue queue = new PacketQueue();
        ArrayDeque<Long> model = new ArrayDeque<>();
        long next = 0;
        for (boolean add : adds) {
            if (add || model.isEmpty()) {
                queue.add(next);
                model.add(next++);
            } else {
                assertThat(queue.take()).isEqualTo(model.remove());
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
        while (!model.isEmpty()) {
            assertThat(queue.take()).isEqualTo(model.remove());
        }
        assertThatThrownBy(queue::take).isInstanceOf(NoSuchElementException.class);
    }
}
