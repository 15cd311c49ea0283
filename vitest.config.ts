import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findAdapters } from './scripts/adapters.mjs';
import { findChromium } from './scripts/chromium.mjs';

/** Kernels and models on a real WebGPU (Dawn for Node), once on each software adapter of this machine. */
const gpu = findAdapters()
  .filter(adapter => adapter.problem === undefined)
  .map(({ name, env }) => ({
    test: {
      name: `gpu:${name}`,
      include: ['src/**/*.gpu.test.ts', 'test/gpu/*.gpu.test.ts'],
      env,
      // The Vulkan loader reads its environment once in a process, and a software adapter uses every core as it is.
      pool: 'forks' as const,
      fileParallelism: false,
      testTimeout: 60_000,
    },
  }));

export default defineConfig({
  test: {
    reporters: ['default', './scripts/not-run-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'test/*.test.ts',
            'test/fixtures/*.test.ts',
            'test/clients/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.gpu.test.ts', '**/*.browser.test.ts'],
          // Other steps keep the machine busy meanwhile.
          testTimeout: 30_000,
        },
      },
      ...gpu,
      {
        // What needs a browser's own machinery (IndexedDB, workers), in real Chromium, with WebGPU on SwiftShader.
        // Packages that only a worker imports would be found late, and reload the tests.
        optimizeDeps: { entries: ['src/**/*.ts'] },
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: findChromium() ?? 'chromium',
                args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // The built demo in real Chromium, with the engine on SwiftShader.
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          globalSetup: './test/e2e/site.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
