// ./dev faults: runs the tests that name a row of the fault matrix ("row 35: ..."), in the integration tests and in the
// C++ test programs, and says how each ended. usage: faults.ts [--known] [ROW...]; --known only looks the rows up.
import { execFileSync, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run as runTests } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const BUILD = join(ROOT, 'build', 'dev');
const FAILED = 1;
const USAGE = 2;
const IN_SOURCE = /(?:\btest\(\s*|TEST_CASE\(\s*)['"`]row (\d+): /g;
const IN_NAME = /^row (\d+): (.*)$/s;

type Result = 'ok' | 'FAILED' | 'skipped';

let failures = 0;
let reported = 0;

function report(name: string, result: Result, seconds: number, detail: string): void {
  const [, row = '', title = ''] = IN_NAME.exec(name) ?? [];
  if (row === '') return;
  reported += 1;
  if (result === 'FAILED') failures += 1;
  const words = result === 'skipped' ? `skipped: ${detail}` : result;
  console.log(`row ${row.padStart(2)}  ${title.padEnd(90)} ${seconds.toFixed(1).padStart(6)} s  ${words}`);
  if (result === 'FAILED') console.log(detail.replace(/^/gm, '        '));
}

function rowsIn(file: string): number[] {
  return [...readFileSync(file, 'utf8').matchAll(IN_SOURCE)].map((found) => Number(found[1]));
}

const integration = globSync(join(ROOT, 'tests', 'integration', '*.test.ts')).sort();
const units = globSync(join(ROOT, 'tests', '**', '*_test.cpp'));

function knownRows(): number[] {
  return [...new Set([...integration, ...units].flatMap(rowsIn))].sort((a, b) => a - b);
}

async function runIntegration(rows: ReadonlySet<number>): Promise<void> {
  const files = integration.filter((file) => rowsIn(file).some((row) => rows.has(row)));
  if (files.length === 0) return;
  const pattern = new RegExp(`^row (${[...rows].join('|')}): `);
  process.env['DOORWARD_BUILD'] = BUILD;
  for await (const event of runTests({ files, concurrency: 1, testNamePatterns: [pattern] })) {
    if (event.type === 'test:stderr') process.stderr.write(event.data.message);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, skip, details } = event.data;
    const seconds = details.duration_ms / 1000;
    if (event.type === 'test:pass') {
      report(name, skip === undefined ? 'ok' : 'skipped', seconds, String(skip));
      continue;
    }
    const cause = event.data.details.error.cause;
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    if (IN_NAME.test(name)) {
      report(name, 'FAILED', seconds, text);
    } else if (!/subtests? failed|^test failed$/.test(String(cause))) {
      failures += 1; // what a test needs could not be set up
      console.log(`        FAILED: ${relative(ROOT, name)}: ${text}`);
    }
  }
}

/** The programs of ctest that are Catch2's: each stands alone on its command line. */
function testPrograms(): string[] {
  const listing = execFileSync('ctest', ['--test-dir', BUILD, '--show-only=json-v1'], { encoding: 'utf8' });
  const { tests } = JSON.parse(listing) as { tests: { command?: string[] }[] };
  return tests.flatMap(({ command }) => (command?.length === 1 && command[0]?.startsWith(`${BUILD}/`) ? command : []));
}

function output(command: string, options: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? 255, text }));
  });
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

async function runUnits(rows: ReadonlySet<number>): Promise<void> {
  const names = [...rows].map((row) => `row ${row}:*`).join(',');
  for (const program of testPrograms()) {
    const { text: list } = await output(program, ['--list-tests', '--verbosity', 'quiet', names]);
    if (list.trim() === '') continue;
    const { status, text } = await output(program, ['--reporter', 'xml', '--durations', 'yes', names]);
    if (status === 77) {
      for (const name of list.trim().split('\n')) report(name.trim(), 'skipped', 0, text.trim().replace(/^skipped: /, ''));
      continue;
    }
    let ended = 0;
    for (const [, name = '', body = ''] of text.matchAll(/<TestCase name="([^"]*)"[^>]*>(.*?)<\/TestCase>/gs)) {
      const result = /<OverallResult success="(true|false)" skips="(\d+)" durationInSeconds="([\d.]+)"/.exec(body);
      if (result === null) continue;
      ended += 1;
      const outcome = result[1] === 'false' ? 'FAILED' : result[2] === '0' ? 'ok' : 'skipped';
      const detail = outcome === 'FAILED' ? body : (/<Skip[^>]*>\s*(.*?)\s*<\/Skip>/s.exec(body)?.[1] ?? '');
      report(unescaped(name), outcome, Number(result[3]), unescaped(detail));
    }
    if (ended < list.trim().split('\n').length) {
      failures += 1;
      console.log(`        FAILED: ${relative(ROOT, program)} ended with status ${status} before its end:\n${text.slice(-2000)}`);
    }
  }
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const onlyKnown = words[0] === '--known';
  const asked = onlyKnown ? words.slice(1) : words;
  const known = knownRows();
  const unknown = asked.filter((word) => !known.some((row) => String(row) === word));
  if (unknown.length > 0) {
    console.error(`faults: no test names row ${unknown.join(', ')}. There are rows ${known.join(', ')}.`);
    return USAGE;
  }
  if (onlyKnown) return 0;
  const rows = new Set(asked.length > 0 ? asked.map(Number) : known);
  await runUnits(rows);
  await runIntegration(rows);
  console.log(`\n${reported} tests, ${failures} failed`);
  return failures === 0 && reported > 0 ? 0 : FAILED;
}

process.exitCode = await main();
