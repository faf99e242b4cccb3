import { List, Text, Textarea } from "@mantine/core";
import { useTexts } from "../texts/texts";

/** What follows from an act, line by line, shown before it happens. */
export function WhatHappens({ lines }: { lines: readonly string[] }) {
  const texts = useTexts();
  return (
    <div>
      <Text fw={600} size="sm" mb={6}>
        {texts.confirm.happens}
      </Text>
      <List size="sm" spacing={6}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}

interface ReasonFieldProps {
  value: string;
  onChange: (value: string) => void;
}

export function ReasonField({ value, onChange }: ReasonFieldProps) {
  const texts = useTexts();
  return (
    <Textarea
      label={texts.common.reason}
      description={texts.common.reasonHint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={500}
      required
      rows={2}
      data-autofocus
    />
  );
}
