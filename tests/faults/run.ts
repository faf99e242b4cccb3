// ./dev faults: runs the tests that name a row of the fault matrix in their title ("row 35: ...", "rows 4, 10: ..."), in
// the integration tests and in the C++ test programs, and says of each row whether it holds.
// usage: run.ts [--list] [--check] [--quick | --long] [--row N]...
import { execFileSync, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { run as runTests } from 'node:test';
import { MATRIX, type Row } from './matrix.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILD = join(ROOT, 'build', 'dev');
const FAILED = 1;
const USAGE = 2;
const IN_SOURCE = /(?:\btest\(\s*|TEST_CASE\(\s*)(['"`])(rows? \d+(?:, \d+)*: (?:\\.|(?!\1)[^\\])*)\1/g;
const IN_TITLE = /^rows? (\d+(?:, \d+)*): /;

interface Outcome {
  readonly title: string;
  readonly result: 'ok' | 'failed' | 'skipped';
  readonly seconds: number;
  readonly detail: string;
}

const outcomes: Outcome[] = [];
/** What could not even be set up; no row holds because of it. */
let broken = 0;

const rowsOf = (title: string): number[] => (IN_TITLE.exec(title)?.[1] ?? '').split(', ').filter((text) => text !== '').map(Number);

function titlesIn(file: string): string[] {
  // Two literals side by side are one title in C++.
  const source = readFileSync(file, 'utf8').replace(/"\s*\n\s*"/g, '');
  return [...source.matchAll(IN_SOURCE)].map((found) => (found[2] ?? '').replace(/\\(.)/g, '$1'));
}

function report(outcome: Outcome): void {
  outcomes.push(outcome);
  const word = outcome.result === 'failed' ? 'FAILED' : outcome.result;
  console.log(`    ${outcome.seconds.toFixed(1).padStart(7)} s  ${word.padEnd(7)}  ${outcome.title}`);
  if (outcome.detail !== '') console.log(outcome.detail.trimEnd().replace(/^/gm, '        '));
}

function isBroken(what: string): void {
  broken += 1;
  console.log(`        FAILED: ${what}`);
}

const integration = globSync(join(ROOT, 'tests', 'integration', '*.test.ts')).sort();
/** Run inside a container that the script boots. */
const guest = { tests: join(ROOT, 'tests', 'integration', 'systemd_guest.ts'), script: join(ROOT, 'tests', 'integration', 'systemd_test.sh') };
const units = globSync(join(ROOT, 'tests', '**', '*_test.cpp')).sort();

async function runIntegration(rows: ReadonlySet<number>): Promise<void> {
  const isWanted = (title: string): boolean => rowsOf(title).some((row) => rows.has(row));
  const files = integration.filter((file) => titlesIn(file).some(isWanted));
  if (files.length === 0) return;
  const any = [...rows].join('|');
  const pattern = new RegExp(`^rows? (?:\\d+, )*(?:${any})(?:, \\d+)*: `);
  for await (const event of runTests({ files, concurrency: 1, testNamePatterns: [pattern] })) {
    if (event.type === 'test:stderr') process.stderr.write(event.data.message);
    if (event.type === 'test:diagnostic' && /kills|rounds|cuts/.test(event.data.message)) console.log(`        ${event.data.message}`);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, skip, details } = event.data;
    const seconds = details.duration_ms / 1000;
    if (event.type === 'test:pass') {
      if (IN_TITLE.test(name)) report({ title: name, result: skip === undefined ? 'ok' : 'skipped', seconds, detail: typeof skip === 'string' ? skip : '' });
      continue;
    }
    const cause = event.data.details.error.cause;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    if (IN_TITLE.test(name)) report({ title: name, result: 'failed', seconds, detail: text });
    else if (!/subtests? failed|^test failed$/.test(String(cause))) isBroken(`${relative(ROOT, name)}: ${text}`);
  }
}

/** The programs of ctest that are Catch2's: each stands alone on its command line. */
function testPrograms(): string[] {
  const listing = execFileSync('ctest', ['--test-dir', BUILD, '--show-only=json-v1'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const { tests } = JSON.parse(listing) as { tests: { command?: string[] }[] };
  return tests.flatMap(({ command }) => (command?.length === 1 && command[0]?.startsWith(`${BUILD}/`) ? command : []));
}

/** `errors` is what programs log, and what a sanitizer says at the end. */
function output(command: string, options: readonly string[]): Promise<{ status: number; text: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 255, text, errors }));
  });
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

async function runUnits(rows: ReadonlySet<number>): Promise<void> {
  for (const program of testPrograms()) {
    const { text: list } = await output(program, ['--list-tests', '--verbosity', 'quiet']);
    const titles = list.split('\n').map((line) => line.trim()).filter((title) => rowsOf(title).some((row) => rows.has(row)));
    if (titles.length === 0) continue;
    const { status, text, errors } = await output(program, ['--reporter', 'xml', '--durations', 'yes', specification(titles)]);
    if (status === 77) {
      for (const title of titles) report({ title, result: 'skipped', seconds: 0, detail: text });
      continue;
    }
    let ended = 0;
    for (const [, name = '', body = ''] of text.matchAll(/<TestCase name="([^"]*)"[^>]*>(.*?)<\/TestCase>/gs)) {
      const result = /<OverallResult success="(true|false)" skips="(\d+)" durationInSeconds="([\d.e+-]+)"/.exec(body);
      if (result === null) continue;
      ended += 1;
      const outcome = result[1] === 'false' ? 'failed' : result[2] === '0' ? 'ok' : 'skipped';
      const detail = outcome === 'failed' ? body : (/<Skip[^>]*>\s*(.*?)\s*<\/Skip>/s.exec(body)?.[1] ?? '');
      report({ title: unescaped(name), result: outcome, seconds: Number(result[3]), detail: unescaped(detail) });
    }
    if (ended < titles.length) isBroken(`${relative(ROOT, program)} ended with status ${status} after ${ended} of ${titles.length} tests:\n${text.slice(-2000)}\n${errors.slice(-4000)}`);
  }
}

async function runGuest(rows: ReadonlySet<number>): Promise<void> {
  const titles = titlesIn(guest.tests).filter((title) => rowsOf(title).some((row) => rows.has(row)));
  if (titles.length === 0) return;
  const { status, text, errors } = await output('bash', [guest.script]);
  for (const title of titles) {
    const line = text.split('\n').find((one) => one.slice(2).startsWith(title)) ?? '';
    const seconds = Number(/\(([\d.]+)ms\)/.exec(line)?.[1] ?? 0) / 1000;
    if (status === 77) report({ title, result: 'skipped', seconds, detail: text });
    else if (line.startsWith('✔')) report({ title, result: 'ok', seconds, detail: '' });
    else if (line.startsWith('✖')) report({ title, result: 'failed', seconds, detail: text.slice(-4000) });
    else isBroken(`${relative(ROOT, guest.script)} ended with status ${status} and says nothing of: ${title}\n${text.slice(-2000)}\n${errors.slice(-2000)}`);
  }
}

/** For Catch2, whose special characters are taken as they are. */
function specification(titles: readonly string[]): string {
  return titles.map((title) => title.replace(/[\\,[\]"*]/g, '\\$&')).join(',');
}

type Verdict = 'holds' | 'FAILS' | 'partly' | 'not shown' | 'later';

function verdictOf(row: Row, tests: readonly Outcome[]): Verdict {
  if (row.later !== undefined) return 'later';
  if (tests.some(({ result }) => result === 'failed')) return 'FAILS';
  if (tests.length === 0 || tests.every(({ result }) => result === 'skipped')) return 'not shown';
  return row.missing === undefined && tests.every(({ result }) => result === 'ok') ? 'holds' : 'partly';
}

function cut(text: string, width: number): string {
  return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
}

function printTable(rows: readonly Row[]): number {
  console.log(`\n${'row'.padStart(3)}  ${'injected'.padEnd(52)}  ${'expected'.padEnd(52)}  ${'seen'.padEnd(22)}  holds`);
  let holding = 0;
  for (const row of rows) {
    const tests = outcomes.filter(({ title }) => rowsOf(title).includes(row.row));
    const verdict = verdictOf(row, tests);
    if (verdict === 'holds') holding += 1;
    const passed = tests.filter(({ result }) => result === 'ok').length;
    const seen = tests.length === 0 ? '-' : `${passed} of ${tests.length} tests passed`;
    console.log(`${String(row.row).padStart(3)}  ${cut(row.injected, 52)}  ${cut(row.expected, 52)}  ${seen.padEnd(22)}  ${verdict}`);
    const note = row.later === undefined ? row.missing : `not there yet: ${row.later}`;
    if (note !== undefined) console.log(`     ${row.later === undefined ? 'not shown: ' : ''}${note}`);
    for (const { title, result } of tests) if (result !== 'ok') console.log(`     ${result}: ${title}`);
  }
  return holding;
}

function printList(rows: readonly Row[]): void {
  const all = [...units, ...integration, guest.tests].flatMap((file) => titlesIn(file).map((title) => ({ file: basename(file), title })));
  for (const row of rows) {
    console.log(`${String(row.row).padStart(3)}  ${row.injected} → ${row.expected}`);
    const tests = all.filter(({ title }) => rowsOf(title).includes(row.row));
    for (const { file, title } of tests) console.log(`       ${file}: ${title.replace(IN_TITLE, '')}`);
    if (row.later !== undefined) console.log(`       not there yet: ${row.later}`);
    else if (row.missing !== undefined) console.log(`       not shown: ${row.missing}`);
    else if (tests.length === 0) console.log('       not shown');
  }
}

/** Every row that a title names is in the matrix, or the title names a row that nobody knows. */
function unknownRows(): string[] {
  const known = new Set(MATRIX.map(({ row }) => row));
  return [...units, ...integration, guest.tests].flatMap((file) =>
    titlesIn(file).filter((title) => rowsOf(title).some((row) => !known.has(row))).map((title) => `${basename(file)}: ${title}`));
}

interface Wishes {
  readonly rows: readonly Row[];
  readonly list: boolean;
  readonly check: boolean;
  readonly quick: boolean;
  readonly long: boolean;
}

function wishesOf(words: readonly string[]): Wishes | undefined {
  const numbers: string[] = [];
  const flags = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--row') numbers.push(words[(at += 1)] ?? '');
    else if (['--list', '--check', '--quick', '--long'].includes(word)) flags.add(word);
    else return undefined;
  }
  const unknown = numbers.filter((text) => !MATRIX.some(({ row }) => String(row) === text));
  if (unknown.length > 0) {
    console.error(`faults: the matrix has no row ${unknown.join(', ')}; it has 1 to ${MATRIX.length}.`);
    return undefined;
  }
  const rows = numbers.length === 0 ? MATRIX : MATRIX.filter(({ row }) => numbers.includes(String(row)));
  return { rows, list: flags.has('--list'), check: flags.has('--check'), quick: flags.has('--quick'), long: flags.has('--long') };
}

async function main(): Promise<number> {
  const wishes = wishesOf(process.argv.slice(2));
  if (wishes === undefined) {
    console.error('usage: ./dev faults [--list] [--quick | --long] [--row N]...');
    return USAGE;
  }
  const strangers = unknownRows();
  for (const stranger of strangers) console.error(`faults: no such row: ${stranger}`);
  if (strangers.length > 0) return FAILED;
  if (wishes.check) return 0;
  if (wishes.list) {
    printList(wishes.rows);
    return 0;
  }
  process.env['DOORWARD_BUILD'] = BUILD;
  if (!wishes.quick) process.env['DOORWARD_EVERY_STEP'] = '1';
  if (wishes.long) process.env['DOORWARD_LONG'] = '1';
  const wanted = new Set(wishes.rows.map(({ row }) => row));
  await runUnits(wanted);
  await runGuest(wanted);
  await runIntegration(wanted);
  const applying = wishes.rows.filter(({ later }) => later === undefined);
  const holding = printTable(wishes.rows);
  console.log(`\n${holding} of ${applying.length} rows hold${broken === 0 ? '' : `; ${broken} of the tests could not be run`}`);
  return holding === applying.length && broken === 0 ? 0 : FAILED;
}

process.exitCode = await main();
