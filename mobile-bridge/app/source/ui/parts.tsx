import type { ComponentChildren } from "preact";

export type IconName = "sensor" | "workstations" | "activity" | "settings" | "back" | "forward" | "warning" | "offline" | "search" | "done" | "bell";

const shapes: Record<IconName, string> = {
  sensor: "M12 11v3a8 8 0 0 1-1.2 4.2M8.6 20A10 10 0 0 0 10 14v-3a2 2 0 1 1 4 0v2m0 4a13 13 0 0 1-.8 3.4M6 15.5A7 7 0 0 0 6 13v-2a6 6 0 0 1 9.5-4.9M18 11v3a17 17 0 0 1-.3 4M3.5 11A8.500 8.500 0 0 1 12 2.500a8.500 8.500 0 0 1 6.500 3",
  workstations: "M4 5h16v11H4zM9 20h6M12 16v4",
  activity: "M12 7v5l3.500 2M12 3a9 9 0 1 1-8.500 6M3 4v5h5",
  settings: "M4 7h9m5 0h2M4 17h2m5 0h9M15.500 4.500v5M8.500 14.500v5",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  warning: "M12 4l9 16H3zM12 10v4m0 3v.01",
  offline: "M4 4l16 16M8.500 14.500a5 5 0 0 1 6 -.5M5 11a10 10 0 0 1 4-2.500M13 8a10 10 0 0 1 6 3M12 18.500v.01",
  search: "M10.500 4a6.500 6.500 0 1 1 0 13a6.500 6.500 0 0 1 0-13M15.500 15.500L20 20",
  done: "M5 12.500l5 5L19.500 7",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15zM10 21h4",
};

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path class="mark-door" d="M10 62V28a22 22 0 0 1 44 0v34z" />
      <path class="mark-hole" d="M32 22a8 8 0 0 1 4.400 14.700L39 50H25l2.600-13.300A8 8 0 0 1 32 22z" />
    </svg>
  );
}

export type NoticeKind = "plain" | "warning" | "danger" | "success";

export function Notice({ kind, children }: { kind: NoticeKind; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "danger" ? "alert" : "status"}>
      {children}
    </div>
  );
}

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly kind?: "primary" | "secondary" | "danger" | "plain";
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly submits?: boolean;
  readonly onPress?: () => void;
}

export function Button({ children, kind = "secondary", icon, disabled = false, submits = false, onPress }: ButtonProps) {
  return (
    <button type={submits ? "submit" : "button"} class={`button ${kind}`} disabled={disabled} onClick={onPress}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** `left` of `whole` still to come, as an arc. */
export function Ring({ left, whole, children }: { left: number; whole: number; children: ComponentChildren }) {
  const around = 2 * Math.PI * 20;
  const shown = Math.max(0, Math.min(1, left / whole)) * around;
  return (
    <div class="ring">
      <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
        <circle class="ring-track" cx="24" cy="24" r="20" />
        <circle class="ring-left" cx="24" cy="24" r="20" stroke-dasharray={`${shown} ${around}`} transform="rotate(-90 24 24)" />
      </svg>
      <span aria-hidden="true">{children}</span>
    </div>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
