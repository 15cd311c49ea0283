/** What the split kernel should make: one field of every block, in whole words. */
export function stream(raw: Uint8Array, blockBytes: number, offset: number, bytes: number): Uint8Array<ArrayBuffer> {
  const blocks = raw.length / blockBytes;
  const gathered = new Uint8Array(Math.ceil((blocks * bytes) / 4) * 4);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockBytes + offset;
    gathered.set(raw.subarray(start, start + bytes), block * bytes);
  }
  return gathered;
}
