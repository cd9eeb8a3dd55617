/** The WebAssembly SQLite, a bundle of its own: loaded only where Node has none built in. */
import { Database } from 'node-sqlite3-wasm';

export type WasmDatabase = InstanceType<typeof Database>;

/** Throws `SQLite3Error`. */
export function openWasmDatabase(path: string): WasmDatabase {
  return new Database(path);
}
