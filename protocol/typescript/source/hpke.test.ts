import { describe, expect, it } from "vitest";
import { fromHex, importAgreementKey } from "./index.ts";
import { hpkeOpen } from "./hpke.ts";

// RFC 9180, appendix A.1.1, sequence number 0.
const recipient = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
const info = fromHex("4f6465206f6e2061204772656369616e2055726e");
const associated = fromHex("436f756e742d30");
const sealed = fromHex(
  "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431" +
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
);

describe("HPKE", () => {
  it("opens what RFC 9180 sealed", async () => {
    const opened = await hpkeOpen(await importAgreementKey(fromHex(recipient)), info, associated, sealed);
    expect(new TextDecoder().decode(opened ?? undefined)).toBe("Beauty is truth, truth beauty");
  });

  it("opens nothing that was changed, cut, or sealed for something else", async () => {
    const own = await importAgreementKey(fromHex(recipient));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      expect(await hpkeOpen(own, info, associated, changed)).toBeNull();
      expect(await hpkeOpen(own, info, associated, sealed.slice(0, at))).toBeNull();
    }
    expect(await hpkeOpen(own, info.slice(1), associated, sealed)).toBeNull();
    expect(await hpkeOpen(own, info, associated.slice(1), sealed)).toBeNull();
    expect(await hpkeOpen(await importAgreementKey(fromHex("07".repeat(32))), info, associated, sealed)).toBeNull();
    expect(await hpkeOpen(own, info, associated, new Uint8Array(64))).toBeNull();
  });
});
