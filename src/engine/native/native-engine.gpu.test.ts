import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { decodingContract, engineContract, never } from '../../../test/fixtures/engine-contract.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import { inspectModel } from './inspect-model.ts';
import { loadNativeEngine } from './native-engine.ts';

const gpu = await testGpu();
const source = bytesSource(tinyModel({ contextLength: 128 }));
const native = inspectModel(await readGguf(source), gpu.limits);
const engine = await loadNativeEngine(gpu, source, native, { id: 'tiny', signal: never });

engineContract(engine);
decodingContract(engine);
