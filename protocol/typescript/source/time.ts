const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** RFC 3339, UTC, with milliseconds; null for any other form, for days that do not exist and before 1970. */
export function parseTime(text: string): number | null {
  if (!form.test(text)) return null;
  const milliseconds = Date.parse(text);
  return milliseconds >= 0 && formatTime(milliseconds) === text ? milliseconds : null;
}

export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
