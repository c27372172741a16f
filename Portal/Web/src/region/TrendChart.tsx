import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { bytesText } from '../shared/time';
import type { Trend } from './trend';

echarts.use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** A trend is drawn over at least so long, however short a time the page has been open. */
const windowMs = 5 * 60_000;
const colours = ['#0b7285', '#c2710c', '#5f3dc4', '#2b8a3e', '#495057'];

interface Props {
  trend: Trend;
  names: Record<string, string>;
  value: 'queued' | 'rate';
  title: string;
}

export function TrendChart({ trend, names, value, title }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);

  useEffect(() => {
    if (element.current === null) return undefined;
    const drawn = echarts.init(element.current);
    chart.current = drawn;
    const resized = new ResizeObserver(() => drawn.resize());
    resized.observe(element.current);
    return () => {
      resized.disconnect();
      drawn.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const label = (amount: number) => (value === 'rate' ? `${bytesText(amount)}/s` : String(amount));
    chart.current?.setOption({
      animation: false,
      color: colours,
      grid: { left: 66, right: 12, top: 30, bottom: 22 },
      legend: { type: 'scroll', top: 0, left: 170, right: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 3, textStyle: { fontSize: 12 } },
      tooltip: { trigger: 'axis', valueFormatter: (amount: unknown) => label(Number(amount)) },
      xAxis: { type: 'time', min: (extent: { min: number; max: number }) => Math.min(extent.min, extent.max - windowMs), axisLabel: { fontSize: 11, hideOverlap: true } },
      yAxis: { type: 'value', minInterval: value === 'queued' ? 1 : undefined, min: 0, max: (extent: { max: number }) => Math.max(extent.max, value === 'queued' ? 10 : 1024 * 1024), axisLabel: { fontSize: 11, formatter: label }, splitLine: { lineStyle: { color: '#e9edf0' } } },
      series: Object.entries(trend).map(([code, points]) => ({
        id: code, name: names[code] ?? code, type: 'line', showSymbol: points.length < 2, symbolSize: 5, lineStyle: { width: 2 },
        data: points.map((point) => [point.at, point[value]]),
      })),
    });
  }, [trend, names, value]);

  return <figure className="chart"><figcaption>{title}</figcaption><div ref={element} role="img" aria-label={title} /></figure>;
}
