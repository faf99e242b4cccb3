import { ProblemError } from "../../api/problem";

export interface ExportPiece {
  lines: string;
  next: string | null;
}

/** The cursor of the next piece, from a Link header (RFC 8288). */
export function nextPiece(link: string | null): string | null {
  const target = link === null ? undefined : /^<([^>]*)>; rel="next"$/.exec(link)?.[1];
  return target === undefined ? null : new URL(target, "https://portal.invalid").searchParams.get("after");
}

/** All pieces, or none: half an export would look like a log that was cut. */
export async function readVerifiableExport(piece: (after: string | undefined) => Promise<ExportPiece>) {
  const parts: string[] = [];
  let after: string | undefined;
  for (;;) {
    const { lines, next } = await piece(after);
    parts.push(lines);
    if (next === null) return parts;
    if (next === after) throw new ProblemError("internal", {});
    after = next;
  }
}
