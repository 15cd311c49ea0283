#!/usr/bin/env node
/** `npx ingle init <public-dir>`: puts the service worker among the files that your site serves at its root. */
import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const FILE = 'ingle-sw.js';
const USAGE = `usage: npx ingle init <public-dir>

Copies ${FILE}, Ingle's service worker, into the folder whose files your site serves at its root. Do it again after
every update of ingle.`;

/** @param {string | undefined} folder */
function init(folder) {
  if (folder === undefined) return fail(USAGE);
  const target = resolve(folder);
  if (!existsSync(target) || !statSync(target).isDirectory()) return fail(`There is no folder ${target}.`);
  copyFileSync(resolve(import.meta.dirname, '../dist', FILE), join(target, FILE));
  console.log(`${join(relative('', target), FILE)} is there. Your pages can now call ingle.serve().`);
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

const [command, folder] = process.argv.slice(2);
if (command === 'init') init(folder);
else fail(USAGE);
