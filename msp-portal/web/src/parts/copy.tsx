import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTexts } from "../texts/texts";
import styles from "./small.module.css";

/** A value to carry elsewhere. `label` names it for whoever cannot see it. */
export function CopyLine({ value, label }: { value: string; label: string }) {
  return (
    <div className={styles.copyLine}>
      <code aria-label={label}>{value}</code>
      <CopyValue value={value} label={label} />
    </div>
  );
}

export function CopyValue({ value, label }: { value: string; label: string }) {
  const texts = useTexts();
  return (
    <CopyButton value={value} timeout={1800}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? texts.common.copied : texts.common.copy}>
          <ActionIcon
            variant="subtle"
            color={copied ? "green" : "gray"}
            onClick={copy}
            aria-label={copied ? texts.common.copied : texts.common.copyThing(label)}
          >
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

export function CopyBigButton({ value, children }: { value: string; children: string }) {
  const texts = useTexts();
  return (
    <CopyButton value={value} timeout={1800}>
      {({ copied, copy }) => (
        <Button onClick={copy} leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}>
          {copied ? texts.common.copied : children}
        </Button>
      )}
    </CopyButton>
  );
}
