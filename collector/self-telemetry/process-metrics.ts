import type { Meter } from "@opentelemetry/api";

/**
 * Makes the Collector's instruments about the process: they say the same here, for V8's heap in place of Go's.
 *
 * @see https://opentelemetry.io/docs/collector/internal-telemetry/#lists-of-internal-metrics (read 2026-11-26)
 */
export function observeProcess(meter: Meter): void {
  const counter = (name: string, unit: string, description: string, read: () => number): void => {
    meter.createObservableCounter(name, { unit, description }).addCallback((result) => result.observe(read()));
  };
  const gauge = (name: string, description: string, read: () => number): void => {
    meter.createObservableGauge(name, { unit: "By", description }).addCallback((result) => result.observe(read()));
  };
  counter("otelcol_process_uptime", "s", "Uptime of the process", () => process.uptime());
  counter("otelcol_process_cpu_seconds", "s", "Total CPU user and system time in seconds", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge("otelcol_process_memory_rss", "Total physical memory (resident set size)", () => process.memoryUsage.rss());
  gauge(
    "otelcol_process_runtime_heap_alloc_bytes",
    "Bytes of allocated heap objects",
    () => process.memoryUsage().heapUsed,
  );
  gauge(
    "otelcol_process_runtime_total_sys_memory_bytes",
    "Bytes of heap and of buffers obtained from the system",
    () => {
      const { heapTotal, external } = process.memoryUsage();
      return heapTotal + external;
    },
  );
}
