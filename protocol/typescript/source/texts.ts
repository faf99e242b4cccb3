const controls = /\p{Cc}/u;
const overrides = /[\u202a-\u202e\u2066-\u2069]/u;

/** Names people gave: safe to show beside each other on one line. */
export function isShortText(text: string, longest = 120): boolean {
  const length = Array.from(text).length;
  return length >= 1 && length <= longest && !controls.test(text) && !overrides.test(text) && text === text.trim() && text.isWellFormed();
}

export const usernameForm = /^[a-z][a-z0-9-]{0,19}$/;
export const accountForm = /^[a-z_][a-z0-9_-]{0,30}$/;
