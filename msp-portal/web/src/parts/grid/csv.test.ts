import { expect, test } from "vitest";
import { writeCsv } from "./csv";

test("values stand in lines as RFC 4180 has them", () => {
  expect(writeCsv([["Name", "Sessions"], ["W11-L", 2], [null, true]])).toBe("Name,Sessions\r\nW11-L,2\r\n,true");
});

test("quotes, commas and line breaks are kept", () => {
  expect(writeCsv([['a "b"', "c,d", "e\nf"]])).toBe('"a ""b""","c,d","e\nf"');
});

test.each(["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", " =1+1", "\uff1d1+1"])("%j is not left for a spreadsheet to run", (value) => {
  expect(writeCsv([[value]])).toBe(`'${value}`);
});

test("a formula that needs quotes gets both", () => {
  expect(writeCsv([['=HYPERLINK("http://x","y")']])).toBe(`"'=HYPERLINK(""http://x"",""y"")"`);
  expect(writeCsv([["\n=1"]])).toBe(`"'\n=1"`);
});

test.each(["a=b", "nik@example.com", "W11-L"])("%j is left as it is", (value) => {
  expect(writeCsv([[value]])).toBe(value);
});

test("a negative number stays a number", () => {
  expect(writeCsv([[-5]])).toBe("-5");
});
