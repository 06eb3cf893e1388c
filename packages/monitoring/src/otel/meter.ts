/** The part of a `Meter` of @opentelemetry/api that is used. */
export interface OtelMeter {
  createObservableCounter(name: string, options?: InstrumentOptions): Instrument;
  createObservableGauge(name: string, options?: InstrumentOptions): Instrument;
  addBatchObservableCallback(callback: (result: BatchResult) => Promise<void>, instruments: Instrument[]): void;
  removeBatchObservableCallback(callback: (result: BatchResult) => Promise<void>, instruments: Instrument[]): void;
}

export interface InstrumentOptions {
  readonly description?: string;
}

/** Opaque: what a meter gave. It differs from version to version in what it has besides. */
// biome-ignore lint/suspicious/noExplicitAny: instruments go back where they came from, whatever type they have there.
export type Instrument = any;

export interface BatchResult {
  observe(instrument: Instrument, value: number, attributes?: Record<string, string | number>): void;
}
