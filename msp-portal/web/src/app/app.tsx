import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type Loaded, TextsProvider, useTexts } from "../texts/texts";
import { createQueryClient } from "./query_client";
import { createAppRouter } from "./router";
import { theme } from "./theme";

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === "/sign-in") return;
  queryClient.clear();
  void router.navigate({ to: "/sign-in", search: { next: href } });
});
const router = createAppRouter(queryClient);

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

export function App({ spoken }: { spoken: Loaded }) {
  return (
    <TextsProvider start={spoken}>
      <Themed>
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" limit={4} autoClose={6000} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </Themed>
    </TextsProvider>
  );
}

/** The theme with the words that Mantine's own close buttons need. Its variables come from the style sheet. */
function Themed({ children }: { children: ReactNode }) {
  const { common } = useTexts();
  const spoken = useMemo(() => {
    const closing = { defaultProps: { closeButtonProps: { "aria-label": common.close } } };
    return mergeThemeOverrides(theme, { components: { Modal: closing, Drawer: closing, Notification: closing } });
  }, [common]);
  return (
    <MantineProvider theme={spoken} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
