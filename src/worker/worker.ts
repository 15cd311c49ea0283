/** The worker's entry: everything that thinks runs here, off the page's thread. */
import { expose } from 'comlink';
import { Catalogue } from './catalogue.ts';
import { MlcModels } from './mlc-models.ts';
import { Models } from './models.ts';
import { NativeLoader } from './native-loader.ts';
import { orOnProcessor, WasmLoader } from './wasm-loader.ts';
import { startWith } from './worker-api.ts';

expose(
  startWith(({ catalogue, base, model, cpu = true, contextLength, cacheType, mlcModels }) => {
    const onLost = () => models.forgetAll();
    const onGpu = new NativeLoader({ contextLength, cacheType }, onLost);
    const loader = cpu ? orOnProcessor(onGpu, new WasmLoader(onLost)) : onGpu;
    const mlc = new MlcModels({ own: mlcModels ?? [], base, onLost });
    const models = new Models({ catalogue: new Catalogue(catalogue, base), loader, mlc, defaultModel: model });
    return models;
  }),
);
