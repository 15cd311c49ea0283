import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './scripts/vite/content-security-policy.ts';
import { modelFiles } from './scripts/vite/model-files.ts';
import { serviceWorker } from './scripts/vite/service-worker.ts';

/** The demo page. */
export default defineConfig({
  // Relative, so that the built page works below any path.
  base: './',
  plugins: [modelFiles(), serviceWorker(), contentSecurityPolicy()],
  build: { outDir: 'dist-demo', target: 'es2023' },
  worker: { format: 'es' },
  // What only the worker imports would be found late, and reload the page.
  optimizeDeps: { entries: ['index.html', 'src/worker/worker.ts'] },
});
