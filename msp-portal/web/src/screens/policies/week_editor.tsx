import { ActionIcon, Button, Chip, Group, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useLanguage, useTexts } from "../../texts/texts";
import { dayNames, type EditedHours, officeHours, readHours, readWeek, weekWords } from "./week";
import styles from "./week.module.css";
import { WeekPicture } from "./week_picture";

interface WeekEditorProps {
  rows: readonly EditedHours[];
  onChange: (rows: readonly EditedHours[]) => void;
  /** Whether rows that are not complete are marked. */
  tried: boolean;
}

/** The open hours of a week, row by row: days as boxes to tick, times as fields to type in. */
export function WeekEditor({ rows, onChange, tried }: WeekEditorProps) {
  const texts = useTexts();
  const words = texts.week;
  const { locale } = useLanguage();
  const windows = readWeek(rows);
  const replace = (at: number, row: EditedHours) => onChange(rows.map((known, index) => (index === at ? row : known)));
  return (
    <div className={styles.editor} role="group" aria-label={words.rows}>
      {rows.map((row, index) => (
        <HoursRow
          key={index}
          number={index + 1}
          row={row}
          wrong={tried && readHours(row) === null}
          onChange={(next) => replace(index, next)}
          onRemove={rows.length > 1 ? () => onChange(rows.filter((_, known) => known !== index)) : undefined}
        />
      ))}
      <Button
        size="sm"
        variant="light"
        leftSection={<IconPlus size={16} />}
        onClick={() => onChange([...rows, { ...officeHours, days: [] }])}
      >
        {words.add}
      </Button>
      <Text size="xs" c="dimmed">
        {words.zone}
      </Text>
      <Text size="sm" role="status">
        {words.summary(windows === null ? words.none : weekWords(windows, locale, texts.policies.allDay))}
      </Text>
      {windows && <WeekPicture windows={windows} />}
    </div>
  );
}

interface HoursRowProps {
  number: number;
  row: EditedHours;
  wrong: boolean;
  onChange: (row: EditedHours) => void;
  onRemove: (() => void) | undefined;
}

function HoursRow({ number, row, wrong, onChange, onRemove }: HoursRowProps) {
  const texts = useTexts();
  const words = texts.week;
  const { locale } = useLanguage();
  const short = dayNames(locale, "short");
  const long = dayNames(locale, "long");
  const overnight = row.to !== "" && row.to !== "00:00" && row.to <= row.from;
  return (
    <div className={styles.row} role="group" aria-label={words.row(number)}>
      <Chip.Group
        multiple
        value={row.days.map(String)}
        onChange={(days) => onChange({ ...row, days: days.map(Number).sort((left, right) => left - right) })}
      >
        <Group gap={6} role="group" aria-label={words.days}>
          {short.map((name, of) => (
            <Chip key={name} size="xs" variant="light" value={String(of)} aria-label={long[of]}>
              {name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <div className={styles.times}>
        <TextInput
          type="time"
          size="sm"
          label={words.from}
          value={row.from}
          onChange={(event) => onChange({ ...row, from: event.currentTarget.value })}
          required
        />
        <TextInput
          type="time"
          size="sm"
          label={overnight ? words.toNextDay : words.to}
          value={row.to}
          onChange={(event) => onChange({ ...row, to: event.currentTarget.value })}
          required
        />
        {onRemove && (
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={onRemove} aria-label={words.remove(number)}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </div>
      {wrong && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {texts.policies.wrong.hours}
        </Text>
      )}
    </div>
  );
}
