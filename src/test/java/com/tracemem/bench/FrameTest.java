package com.tracemem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameTest {
    private final Frame frame = new Frame();

    @Test
    void findsAMessageByItsLengthHoweverItArrives() {
        byte[] message = Bytes.of("HTTP/1.1 200 \r\nContent-Type: a/b\r\ncontent-length: 5\r\n\r\nhello");
        byte[] two = Bytes.of("HTTP/1.1 200 \r\ncontent-length: 5\r\n\r\nhello".repeat(2));
        for (int received = 0; received < message.length; received++) {
            assertThat(frame.find(message, 0, received))
                    .as("%s bytes", received)
                    .isFalse();
        }
        assertThat(frame.find(message, 0, message.length)).isTrue();
        assertThat(Bytes.text(message, frame.bodyStart, frame.end)).isEqualTo("hello");
        assertThat(frame.find(two, 0, two.length)).isTrue();
        assertThat(frame.end).isEqualTo(two.length / 2);
        assertThat(frame.find(two, frame.end, two.length)).isTrue();
        assertThat(frame.end).isEqualTo(two.length);
    }

    @Test
    void findsTheEndOfChunks() {
        byte[] message = Bytes.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        assertThat(frame.find(message, 0, message.length - 1)).isFalse();
        assertThat(frame.find(message, 0, message.length)).isTrue();
        assertThat(frame.end).isEqualTo(message.length);
    }

    @Test
    void samplesByNearestRank() {
        Samples samples = new Samples();
        for (int value = 1_000; value >= 1; value--) {
            samples.add(value);
        }
        assertThat(samples.percentile(50)).isEqualTo(500);
        assertThat(samples.percentile(99)).isEqualTo(990);
        assertThat(samples.percentile(100)).isEqualTo(1_000);
    }

    private static final DeliveryFigures DELIVERY = new DeliveryFigures(3_500, 20, 30, 200_000_000, 201_000_000);

    @Test
    void figuresForMachinesAreOneLine() {
        Figures figures = new Figures(
                4_000.25,
                3_800,
                3_200,
                5_000,
                900,
                5.5,
                20.1,
                DELIVERY,
                2.5,
                300_000_000,
                new PoolFigures(1_500_000, 2_500_000, 0),
                "a machine");
        assertThat(figures.json())
                .contains("\"governed_ops\":{\"per_s\":4000.3,\"floor_per_s\":5000.0,\"ratio\":0.8}")
                .contains("\"policy_evaluations\":{\"per_s\":3800.0,\"ratio\":0.95}")
                .contains("\"data_reads\":{\"per_s\":3200.0,\"cost\":1.25}")
                .contains("\"drained_per_s\":3500.0")
                .doesNotContain("\n");
        assertThat(figures.table()).contains("0.80", "at least 0.7").contains("300 MB");
    }
}
