import { DecodeError, Reader, readPushMessage, type RequestId } from "@doorward/protocol";
import { BrowserTransport } from "../browser/browser_transport.ts";
import { IndexedStore } from "../browser/indexed_store.ts";
import { RelayClient } from "../core/relay_client.ts";
import { openContent } from "../core/request_inbox.ts";
import { notificationTexts, type NotificationTexts } from "../ui/notification_texts.ts";

// Two duties: the app opens without a network, and a push becomes a notification. It never touches `/app/v1`.

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: every file of the app, and a name that changes with their content. */
declare const precachedFiles: readonly string[];
declare const cacheName: string;

const pushLimit = 4 * 1024;
/** Longer than this nobody waits for a name: a sign-in lives for a minute, and the phone must buzz. */
const detailsDeadline = 3_000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(precachedFiles.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/app/v1/")) return;
  const file = event.request.mode === "navigate" && url.pathname === "/pair" ? "/" : url.pathname;
  if (precachedFiles.includes(file)) event.respondWith(answerFromCache(file, event.request));
});

async function answerFromCache(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(file)) ?? fetch(request);
}

self.addEventListener("push", (event) => {
  event.waitUntil(notify(event.data?.text() ?? ""));
});

/** Ends with a notification whatever fails: a push without one costs the app its right to be woken. */
async function notify(payload: string): Promise<void> {
  const id = readPayload(payload);
  const store = new IndexedStore();
  const [texts, details] = await Promise.all([readTexts(store), id === null ? null : inTime(readDetails(store, id))]);
  await self.registration.showNotification(texts.title, {
    body: details === null ? texts.unknown : texts.details(details.tenant_name, details.device_name, details.account),
    tag: id ?? "sign-in-request",
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    requireInteraction: true,
  });
}

async function readTexts(store: IndexedStore): Promise<NotificationTexts> {
  const preferences = await inTime(store.read("preferences"));
  return notificationTexts[preferences?.language ?? (self.navigator.language.startsWith("de") ? "de" : "en")];
}

/** What could not be read, or not in time, is not named. */
function inTime<T>(reading: Promise<T | null>): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), detailsDeadline));
  return Promise.race([reading.catch(() => null), late]);
}

function readPayload(payload: string): RequestId | null {
  try {
    return readPushMessage(Reader.parse(payload, pushLimit));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** Only what a remembered workstation signed is named in the notification. */
async function readDetails(store: IndexedStore, id: RequestId) {
  const [phone, book] = await Promise.all([store.read("phone"), store.read("workstations")]);
  const requests = await new RelayClient(new BrowserTransport(), () => undefined).openRequests();
  const request = requests.ok ? requests.value.find((open) => open.id === id) : undefined;
  if (phone === null || book === null || request === undefined) return null;
  const content = await openContent(request, phone, book.workstations);
  return content.kind === "verified" && content.concern === null ? content.facts : null;
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openApp());
});

/** Requests stand on top of every screen, so opening the app opens the request. */
async function openApp(): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows[0];
  if (open === undefined) await self.clients.openWindow("/");
  else await open.focus();
}
