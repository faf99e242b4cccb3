import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

interface AnchorLinkProps extends Omit<AnchorProps, "href">, Pick<AnchorHTMLAttributes<HTMLAnchorElement>, "children"> {
  ref?: Ref<HTMLAnchorElement>;
}

interface ButtonLinkProps extends Omit<ButtonProps, "href"> {
  ref?: Ref<HTMLAnchorElement>;
}

export const TextLink = createLink(({ ref, ...props }: AnchorLinkProps) => <Anchor ref={ref} {...props} />);
export const ButtonLink = createLink(({ ref, ...props }: ButtonLinkProps) => (
  <Button component="a" ref={ref} {...props} />
));
