import type { PairingError, RequestConcern, Unverifiable } from "../core/index.ts";

const pairingErrors: Record<PairingError, string> = {
  link_malformed: "This link is not complete. Open it again from the mail, or scan the code once more.",
  link_refused: "This link was used already or is too old. Ask your administrator for a new one.",
  other_host: "This link belongs to another address than this app. Ask your administrator for a new one.",
  too_many_tries: "Too many tries. Wait a minute, then try again.",
  unreachable: "There is no connection to the portal. Check the network, then try again.",
  without_prf: "",
  portal_refused: "The portal did not accept this phone. Ask your administrator for a new link.",
  refused: "The sensor did not confirm it was you. Try again: you go on where you were.",
  unsupported: "This browser has no passkeys with fingerprint, face or screen lock. Set up a screen lock, or use another browser.",
  already_registered: "This phone has a passkey for this team already. Open the app and choose “I paired this phone before”.",
  failed: "The phone could not make a passkey. Restart the browser, then try again.",
};

const unverifiable: Record<Unverifiable, string> = {
  unknown_workstation: "This phone does not know the workstation that asks. Nothing about it can be checked.",
  signature: "The request is not signed by the workstation it names. Somebody may be pretending to be it.",
  malformed: "The workstation sent something this app does not understand. It may need an update.",
  contradicting: "What the portal says about this request is not what the workstation signed.",
  not_yours: "The workstation asks for somebody else, not for you.",
};

const concernTitles: Record<RequestConcern["kind"], string> = {
  key_changed: "This workstation has a new key",
  name_has_new_key: "Another machine uses this name now",
  shared_key: "Two workstations have the same key",
  renamed: "This workstation has a new name",
  name_differs: "The names do not agree",
};

function explainConcern(concern: RequestConcern, name: string): string {
  switch (concern.kind) {
    case "key_changed":
      return `${name} proves itself with another key than the one this phone remembers. That is normal after it was set up anew, and otherwise a sign that somebody pretends to be it.`;
    case "name_has_new_key":
      return `This phone knew a machine called ${name}, and this is not it. That is normal after it was replaced or enrolled again, and otherwise a sign that somebody pretends to be it.`;
    case "shared_key":
      return `${name} and ${concern.otherName} use the same key, so one could pass for the other. That happens when a disk was copied. Tell your administrator.`;
    case "renamed":
      return `The portal now calls it ${concern.name} (${concern.tenantName}). This phone remembers it as ${name}.`;
    case "name_differs":
      return `The workstation calls itself ${concern.name} (${concern.tenantName}); this phone knows it as ${name}. Refuse, and tell your administrator.`;
  }
}

