import { render } from "preact";
import { BrowserAuthenticator } from "../browser/browser_authenticator.ts";
import { BrowserTransport } from "../browser/browser_transport.ts";
import { IndexedStore } from "../browser/indexed_store.ts";
import { listenForInstallation, registerWorker } from "../browser/installation.ts";
import { Phone } from "../core/index.ts";
import { App } from "./app.tsx";
import "./style.css";

listenForInstallation();

/** The secret leaves the address bar and the history at once. */
function takePairingLink(): string | null {
  if (location.pathname !== "/pair") return null;
  const link = location.href;
  history.replaceState(null, "", "/");
  return link;
}

const phone = new Phone({
  authenticator: new BrowserAuthenticator(),
  transport: new BrowserTransport(),
  store: new IndexedStore(),
  clock: { now: () => Date.now() },
});

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no place for the app");
render(<App phone={phone} pairingLink={takePairingLink()} />, root);

function followVisibility(): void {
  if (document.visibilityState === "visible") phone.watch();
  else phone.unwatch();
}

await phone.start();
followVisibility();
document.addEventListener("visibilitychange", followVisibility);
addEventListener("online", () => phone.watch());
registerWorker();
