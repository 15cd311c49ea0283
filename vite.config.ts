import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['**/*.gpu.test.ts', '**/*.browser.test.ts'],
        },
      },
      {
        // Kernels and models on a real WebGPU implementation (Dawn for Node); the adapter comes from VK_ICD_FILENAMES.
        test: {
          name: 'gpu',
          include: ['src/**/*.gpu.test.ts', 'test/gpu/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        // What needs a browser's own machinery (IndexedDB, workers), in real Chromium.
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
