import { expect, test } from 'vitest';
import { openTestGpu } from './adapter.ts';

test('the adapter is the one that the project names', async () => {
  const adapter = await openTestGpu().requestAdapter();
  if (adapter === null) throw new Error('no adapter');
  const shown = `${adapter.info.vendor} ${adapter.info.architecture} ${adapter.info.device} ${adapter.info.description}`;
  expect(shown.toLowerCase()).toMatch(process.env.VK_ICD_FILENAMES?.includes('lvp') ? /llvmpipe/ : /swiftshader/);
});

test('a compute shader runs', async () => {
  const device = await (await openTestGpu().requestAdapter())?.requestDevice();
  if (device === undefined) throw new Error('no device');
  const size = 16;
  const output = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const read = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const code = `@group(0) @binding(0) var<storage, read_write> output: array<u32>;
    @compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { output[i] = i * i; }`;
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: output } }],
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(output, 0, read, 0, size);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(GPUMapMode.READ);
  expect([...new Uint32Array(read.getMappedRange())]).toEqual([0, 1, 4, 9]);
  device.destroy();
});
