import { lazyRouteComponent } from "@tanstack/react-router";

/** A screen's files did not come: the network changed, or a newer version of the portal no longer has them. */
export class ScreenNotLoaded extends Error {}

/**
 * A screen that is fetched when it is first needed. The router would answer a failed load by reloading the page on its
 * own, which ends in the browser's error page where there is no network; here the person is told and decides.
 */
export const lazyScreen: typeof lazyRouteComponent = (importer, exportName) =>
  lazyRouteComponent(
    () =>
      importer().catch((cause: unknown) => {
        throw new ScreenNotLoaded("a screen could not be loaded", { cause });
      }),
    exportName,
  );
