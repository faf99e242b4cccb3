/** The mark: a keyhole in a door. */
export function Keyhole({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#14514f" />
      <path d="M16 7a5.2 5.2 0 0 0-2.6 9.7L11.6 25h8.8l-1.8-8.3A5.2 5.2 0 0 0 16 7Z" fill="#f2c879" />
    </svg>
  );
}
