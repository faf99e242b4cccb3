import { describe, expect, test } from "vitest";
import { readLiveEvent, reconnectDelay } from "./live_socket";

describe("reconnecting", () => {
  test("waits longer each time, but never more than five minutes", () => {
    expect(reconnectDelay(1, 1)).toBe(2000);
    expect(reconnectDelay(4, 1)).toBe(16_000);
    expect(reconnectDelay(40, 1)).toBe(300_000);
  });

  test("spreads over the whole span", () => {
    expect(reconnectDelay(4, 0)).toBe(0);
    expect(reconnectDelay(4, 0.5)).toBe(8000);
  });
});

describe("a live message", () => {
  test("names what changed", () => {
    const event = readLiveEvent('{"type":"changed","topic":"devices","ids":[]}');
    expect(event?.topic).toBe("devices");
  });

  test.each(["", "{", "null", "[]", '{"type":"changed"}', '{"type":"other","topic":null}', new ArrayBuffer(2)])(
    "is ignored when it is %j",
    (text) => {
      expect(readLiveEvent(text)).toBeNull();
    },
  );
});
