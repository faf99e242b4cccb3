// What protocol/ticket_pattern.h decides, to try a pattern out before it is proposed; the workstation decides.

const isDigit = (character: string) => character >= "0" && character <= "9";
const isLetter = (character: string) => (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");

export function isTicketPattern(pattern: string): boolean {
  return /^[ -~]{1,120}$/.test(pattern);
}

function fits(character: string, place: string): boolean {
  if (place === "#") return isDigit(character);
  if (place === "@") return isLetter(character);
  return character === place;
}

/** `#` is one digit, `@` one letter, `*` any letters and digits, everything else itself; the whole text has to match. */
export function matchesTicketPattern(ticket: string, pattern: string): boolean {
  if (ticket === "") return false;
  let star = -1;
  let swallowedTo = 0;
  let at = 0;
  let place = 0;
  while (at < ticket.length) {
    const swallowed = ticket.charAt(swallowedTo);
    if (pattern[place] === "*") {
      star = place++;
      swallowedTo = at;
    } else if (place < pattern.length && fits(ticket.charAt(at), pattern.charAt(place))) {
      ++at;
      ++place;
    } else if (star >= 0 && (isDigit(swallowed) || isLetter(swallowed))) {
      at = ++swallowedTo;
      place = star + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(place).replaceAll("*", "") === "";
}
