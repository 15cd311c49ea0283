/** Where this machine keeps a Chromium: tests drive it, and its SwiftShader is one of the adapters for kernel tests. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Playwright's own folder, and what a browser is called in it on each system. */
const PLAYWRIGHT_CACHES = [
  process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache', 'ms-playwright'),
  join(homedir(), 'Library', 'Caches', 'ms-playwright'),
  join(homedir(), 'AppData', 'Local', 'ms-playwright'),
];
const PLAYWRIGHT_BINARIES = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win/chrome.exe',
];

/**
 * The path of a Chromium: `CHROME_PATH`, else the system's, else Playwright's.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const commands = COMMANDS.flatMap(command => folders.map(folder => join(folder, command)));
  return [...commands, ...APPLICATIONS, ...playwrightBrowsers()].find(path => existsSync(path));
}

/** Newest first. `chromium_headless_shell-*` is left out: it has no WebGPU. */
function playwrightBrowsers() {
  return PLAYWRIGHT_CACHES.filter(cache => existsSync(cache)).flatMap(cache =>
    readdirSync(cache)
      .filter(name => /^chromium-\d+$/.test(name))
      .sort()
      .reverse()
      .flatMap(name => PLAYWRIGHT_BINARIES.map(binary => join(cache, name, binary))),
  );
}
