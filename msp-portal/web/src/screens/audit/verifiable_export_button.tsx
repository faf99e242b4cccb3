import { Button, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api, received } from "../../api/client";
import { saveFile } from "../../parts/grid/csv";
import { problemText } from "../../parts/problem_notice";
import { useTexts } from "../../texts/texts";
import { nextPiece, readVerifiableExport } from "./verifiable_export";

/** The log as it is signed: of the chosen customer, or of everything. Other filters would leave gaps. */
export function VerifiableExportButton({ tenant }: { tenant: string | undefined }) {
  const texts = useTexts();
  const words = texts.audit;
  const exporting = useMutation({
    mutationFn: () =>
      readVerifiableExport(async (after) => {
        const query = { tenant_id: tenant, after };
        const { data, response } = await received(
          api.GET("/audit-log/export", { params: { query }, parseAs: "text" }),
        );
        return { lines: data, next: nextPiece(response.headers.get("Link")) };
      }),
    onSuccess: (parts) => {
      saveFile(`${words.verifiableFile}.jsonl`, "application/x-ndjson", parts);
      notifications.show({ message: words.verifiableSaved, color: "green", withBorder: true });
    },
    onError: (error) => notifications.show({ message: problemText(texts, error), color: "red", withBorder: true }),
  });
  return (
    <Tooltip label={words.verifiableHint} multiline maw={320}>
      <Button
        size="sm"
        variant="subtle"
        leftSection={<IconShieldCheck size={16} />}
        loading={exporting.isPending}
        onClick={() => {
          exporting.mutate();
        }}
      >
        {words.verifiable}
      </Button>
    </Tooltip>
  );
}
