import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../src/gguf/byte-source.ts';

/** A file on disk, of which only what is asked for is read. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #file: FileHandle;

  private constructor(name: string, size: number, file: FileHandle) {
    this.name = name;
    this.size = size;
    this.#file = file;
  }

  static async open(path: string, name = path): Promise<FileSource> {
    const file = await open(path);
    return new FileSource(name, (await file.stat()).size, file);
  }

  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
