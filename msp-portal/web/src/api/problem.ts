import type { Problem } from "./types";

const prefix = "urn:doorward:problem:";

/** What the server answered instead of what was asked for, or why there was no answer at all. */
export class ProblemError extends Error {
  readonly word: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string | null;
  readonly fields: Problem["errors"];

  constructor(word: string, problem: Partial<Problem>) {
    super(problem.detail ?? word);
    this.word = word;
    this.status = problem.status ?? 0;
    this.detail = problem.detail ?? "";
    this.requestId = problem.request_id ?? null;
    this.fields = problem.errors ?? [];
  }

  static from(status: number, body: unknown): ProblemError {
    const problem = isProblem(body) ? body : { status };
    const type = isProblem(body) ? body.type : "";
    return new ProblemError(type.startsWith(prefix) ? type.slice(prefix.length) : "internal", problem);
  }

  static unreachable(): ProblemError {
    return new ProblemError("unreachable", {});
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "type" in body && typeof body.type === "string";
}

export function problemOf(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : new ProblemError("unexpected", {});
}
