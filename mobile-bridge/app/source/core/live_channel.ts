import { DecodeError, Reader, readLiveMessage, type LiveMessage } from "@doorward/protocol";
import type { Transport } from "./ports.ts";

const firstDelay = 1_000;
const longestDelay = 30_000;
const messageLimit = 64 * 1024;

export interface LiveListener {
  readonly connected: () => void;
  readonly disconnected: () => void;
  readonly received: (message: LiveMessage) => void;
}

/** The socket that brings requests while the app is open; comes back by itself, at random moments (full jitter). */
export class LiveChannel {
  readonly #transport: Transport;
  readonly #listener: LiveListener;
  #close: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #delay = firstDelay;
  #wanted = false;

  constructor(transport: Transport, listener: LiveListener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  start(): void {
    this.#wanted = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#close === null) this.#open();
  }

  stop(): void {
    this.#wanted = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const close = this.#close;
    this.#close = null;
    close?.();
  }

  #open(): void {
    let gone = false;
    const close = this.#transport.openLive("/app/v1/live", {
      opened: () => {
        if (gone || this.#close !== close) return;
        this.#delay = firstDelay;
        this.#listener.connected();
      },
      received: (text) => {
        if (!gone && this.#close === close) this.#receive(text);
      },
      closed: () => {
        if (gone) return;
        gone = true;
        if (this.#close !== close) return;
        this.#close = null;
        this.#listener.disconnected();
        this.#comeBack();
      },
    });
    this.#close = close;
  }

  #receive(text: string): void {
    let message: LiveMessage;
    try {
      message = readLiveMessage(Reader.parse(text, messageLimit));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#close?.();
      return;
    }
    this.#listener.received(message);
  }

  #comeBack(): void {
    if (!this.#wanted) return;
    const wait = Math.random() * this.#delay;
    this.#delay = Math.min(this.#delay * 2, longestDelay);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#open();
    }, wait);
  }
}
