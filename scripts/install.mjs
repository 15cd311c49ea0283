/** Brings a fresh checkout to where it can run: packages from npm, and a Chromium for the tests. No dependencies. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from './chromium.mjs';

export const ROOT = resolve(import.meta.dirname, '..');

/**
 * Installs when node_modules is missing or is not what package-lock.json says. Not with `npm ci`, which refuses a lock
 * file that lacks a package for some other system; `--no-save` leaves the lock file as it is.
 */
export function ensurePackages() {
  if (packagesAreCurrent()) return;
  console.log('Installing packages …');
  if (!run('npm', ['install', '--no-save', '--no-audit', '--no-fund']))
    throw new Error('npm install failed: see above');
}

/** npm keeps a lock file of what it installed inside node_modules; packages for other systems are absent from it. */
function packagesAreCurrent() {
  const installed = readLock('node_modules/.package-lock.json');
  return Object.entries(readLock('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readLock(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/**
 * Finds a Chromium, or installs one: Debian's own package as root, Playwright's download otherwise.
 *
 * @returns {string | undefined} its path; `undefined` when there is none to be had
 */
export function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log('Installing Chromium …');
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/etc/debian_version') && run('apt-get', ['update'])) {
    run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium']);
  }
  if (findChromium() === undefined) {
    run('npx', ['playwright', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium']);
  }
  return findChromium();
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  // On Windows npm is a script, which only a shell can start.
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0;
}
