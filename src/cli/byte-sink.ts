/** Gathers the text of an answer as bytes, which are kept outside the memory that is tidied up again and again. */
import { encodeUtf8, encodeUtf8Into } from '../core/base/utf8';
import type { JsonSink } from '../wire/json-text';

/** Every chunk is a write. */
const chunkBytes = 256 * 1024;
/** From here on a piece goes out as it is: to copy it takes longer than one more write. */
const wholeBytes = 64 * 1024;
/** A character of UTF-16 takes three bytes at most. */
const bytesPerUnit = 3;

export class ByteSink implements JsonSink {
  readonly #full: Uint8Array[] = [];
  #chunk = new Uint8Array(chunkBytes);
  #used = 0;

  text(text: string): void {
    if (text.length * bytesPerUnit >= wholeBytes) this.bytes(encodeUtf8(text));
    else {
      this.#makeRoom(text.length * bytesPerUnit);
      this.#used += encodeUtf8Into(text, this.#chunk.subarray(this.#used)).written;
    }
  }

  bytes(utf8: Uint8Array): void {
    if (utf8.length >= wholeBytes) {
      this.#cut();
      this.#full.push(utf8);
      return;
    }
    this.#makeRoom(utf8.length);
    this.#chunk.set(utf8, this.#used);
    this.#used += utf8.length;
  }

  /** All of it, in order. */
  chunks(): readonly Uint8Array[] {
    return [...this.#full, this.#chunk.subarray(0, this.#used)];
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#chunk.length) return;
    this.#cut();
    this.#chunk = new Uint8Array(chunkBytes);
  }

  /** What is there goes out before what comes next, which begins behind it. */
  #cut(): void {
    this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = this.#chunk.subarray(this.#used);
    this.#used = 0;
  }
}
