// clang-tidy over every C++ source, called by lint.sh. Nearly all of its time goes into the headers of the system, which
// it walks again for each source it is given; so sources are looked at in units, each a file that includes many of them
// (the static analyzer treats sources included this way as its own, too). What was clean before is not looked at again.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const WORK = join(ROOT, 'build', 'tidy');
const KNOWN_CLEAN = join(WORK, 'clean');
// The second one adds what only an optimised build makes: the benchmarks.
const DATABASES = ['build/dev', 'build/release'];
const UNIT_SIZE = 20;
// Own names that no system header can know, so that a macro may rename them.
const RENAMED = /^(k_|LLVMFuzzer)/;

interface Source {
  path: string;
  command: string;
  /** Of everything that decides what clang-tidy says about this source. */
  fingerprint: string;
  /** Constants of its own, which a unit renames, and its other own names, which no two sources of a unit may share. */
  constants: string[];
  names: string[];
}

/** How each source of ours is compiled. */
function commands(): Map<string, string> {
  const found = new Map<string, string>();
  for (const database of DATABASES) {
    const entries: unknown = JSON.parse(readFileSync(join(ROOT, database, 'compile_commands.json'), 'utf8'));
    for (const { file, command } of entries as { file: string; command: string }[]) {
      const path = relative(ROOT, file);
      if (path.startsWith('build/') || path.startsWith('..') || found.has(path)) continue;
      found.set(path, command.replace(/^\S*ccache /, '').replace(/ -o \S+ -c \S+/, '').replace(/ -fPI[CE]/g, ''));
    }
  }
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.cpp'];
  const tracked = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' });
  const forgotten = tracked.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)) && !found.has(path));
  if (forgotten.length > 0) throw new Error(`no CMakeLists.txt names ${forgotten.join(', ')}`);
  return found;
}

const texts = new Map<string, string>();

function text(path: string): string {
  let content = texts.get(path);
  if (content === undefined) texts.set(path, (content = readFileSync(join(ROOT, path), 'utf8')));
  return content;
}

/** The source and each header of ours that it can see. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  seen.add(path);
  for (const [, name] of text(path).matchAll(/^#include "([^"]+)"/gm)) {
    const header = [name!, join(dirname(path), name!), join('build/dev/generated', name!)].find((at) => existsSync(join(ROOT, at)));
    if (header !== undefined && !seen.has(header)) closure(header, seen);
  }
  return seen;
}

/** What a source declares for itself alone, at file scope (where clang-format leaves no indentation). */
function ownNames(path: string): Set<string> {
  const names = new Set<string>();
  let unnamed = false;
  for (const line of text(path).split('\n')) {
    if (line === 'namespace {') unnamed = true;
    else if (line === '}  // namespace') unnamed = false;
    else if (!/^[A-Za-z[]/.test(line) || /^(static_assert|namespace|using namespace)\b/.test(line)) continue;
    else if (unnamed || /^(static|int main|using \w+ =|extern "C")/.test(line)) {
      const name = /(?<!::)\b(?!(?:final|const|noexcept|public|private)\b)([A-Za-z_]\w*) *(?:[({;[=]|:(?!:))/.exec(line)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

function sources(): Source[] {
  const common = createHash('sha256')
    .update(text('.clang-tidy'))
    .update(execFileSync('clang-tidy-19', ['--version']))
    .update(execFileSync('dpkg-query', ['-W', '*-dev']))
    .digest('hex');
  return [...commands()].map(([path, command]) => {
    const hash = createHash('sha256').update(common).update(command);
    for (const seen of [...closure(path)].sort()) hash.update(seen).update(text(seen));
    const names = [...ownNames(path)];
    return {
      path,
      command,
      fingerprint: hash.digest('hex'),
      constants: names.filter((name) => RENAMED.test(name)),
      names: names.filter((name) => !RENAMED.test(name)),
    };
  });
}

/** Sources that can be looked at as one: compiled alike, and without a name that means two things. */
function units(stale: Source[]): Source[][] {
  const made: Source[][] = [];
  for (const source of stale) {
    const clashes = (other: Source): boolean => source.names.some((name) => other.names.includes(name));
    const place = made.find((unit) => unit.length < UNIT_SIZE && unit[0]!.command === source.command && !unit.some(clashes));
    if (place === undefined) made.push([source]);
    else place.push(source);
  }
  return made.sort((a, b) => b.length - a.length);
}

/** The text of a unit. Each source has constants such as k_log: they get names of their own. */
function unitText(unit: Source[]): string {
  const lines = unit.map(({ path, constants }, index) => {
    const shared = constants.filter((name) => unit.some((other) => other.path !== path && other.constants.includes(name)));
    const renamed = shared.map((name) => `#define ${name} ${name}_${index}\n`).join('');
    const restored = shared.map((name) => `#undef ${name}\n`).join('');
    return `${renamed}#include "${path}"  // NOLINT(bugprone-suspicious-include)\n${restored}`;
  });
  return lines.join('');
}

function fingerprints(of: Source[]): string {
  return of.map(({ fingerprint }) => `${fingerprint}\n`).join('');
}

let number = 0;

/** What clang-tidy finds in these sources, '' where they are clean. */
async function findings(unit: Source[]): Promise<string> {
  const folder = join(WORK, 'units', String(++number).padStart(3, '0'));
  // The analyzer looks into sources that are included only where the name of the file says this.
  const file = join(folder, 'UnifiedSource.cpp');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, unitText(unit));
  const command = `${unit[0]!.command} -I${ROOT} -c ${file}`;
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify([{ directory: ROOT, file, command }]));
  const found = await new Promise<string>((resolve) => {
    execFile('clang-tidy-19', ['--quiet', '-p', folder, file], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve('');
      else resolve(stdout.trim() === '' ? `${file}: ${error.message}${stderr}` : stdout.replaceAll(`${ROOT}/`, ''));
    });
  });
  if (found === '') appendFileSync(KNOWN_CLEAN, fingerprints(unit));
  if (!found.includes('[clang-diagnostic-error') || unit.length === 1) return found;
  console.log(`these do not compile as one, so each half is looked at: ${unit.map(({ path }) => path).join(' ')}`);
  const half = unit.length >> 1;
  return (await findings(unit.slice(0, half))) + (await findings(unit.slice(half)));
}

rmSync(join(WORK, 'units'), { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
const all = sources();
const known = new Set(existsSync(KNOWN_CLEAN) ? readFileSync(KNOWN_CLEAN, 'utf8').split('\n') : []);
writeFileSync(KNOWN_CLEAN, fingerprints(all.filter(({ fingerprint }) => known.has(fingerprint))));
const queue = units(all.filter(({ fingerprint }) => !known.has(fingerprint)));
console.log(`clang-tidy: ${all.length} sources, ${queue.flat().length} to look at in ${queue.length} units`);
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      const found = await findings(unit);
      if (found === '') continue;
      process.exitCode = 1;
      console.log(found);
    }
  }),
);
