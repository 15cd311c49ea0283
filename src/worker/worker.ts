/** The worker's entry: everything that thinks runs here, off the page's thread. */
import { expose } from 'comlink';
import { Catalogue } from './catalogue.ts';
import { EitherLoader } from './either-loader.ts';
import { MlcModels } from './mlc-models.ts';
import { Models } from './models.ts';
import { NativeLoader } from './native-loader.ts';
import { WasmLoader } from './wasm-loader.ts';
import { startWith } from './worker-api.ts';

expose(
  startWith(({ catalogue, base, model, cpu = true, contextLength, cacheType, mlcModels }) => {
    const onLost = () => models.forgetAll();
    const preferred = { contextLength, cacheType };
    const onGpu = new NativeLoader(preferred, onLost);
    const loader = cpu ? new EitherLoader(onGpu, new WasmLoader(preferred, onLost)) : onGpu;
    const mlc = new MlcModels({ own: mlcModels ?? [], base, preferred, onLost });
    const models = new Models({ catalogue: new Catalogue(catalogue, base), loader, mlc, defaultModel: model });
    return models;
  }),
);
