export interface NotificationTexts {
  readonly title: string;
  readonly unknown: string;
  readonly details: (tenant: string, device: string, account: string) => string;
}

export const notificationTexts: Readonly<Record<"en" | "de", NotificationTexts>> = {
  en: {
    title: "Sign-in request",
    unknown: "A workstation is waiting for you. Open the app to see which.",
    details: (tenant, device, account) => `${tenant}: ${device}, account ${account}`,
  },
  de: {
    title: "Anmeldung bestätigen",
    unknown: "Ein Arbeitsplatz wartet auf dich. Öffne die App, um zu sehen, welcher.",
    details: (tenant, device, account) => `${tenant}: ${device}, Konto ${account}`,
  },
};
