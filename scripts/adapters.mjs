/**
 * The software Vulkans on this machine, so that kernels run on two different ones: SwiftShader (in every Chromium; no
 * f16, 4-wide subgroups) and Mesa's lavapipe (f16, 8-wide subgroups).
 *
 * The Vulkan loader reads VK_ICD_FILENAMES once in a process's life: one process has one adapter.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findChromium } from './chromium.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const ICD_FOLDER = '/usr/share/vulkan/icd.d';

/**
 * @typedef {object} Adapter
 * @property {'swiftshader' | 'lavapipe'} name
 * @property {Record<string, string>} env  what a process needs in its environment to get this adapter
 * @property {string | undefined} problem  why it cannot be used; `undefined` when it can
 */

/**
 * Both adapters, tried out: about 0.3 s each.
 *
 * @returns {Adapter[]}
 */
export function findAdapters() {
  return [
    tried(
      'swiftshader',
      swiftshaderIcd(),
      'no Chromium with a libvk_swiftshader.so beside it (set CHROME_PATH to one)',
    ),
    tried('lavapipe', lavapipeIcd(), `no lvp_icd*.json in ${ICD_FOLDER} (Debian: apt-get install mesa-vulkan-drivers)`),
  ];
}

/**
 * @param {Adapter['name']} name
 * @param {string | undefined} icd
 * @param {string} absence
 * @returns {Adapter}
 */
function tried(name, icd, absence) {
  if (icd === undefined) return { name, env: {}, problem: absence };
  const env = { VK_ICD_FILENAMES: icd, VK_DRIVER_FILES: icd, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp' };
  const probe = `
    import { create } from 'webgpu';
    const adapter = await create(['backend=vulkan']).requestAdapter();
    process.exit(adapter ? 0 : 1);`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', probe], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'ignore',
    timeout: 20_000,
  });
  const hint = name === 'lavapipe' ? ' (Mesa before 24.1 is too old)' : '';
  const problem = status === 0 ? undefined : `WebGPU finds no adapter through ${icd}${hint}`;
  return { name, env, problem };
}

/** An ICD file of our own: Chromium's is not always there, and Chrome's names a path that only Chrome resolves. */
function swiftshaderIcd() {
  const chromium = findChromium();
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser'];
  if (chromium !== undefined && existsSync(chromium)) folders.unshift(dirname(realpathSync(chromium)));
  const library = folders.map(folder => join(folder, 'libvk_swiftshader.so')).find(path => existsSync(path));
  if (library === undefined) return undefined;
  const icd = join(ROOT, 'node_modules', '.cache', 'ingle', 'swiftshader_icd.json');
  mkdirSync(dirname(icd), { recursive: true });
  writeFileSync(
    icd,
    JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } }),
  );
  return icd;
}

/** Debian calls it `lvp_icd.json`, others `lvp_icd.x86_64.json`. */
function lavapipeIcd() {
  if (!existsSync(ICD_FOLDER)) return undefined;
  const file = readdirSync(ICD_FOLDER).find(name => /^lvp_icd.*\.json$/.test(name));
  return file === undefined ? undefined : join(ICD_FOLDER, file);
}
