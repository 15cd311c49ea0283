/** Random access to the bytes of a model file, wherever they lie: a URL, a `File`, the browser's storage. */
export interface ByteSource {
  /** What to call the file in messages: its name or URL. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /**
   * The bytes [offset, offset + length), in memory of their own.
   *
   * @throws ModelError `invalid_gguf` for a range beyond the end, `model_download_failed` when the source fails.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}
