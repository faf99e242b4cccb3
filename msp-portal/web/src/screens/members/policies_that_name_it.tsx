import { Text } from "@mantine/core";
import type { Reference } from "../../api/types";
import { TextLink } from "../../parts/links";
import { Panel } from "../../parts/page";
import small from "../../parts/small.module.css";

interface PoliciesThatNameItProps {
  title: string;
  none: string;
  policies: readonly Reference[];
}

export function PoliciesThatNameIt({ title, none, policies }: PoliciesThatNameItProps) {
  return (
    <Panel title={title}>
      {policies.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <ul className={`${small.plain} ${small.rows}`}>
          {policies.map(({ id, name }) => (
            <li key={id}>
              <TextLink to="/policies/$id" params={{ id }}>
                {name}
              </TextLink>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
