import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './scripts/vite/content-security-policy.ts';
import { serviceWorker } from './scripts/vite/service-worker.ts';

/** The demo page. */
export default defineConfig({
  // Relative, so that the built page works below any path.
  base: './',
  plugins: [serviceWorker(), contentSecurityPolicy()],
  build: { outDir: 'dist-demo', target: 'es2023' },
  worker: { format: 'es' },
});
