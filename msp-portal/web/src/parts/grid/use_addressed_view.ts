import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { type GridView, readGridView } from "./grid_view";

export type HeldView = readonly [GridView, (view: GridView) => void];

const settling = 200;

/**
 * The view of a list, kept in the address. Typing changes the page at once and the address when it settles, so that
 * neither the caret nor the history suffers; a link or a saved view changes both.
 */
export function useAddressedView(): HeldView {
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const { q, sort, where } = search;
  const addressed = useMemo(() => readGridView({ q, sort, where }), [q, sort, where]);
  const [view, setView] = useState(addressed);
  const written = useRef(JSON.stringify(addressed));
  useEffect(() => {
    const text = JSON.stringify(addressed);
    if (text === written.current) return;
    written.current = text;
    setView(addressed);
  }, [addressed]);
  useEffect(() => {
    const clean = readGridView({ ...view });
    const text = JSON.stringify(clean);
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      void navigate({
        to: ".",
        search: (before) => ({ ...before, q: undefined, sort: undefined, where: undefined, ...clean }),
        replace: true,
        resetScroll: false,
      });
    }, settling);
    return () => clearTimeout(timer);
  }, [view, navigate]);
  return [view, setView];
}
