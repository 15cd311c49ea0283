/**
 * The service worker: answers `/v1` on its own origin through the page that hosts the engine, and lets all else pass.
 * It holds nothing: a browser may stop it whenever it is idle, and start it again for the next request.
 *
 * One classic script, so that a site with a service worker of its own can `importScripts` it there.
 */
import { isV1 } from '../worker/v1.ts';
import { relay } from './relay.ts';
import { received } from './relay-events.ts';
import type { ServiceWorkerScope } from './service-worker-scope.ts';

// No check could tell: this script runs as a service worker, or not at all.
const scope = globalThis as unknown as ServiceWorkerScope;

scope.addEventListener('install', event => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', event => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', event => {
  if (received(event, 'ingle:claim')) event.waitUntil(scope.clients.claim());
});
scope.addEventListener('fetch', event => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin || !isV1(url)) return;
  // All else here was asked for by a page of this origin; a form or link of any other site can navigate.
  if (event.request.mode === 'navigate') return;
  // No waitUntil for the time of the answer: the stream itself keeps a service worker alive (380 s, measured in Chromium
  // 156), but an event that is not over after 300 s gets it stopped, stream and all.
  event.respondWith(relay(event.request, scope.clients));
});
