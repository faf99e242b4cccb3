import { isTicketPattern, matchesTicketPattern } from "@doorward/protocol";
import { Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../../texts/texts";
import type { FormPartProps } from "./policy_form";

/** Whether a ticket is asked for, of which form, and a place to try a number against it. */
export function TicketFields({ wish, onChange, wrong }: FormPartProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  const [number, setNumber] = useState("");
  const { ticketRequired, ticketPattern } = wish;
  const readable = isTicketPattern(ticketPattern);
  const fits = number !== "" && readable ? matchesTicketPattern(number, ticketPattern) : null;
  return (
    <Stack gap="sm">
      <Switch
        label={words.ticketRequired}
        description={words.ticketHint}
        checked={ticketRequired}
        onChange={(event) => onChange({ ticketRequired: event.currentTarget.checked })}
      />
      {ticketRequired && (
        <>
          <TextInput
            label={`${words.pattern} (${texts.common.optional})`}
            description={words.patternHint}
            placeholder="INC#######"
            value={ticketPattern}
            onChange={(event) => onChange({ ticketPattern: event.currentTarget.value })}
            error={wrong("pattern") ?? (ticketPattern !== "" && !readable && texts.policies.wrong.pattern)}
            spellCheck={false}
            autoComplete="off"
            maw="30rem"
          />
          {readable && (
            <TextInput
              label={words.tryNumber}
              placeholder="INC0012345"
              value={number}
              onChange={(event) => setNumber(event.currentTarget.value)}
              error={fits === false && words.fitsNot(number)}
              description={fits === true ? words.fits(number) : undefined}
              inputWrapperOrder={["label", "input", "description", "error"]}
              spellCheck={false}
              autoComplete="off"
              maw="30rem"
            />
          )}
        </>
      )}
    </Stack>
  );
}
