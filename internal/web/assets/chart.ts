// Charts, loaded on pages that have one. What they show stands in the table
// beside them.
import * as echarts from "./vendor/echarts-6.1.0.simple.min.js";

interface Data {
  labels: string[];
  series: { name: string; values: number[] }[];
  unit: string;
}

// From the first stage to the most advanced: light to dark, and each band names
// itself at its end.
const bands = ["#c5d7fb", "#7096f8", "#264af4", "#0017c1", "#000060"];

class Chart extends HTMLElement {
  connectedCallback(): void {
    const script = this.querySelector("script");
    if (!script?.textContent) return;
    const data = JSON.parse(script.textContent) as Data;
    const last = data.labels.length - 1;
    const narrow = this.clientWidth < 520;
    const chart = echarts.init(this, undefined, { renderer: "canvas" });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
      grid: { left: 40, right: narrow ? 88 : 168, top: 28, bottom: 28 },
      xAxis: { type: "category", data: data.labels, axisLabel: { color: "#333333", fontSize: 14, hideOverlap: true } },
      yAxis: { type: "value", name: data.unit, minInterval: 1, nameTextStyle: { color: "#333333", fontSize: 14 }, axisLabel: { color: "#333333", fontSize: 14 } },
      series: data.series.map((s, i) => ({
        type: "bar",
        stack: "all",
        name: s.name,
        barCategoryGap: "16%",
        itemStyle: { color: bands[Math.min(bands.length - 1, Math.round((i * (bands.length - 1)) / Math.max(1, data.series.length - 1)))], borderColor: "#ffffff", borderWidth: 1 },
        data: s.values.map((v, k) => ({
          value: v,
          label: { show: k === last && v > 0, position: "right", formatter: `${s.name} ${v}`, color: "#1a1a1a", fontSize: 14, width: narrow ? 80 : 160, overflow: "break" },
        })),
      })),
    });
    new ResizeObserver(() => chart.resize()).observe(this);
  }
}

customElements.define("kyoten-chart", Chart);
