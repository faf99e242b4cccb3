import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, body } from "../../api/client";
import type { AuditFilter } from "../../api/queries";
import { saveCsv } from "../../parts/grid/csv";
import { problemText } from "../../parts/problem_notice";
import { useTexts } from "../../texts/texts";
import { eventLines, readEvents } from "./export_events";

/** Exports what the filters let through, all of it: the server reads it page by page. */
export function ExportButton({ filter }: { filter: AuditFilter }) {
  const texts = useTexts();
  const words = texts.audit;
  const [count, setCount] = useState(0);
  const stop = useRef(false);
  useEffect(
    () => () => {
      stop.current = true;
    },
    [],
  );
  const exporting = useMutation({
    mutationFn: () => {
      stop.current = false;
      setCount(0);
      return readEvents({
        page: (after) => body(api.GET("/audit-events", { params: { query: { ...filter, after, limit: 200 } } })),
        onCount: setCount,
        stopped: () => stop.current,
      });
    },
    onSuccess: (read) => {
      if (read === null) return;
      saveCsv(words.title, eventLines(texts, read.events));
      const message = read.complete ? words.exported(read.events.length) : words.exportedPart(read.events.length);
      notifications.show({ message, color: read.complete ? "green" : "yellow", withBorder: true });
    },
    onError: (error) => notifications.show({ message: problemText(texts, error), color: "red", withBorder: true }),
  });
  return (
    <Button
      size="sm"
      variant="subtle"
      leftSection={<IconDownload size={16} />}
      onClick={() => {
        if (exporting.isPending) stop.current = true;
        else exporting.mutate();
      }}
    >
      {exporting.isPending ? words.exporting(count) : texts.grid.csv}
    </Button>
  );
}
