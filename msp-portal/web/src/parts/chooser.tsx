import { MultiSelect, type MultiSelectProps, Select, type SelectProps } from "@mantine/core";
import { useTexts } from "../texts/texts";

/** More are not drawn at once, however many there are: typing narrows them. */
const drawn = 50;

export interface Option {
  value: string;
  label: string;
}

export function Chooser(props: Omit<SelectProps, "limit" | "searchable" | "nothingFoundMessage">) {
  const texts = useTexts();
  return <Select {...props} searchable limit={drawn} openOnFocus={false} nothingFoundMessage={texts.common.nothingFound} />;
}

export function MultiChooser(props: Omit<MultiSelectProps, "limit" | "searchable" | "nothingFoundMessage">) {
  const texts = useTexts();
  return (
    <MultiSelect
      {...props}
      searchable
      hidePickedOptions
      limit={drawn}
      openOnFocus={false}
      nothingFoundMessage={texts.common.nothingFound}
    />
  );
}
