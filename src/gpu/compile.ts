import type { BindingKind, Call, Kernel } from './kernel.ts';
import { type Dispatch, Program } from './program.ts';

const BUFFER_TYPES: Record<BindingKind, GPUBufferBindingType> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** Turns calls into programs; each layout, shader module and pipeline is made once for a device. */
export class Compiler {
  readonly #device: GPUDevice;
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Makes all pipelines of the calls at the same time, and their bind groups. */
  async compile<Step>(calls: readonly Call<Step>[]): Promise<Program<Step>> {
    return new Program(await Promise.all(calls.map(call => this.#dispatch(call))));
  }

  async #dispatch<Step>({ kernel, constants, buffers, grid }: Call<Step>): Promise<Dispatch<Step>> {
    const pipeline = once(this.#pipelines, `${kernel.code}\n${JSON.stringify(constants)}`, () =>
      this.#pipeline(kernel, constants),
    );
    const bindGroups = kernel.groups.map((kinds, group) =>
      this.#device.createBindGroup({
        label: kernel.name,
        layout: this.#layout(kinds),
        entries: (buffers[group] ?? []).map((resource, binding) => ({ binding, resource })),
      }),
    );
    return { pipeline: await pipeline, bindGroups, grid };
  }

  #layout(kinds: readonly BindingKind[]): GPUBindGroupLayout {
    return once(this.#layouts, kinds.join(), () =>
      this.#device.createBindGroupLayout({
        entries: kinds.map((kind, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: BUFFER_TYPES[kind] },
        })),
      }),
    );
  }

  async #pipeline(kernel: Kernel, constants: Record<string, number>): Promise<GPUComputePipeline> {
    const module = once(this.#modules, kernel.code, () => this.#device.createShaderModule({ code: kernel.code }));
    const layout = this.#device.createPipelineLayout({
      bindGroupLayouts: kernel.groups.map(kinds => this.#layout(kinds)),
    });
    try {
      return await this.#device.createComputePipelineAsync({
        label: kernel.name,
        layout,
        compute: { module, constants },
      });
    } catch (cause) {
      const { messages } = await module.getCompilationInfo();
      const report = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('\n');
      throw new Error(`Kernel ${kernel.name} does not compile.\n${report}\n${numbered(kernel.code)}`, { cause });
    }
  }
}

function once<Thing>(made: Map<string, Thing>, key: string, make: () => Thing): Thing {
  const found = made.get(key);
  if (found !== undefined) return found;
  const thing = make();
  made.set(key, thing);
  return thing;
}

function numbered(code: string): string {
  return code
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)} ${line}`)
    .join('\n');
}