export const english = {
  appName: "Doorward",
  close: "Close",
  back: "Back",
  tryAgain: "Try again",
  notNow: "Not now",
  loading: "Opening…",

  pair: {
    title: "Pair this phone",
    invitation: (team: string, person: string) => `${team} invites ${person} to use this phone as the key to its customers' workstations.`,
    replaces: "It replaces the phone you have paired now.",
    touches: "Your phone asks for your fingerprint, face or screen lock up to three times.",
    label: "Name of this phone",
    labelHint: "Administrators see it.",
    button: "Pair this phone",
    working: "Pairing…",
    looking: "Checking the link…",
    withoutPrfTitle: "This phone can do less",
    withoutPrf: "Its passkey cannot make the key for offline codes. The key is then kept in this browser, which protects it less well: who breaks into this phone could copy it. Approving sign-ins is just as safe. Your administrators see the difference and may refuse it.",
    withoutPrfAccept: "Pair all the same",
    errors: pairingErrors,
  },
  welcome: {
    title: "Not paired yet",
    text: "Open the pairing link from your invitation on this phone, or scan its code with the camera.",
    known: "I paired this phone before",
    knownHint: "Your passkey is enough to come back.",
  },
  waiting: {
    title: "Waiting for acceptance",
    text: (team: string) => `Another administrator of ${team} has to accept this phone. It starts working by itself as soon as that happened; until then it can do nothing.`,
    offline: "There is no connection to the portal, so this may be out of date.",
    endedTitle: "Not accepted yet",
    ended: "This phone is signed out: an administrator refused it, or sent a new invitation. Ask whether it still waits, or open your newest invitation on this phone.",
    askAgain: "Ask again",
  },
  session: {
    ended: "You are signed out. Codes still work; for requests sign in again.",
    signIn: "Sign in",
    failed: "Signing in did not work. Try again.",
    unknown: "The portal does not know this phone any more. Ask your administrator for a new pairing link.",
    unreachable: "There is no connection to the portal.",
  },
  home: {
    title: "Workstations",
    search: "Machine or customer",
    noneTitle: "No workstations yet",
    none: "As soon as you may sign in to one, it appears here.",
    notFound: (text: string) => `Nothing is called “${text}”.`,
    offline: "No connection. Codes still work.",
    asOf: (time: string) => `List as of ${time}.`,
    connected: "Connected",
    notConnected: "Not connected",
    check: "Check first",
    push: "Let this phone buzz when a workstation asks for you.",
    pushOn: "Allow",
    install: "Put the app on your home screen: it opens at once, also without a network.",
    installButton: "Install",
    clock: (seconds: number) => `This phone's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "behind" : "ahead"}. Codes may be refused: set the time automatically.`,
  },
  request: {
    title: "Is this you?",
    announce: (device: string) => `Sign-in request from ${device}`,
    account: "Account",
    service: "Through",
    from: "From",
    terminal: "Terminal",
    reason: "Reason",
    ticket: "Ticket",
    here: "At the machine itself",
    number: "Number on the workstation",
    numberHint: "Type the two digits its prompt shows.",
    approve: "Approve",
    approving: "Waiting for the sensor…",
    refuse: "Refuse",
    notMe: "This wasn't me",
    seconds: (count: number) => `${count} s`,
    cannotVerify: "Cannot be approved",
    unverifiable,
    blocked: "Approving is blocked until you have looked at this.",
    states: {
      approved: "Approved. Press Enter at the workstation.",
      refused: "Refused.",
      not_me: "Refused and reported. Requests from there stay quiet for now.",
      closed: "This request is over.",
      expired: "Too late: the minute is over. Start again at the workstation.",
    },
    errors: {
      refused: "The sensor did not confirm it was you. Nothing was sent.",
      unreachable: "The answer did not get through. Try again, or use an offline code.",
      signed_out: "You are signed out. Sign in, then answer again.",
      answered_elsewhere: "It was answered already.",
      expired: "Too late: the minute is over. Start again at the workstation.",
      other: "The portal did not take the answer. Try again at the workstation.",
    },
  },
  concern: {
    titles: concernTitles,
    explain: explainConcern,
    open: "Look at it",
    check: "I asked an administrator, and this change is meant",
    checkRenamed: "I know about this new name",
    confirm: "Trust it from now on",
    noWay: "This cannot be confirmed on the phone.",
  },
  workstation: {
    account: "Account",
    state: "State",
    offlineUntil: (days: number, date: string) =>
      `Offline sign-in for ${days === 0 ? "less than a day" : days === 1 ? "one more day" : `${days} more days`}, until ${date}`,
    offlineEnded: "Offline sign-in has ended, unless the workstation was connected meanwhile",
    unlisted: "You may not sign in here any more.",
    codeTitle: "Offline code",
    codeHint: "For when the workstation's prompt asks for a code.",
    show: "Show code",
    unlocking: "Waiting for the sensor…",
    yourCode: "Code for",
    next: (seconds: number) => `New code in ${seconds} s`,
    used: "I have used it",
    usedTitle: "Used",
    usedText: "A code works once. Wait for the next one.",
    shownBefore: "This code was on the screen before. If it was used, wait for the next.",
    locks: (seconds: number) => `Locks in ${seconds} s`,
    lockNow: "Lock now",
    questionTitle: "Does it ask a question?",
    questionText: "Where a workstation does not trust its clock, or after you typed ? at its prompt, it shows eight digits. Type them here; the answer is for that prompt only.",
    question: "Eight digits",
    answer: "Show answer",
    answerFor: "Answer for",
    keyIdTitle: "Another sign on its prompt?",
    keyIdText: (sign: string) => `Its prompt must show ${sign} too. If not, the workstation has not heard of this phone yet, or is another machine: connect it to the network once, or ask your administrator. A code cannot work until both are the same.`,
    shared: (customer: string) => `One code for all machines of ${customer}. Use it on one of them only, and wait for the next before another.`,
    sharedShownBefore: "This code was on the screen before, here or for another machine of this customer. If it was used, wait for the next.",
    otherCode: "If its prompt shows",
    unusable: "The workstation's key is not usable. Tell your administrator.",
    errors: {
      refused: "The sensor did not confirm it was you.",
      unsupported: "This browser cannot open the key for codes. Use the browser you paired with.",
      key_mismatch: "Your passkey makes another key than the one you paired with, so no code would work. Ask for a new pairing link.",
      fallback_lost: "The key for codes is not in this browser any more. Ask for a new pairing link.",
      other: "The phone could not open the key for codes. Try again.",
    },
  },
  activity: {
    title: "Activity",
    none: "Nothing happened yet.",
    failed: "Activity needs a connection to the portal.",
    more: "Show more",
    kinds: {
      sign_in_online: "Sign-in with approval",
      sign_in_offline: "Sign-in with code",
      code_read: "Code shown on this phone",
      session_opened: "Session opened",
      session_closed: "Session closed",
      sudo: "sudo",
    } as Readonly<Record<string, string>>,
    outcomes: { success: "Succeeded", refused: "Refused", failed: "Failed", noted: "Noted" } as Readonly<Record<string, string>>,
  },
  settings: {
    title: "Settings",
    phone: "This phone",
    person: "Person",
    team: "Team",
    strength: "Protection",
    strengths: {
      device_bound: "The keys never leave this phone.",
      synced: "The passkey is synced by your account provider: who gets into that account could get it.",
      without_prf: "The key for codes is kept in this browser, which protects it less well. Approvals are just as safe.",
    },
    push: "Notifications",
    pushOn: "This phone buzzes for requests.",
    pushOff: "Requests show only while the app is open.",
    pushDenied: "The browser does not allow notifications. Allow them in its settings for this site.",
    pushUnavailable: "This browser cannot receive notifications.",
    turnOn: "Turn on",
    turnOff: "Turn off",
    language: "Language",
    automatic: "Automatic",
    forget: "Forget this phone",
    forgetText: "Signs out and removes everything this app keeps here. The passkey stays in your phone's password settings. To use the phone again you need your passkey or a new link.",
    forgetConfirm: "Yes, forget it",
    cancel: "Cancel",
    about: "About",
    aboutText: (version: string) => `Doorward ${version}. Free software under the Apache License 2.0.`,
  },
  services: { sshd: "SSH", login: "Console", su: "su", sudo: "sudo", "gdm-password": "Desktop", lightdm: "Desktop", "polkit-1": "Desktop prompt" } as Readonly<Record<string, string>>,
};

export type Texts = typeof english;
