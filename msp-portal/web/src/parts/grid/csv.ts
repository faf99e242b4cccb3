export type CsvValue = string | number | boolean | null;

/**
 * RFC 4180. A cell that a spreadsheet would run as a formula gets a leading apostrophe: names come from other people.
 * White space in front does not hide one, and neither do the full-width signs that some spreadsheets read alike.
 */
export function writeCsv(rows: readonly (readonly CsvValue[])[]): string {
  return rows.map((row) => row.map(writeCell).join(",")).join("\r\n");
}

const runs = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

function writeCell(value: CsvValue): string {
  if (value === null) return "";
  const text = typeof value === "string" && runs.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function saveFile(name: string, type: string, parts: string[]) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export const saveCsv = (name: string, rows: readonly (readonly CsvValue[])[]) =>
  saveFile(`${name}.csv`, "text/csv;charset=utf-8", ["\ufeff", writeCsv(rows)]);
