/** The worker's entry: everything that thinks runs here, off the page's thread. */
import { expose } from 'comlink';
import { Catalogue } from './catalogue.ts';
import { Models } from './models.ts';
import { NativeLoader } from './native-loader.ts';
import { orOnProcessor } from './wasm-loader.ts';
import { startWith } from './worker-api.ts';

expose(
  startWith(({ catalogue, base, model, cpu = true }) => {
    const onGpu = new NativeLoader(() => models.forgetAll());
    const loader = cpu ? orOnProcessor(onGpu) : onGpu;
    const models = new Models({ catalogue: new Catalogue(catalogue, base), loader, defaultModel: model });
    return models;
  }),
);
