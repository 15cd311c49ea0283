/**
 * The worker that llama.cpp computes in: it holds its thread until a step is done. The module's script is a classic one,
 * and so is this, which imports nothing.
 */

// A block of its own: the module's script declares its names at the top, where ours must not be. Nothing is imported or
// exported, types neither: that would make it a module.
{
  type LlamaCalls = import('./llama-calls.ts').LlamaCalls;
  type LlamaStart = import('./llama-calls.ts').LlamaStart;

  /** What we use of an Emscripten module, as wllama's build exports it. */
  interface EmscriptenModule {
    HEAPU8: Uint8Array<ArrayBuffer>;
    readonly FS: { lookupPath(path: string): { node: object } };
    FS_createDataFile(
      folder: string,
      name: string,
      data: Uint8Array,
      read: boolean,
      write: boolean,
      own: boolean,
    ): void;
    mmapAlloc(size: number): number;
    ccall(name: string, returns: string | null, types: readonly string[], values: readonly unknown[]): unknown;
  }

  /** How a call from the engine arrives, with a port for its answer. */
  type Message = { [Name in keyof LlamaCalls]: { name: Name; args: Parameters<LlamaCalls[Name]> } }[keyof LlamaCalls];

  /** Shared memory must be told its end: all that 32 bits address, in pages of 64 KiB. */
  const MOST_PAGES = 65_536;
  const FIRST_PAGES = 2048;
  /** Of logits that were probabilities in between. */
  const TOLERANCE = 1e-3;

  // TypeScript has the library of workers, but not in one program with that of pages.
  const scope = globalThis as unknown as {
    Module: object;
    importScripts(url: string): void;
    onmessage: (event: MessageEvent<Message>) => void;
  };
  let module: EmscriptenModule;
  let memory: WebAssembly.Memory | undefined;
  /** The first of what llama.cpp has complained about in this action: what follows is less exact. */
  let complaint = '';
  let file = { start: 0, size: 0 };

  /** An address that the module gives: 32 bits, which JavaScript is told with a sign. */
  const addressOf = (value: unknown): number => Number(value) >>> 0;

  /** The memory as it is now: it grows, and views of what it was are void. */
  const bytes = (): Uint8Array<ArrayBuffer> =>
    new Uint8Array((memory?.buffer as ArrayBuffer | undefined) ?? module.HEAPU8.buffer);

  const start = ({ script, wasm, threads }: LlamaStart): Promise<void> => {
    // One thread needs no shared memory, which only a page that is cross-origin isolated has.
    if (threads > 1) memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true });
    return new Promise((resolve, reject) => {
      const options = {
        noInitialRun: true,
        locateFile: () => wasm,
        mainScriptUrlOrBlob: script, // its threads run it too
        pthreadPoolSize: threads,
        ...(memory && { wasmMemory: memory }),
        print: () => {},
        printErr: (line: string) => {
          if (line.startsWith('@@ERROR@@')) complaint ||= line.slice('@@ERROR@@'.length).trim();
        },
        onAbort: (why: unknown) => reject(new Error(String(why))),
        onRuntimeInitialized: () => {
          module.ccall('wllama_start', 'string', [], []);
          resolve();
        },
      };
      scope.Module = options;
      module = options as unknown as EmscriptenModule; // the script makes one of it
      scope.importScripts(script);
    });
  };

  const calls: LlamaCalls = {
    start,

    allocate(size) {
      file = { start: addressOf(module.mmapAlloc(size)), size };
      if (file.start === 0) throw new Error(`there is no room for ${size} bytes`);
      module.FS_createDataFile('/', 'model.gguf', new Uint8Array(), true, false, true);
      const { node } = module.FS.lookupPath('/model.gguf');
      // A file that lies in the module's own memory is mapped where it is.
      const contents = { get: () => bytes().subarray(file.start, file.start + size) };
      Object.defineProperties(node, { contents, usedBytes: { value: size } });
    },

    write: (piece, offset) => bytes().set(piece, file.start + offset),

    act(name, message) {
      complaint = '';
      const input = addressOf(module.ccall('wllama_malloc', 'number', ['number', 'number'], [message.length, 0]));
      bytes().set(message, input);
      const output = addressOf(module.ccall('wllama_action', 'number', ['string', 'number'], [name, input]));
      if (output === 0) throw new Error(complaint || `${name} failed`);
      const [length = 0] = new Uint32Array(bytes().buffer, input, 1);
      return new Uint8Array(bytes().slice(output, output + length));
    },

    find(indices, differences) {
      const floats = new Float32Array(bytes().buffer);
      const [first = 0, second = 0] = indices;
      const distance = differences[1] ?? 0;
      const differs = (base: number, index: number, difference: number) =>
        !(Math.abs((floats[base + index] ?? 0) - (floats[base + first] ?? 0) - difference) < TOLERANCE);
      const found: number[] = [];
      const end = floats.length - Math.max(...indices);
      for (let base = 0; base < end; base++) {
        if (base * 4 === file.start) base += Math.floor(file.size / 4); // not in the model's file
        if (differs(base, second, distance)) continue;
        if (!indices.some((index, i) => differs(base, index, differences[i] ?? 0))) found.push(base * 4);
      }
      return found;
    },

    floats: (address, count) => new Float32Array(bytes().slice(address, address + 4 * count).buffer),
  };

  scope.onmessage = async ({ data: { name, args }, ports: [port] }) => {
    try {
      const call = calls[name] as (...args: unknown[]) => unknown;
      port?.postMessage({ value: await call(...args) });
    } catch (error) {
      port?.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}
