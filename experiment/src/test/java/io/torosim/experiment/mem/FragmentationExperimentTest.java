package io.torosim.experiment.mem;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.cost.CostModel;
import io.torosim.mem.trace.AllocatorComparison.Row;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class FragmentationExperimentTest {
    @Test
    void run_isAPureFunctionOfTheCosts_andTheChartDrawsAllOfIt() throws Exception {
        List<Row> rows = FragmentationExperiment.run(CostModel.standard());
        assertThat(FragmentationExperiment.run(CostModel.standard())).isEqualTo(rows);
        assertThat(rows).extracting(Row::failures).containsOnly(0L);

        CostModel slow = CostModel.standard().with("mem.access", BigDecimal.valueOf(44));
        List<Row> slower = FragmentationExperiment.run(slow);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(slower.get(i).busyPs()).isGreaterThan(rows.get(i).busyPs());
            assertThat(slower.get(i).freeBytes()).isEqualTo(rows.get(i).freeBytes());
        }

        byte[] svg = new FragmentationChart(rows).svg().getBytes(StandardCharsets.UTF_8);
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(3 * 3 * 4);
    }
}
