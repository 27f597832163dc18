import { architectureFile, covers, type Door } from '../architecture.ts'
import { isTest, type Rule, roomOf, type Violation } from '../rule.ts'
import type { Import, Source } from '../source.ts'

/** Rooms that nobody's door opens to, unless the row says their name. */
const free = ['test', 'build']

const isRelative = (one: Import) => /^(src|scenarios|examples|docker|bench|build|test)\//.test(one.target)

function opens(door: Door, to: string): boolean {
  return door.all ? !door.rooms.includes(to) : door.rooms.includes(to)
}

function closedDoors(source: Source, door: Door | undefined): Violation[] {
  const from = roomOf(source.path)
  const outward = source.imports.filter((one) => isRelative(one) && roomOf(one.target) !== from)
  return outward.flatMap(({ target, line }) => {
    if (door && opens(door, roomOf(target)) && !free.includes(roomOf(target))) return []
    const closed = `'${from}' may not import '${roomOf(target)}'`
    const message = `${closed} (${target}): move the code, or see "Doors" in ${architectureFile}`
    return [{ file: source.path, line, message }]
  })
}

export const doors: Rule = {
  name: 'imports go through the doors of ARCHITECTURE.md, types too',
  check({ sources, architecture }) {
    const housed = sources.filter(({ path }) => path.includes('/') && !free.includes(roomOf(path)))
    const rooms = new Set(housed.map(({ path }) => roomOf(path)))
    const rows = new Map(architecture.doors.map((door) => [door.room, door]))
    const named = architecture.doors.flatMap(({ room, rooms: others, line }) =>
      [room, ...others].map((name) => ({ name, line })),
    )
    return [
      ...housed.flatMap((source) => closedDoors(source, rows.get(roomOf(source.path)))),
      ...[...rooms]
        .filter((room) => !rows.has(room))
        .map((room) => ({
          file: architectureFile,
          line: 1,
          message: `Room '${room}' has no row in "Doors": add one`,
        })),
      ...named
        .filter(({ name }) => !rooms.has(name))
        .map(({ name, line }) => ({
          file: architectureFile,
          line,
          message: `"Doors" names a room '${name}' that does not exist: take it out`,
        })),
    ]
  },
  bad: {
    architecture: '## Doors\n| `kit` | nothing |\n| `run` | all but `cli` |\n| `gone` | `kit` |',
    files: {
      'src/kit/a.ts': "import type { B } from '../run/b.ts'\nexport * from './c.ts'",
      'src/run/b.ts': "import '../kit/a.ts'\nexport const lazy = () => import('../cli.ts')",
      'src/cli.ts': "import './run/b.ts'",
    },
    found: ['ARCHITECTURE.md:1', 'ARCHITECTURE.md:4', 'src/cli.ts:1', 'src/kit/a.ts:1', 'src/run/b.ts:2'],
  },
}

/** Words and shapes for all: each file is a door of its own. */
const open = ['kit']

const indexOf = (room: string) => `src/${room}/index.ts`

export const frontDoors: Rule = {
  name: 'a room of src is entered by its index.ts, from every other room',
  check: ({ sources }) => {
    const rooms = new Set(sources.flatMap(({ path }) => (/^src\/[^/]+\//.test(path) ? [roomOf(path)] : [])))
    return sources
      .filter(({ path }) => !free.includes(roomOf(path)))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => target.startsWith('src/') && roomOf(target) !== roomOf(path))
          .filter(({ target }) => rooms.has(roomOf(target)) && !open.includes(roomOf(target)))
          .filter(({ target }) => target !== indexOf(roomOf(target)))
          .map(({ target, line }) => ({
            file: path,
            line,
            message: `reaches past a door (${target}): let ${indexOf(roomOf(target))} export it`,
          })),
      )
  },
  bad: {
    files: {
      'src/kit/a.ts': '',
      'src/run/index.ts': '',
      'src/run/deep.ts': "import './index.ts'\nimport '../kit/a.ts'",
      'src/cli.ts': "import './run/index.ts'\nexport const lazy = () => import('./run/deep.ts')",
      'docker/x/main.ts': "import type { A } from '../../src/run/deep.ts'",
      'test/a.test.ts': "import '../src/run/deep.ts'",
    },
    found: ['docker/x/main.ts:1', 'src/cli.ts:2'],
  },
}

const engineRooms = ['engine', 'images', 'compose', 'cleanup', 'doctor', 'stack']
const engineLibraries = /^(testcontainers|dockerode)(\/|$)/

export const engine: Rule = {
  name: `testcontainers and dockerode are used in ${engineRooms.join(', ')} only`,
  check: ({ sources }) =>
    sources
      .filter(({ path }) => !isTest(path) && !(path.startsWith('src/') && engineRooms.includes(roomOf(path))))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => engineLibraries.test(target))
          .map(({ target, line }) => ({
            file: path,
            line,
            message: `'${target}' stays behind the engine's rooms: ask one for a verb that has no Docker type in it`,
          })),
      ),
  bad: {
    files: { 'src/run/a.ts': "\nimport type D from 'dockerode'", 'src/stack/b.ts': "import 'testcontainers'" },
    found: ['src/run/a.ts:2'],
  },
}

export const circles: Rule = {
  name: 'no imports in a circle, types too',
  check({ sources }) {
    const byPath = new Map(sources.map((source) => [source.path, source]))
    const done = new Set<string>()
    const found: Violation[] = []
    const walk = (path: string, trail: readonly string[], line: number) => {
      const start = trail.indexOf(path)
      if (start >= 0) {
        const circle = [...trail.slice(start), path].join(' → ')
        found.push({
          file: trail.at(-1) ?? path,
          line,
          message: `closes a circle: ${circle}; move what both need to a third file`,
        })
      }
      if (start >= 0 || done.has(path)) return
      for (const one of byPath.get(path)?.imports ?? []) walk(one.target, [...trail, path], one.line)
      done.add(path)
    }
    for (const { path } of sources) walk(path, [], 1)
    return found
  },
  bad: {
    files: {
      'src/kit/a.ts': "import './b.ts'",
      'src/kit/b.ts': "\nimport type { C } from './c.ts'",
      'src/kit/c.ts': "\n\nexport type A = import('./a.ts').A",
    },
    found: ['src/kit/c.ts:3'],
  },
}

/** Files that start by themselves: tests, what package.json calls, and what the map calls a program. */
function isStart({ path }: Source, { architecture, packageText }: Parameters<Rule['check']>[0]): boolean {
  if (path === 'src/cli.ts' || path === 'src/index.ts' || path.endsWith('.test.ts')) return true
  if (/^(scenarios|examples)\//.test(path) || !path.includes('/') || packageText.includes(path)) return true
  return architecture.programs.some((entry) => covers(entry, path))
}

export const reach: Rule = {
  name: 'every file is used',
  check(house) {
    const byPath = new Map(house.sources.map((source) => [source.path, source]))
    const reached = new Set(house.sources.filter((source) => isStart(source, house)).map(({ path }) => path))
    for (const path of reached) for (const { target } of byPath.get(path)?.imports ?? []) reached.add(target)
    const unused = house.sources.filter(({ path }) => !reached.has(path))
    const isOurs = (path: string) => path.startsWith('src/') || path.startsWith('docker/')
    const fromTests = new Set(
      house.sources.filter(({ path }) => isOurs(path)).flatMap(({ imports }) => imports.map((one) => one.target)),
    )
    const onlyTested = house.sources.filter(
      (source) =>
        isOurs(source.path) && reached.has(source.path) && !isStart(source, house) && !fromTests.has(source.path),
    )
    return [...unused, ...onlyTested].map(({ path }) => ({
      file: path,
      line: 1,
      message: `nobody but tests imports it: use it, remove it, or name it under "Programs" in ${architectureFile}`,
    }))
  },
  bad: {
    package: '{"scripts":{"bench":"node bench/b.ts"}}',
    architecture: '## Programs\n- `src/kit/worker.ts`: works',
    files: {
      'src/index.ts': "export * from './kit/used.ts'",
      'src/kit/used.ts': '',
      'src/kit/worker.ts': '',
      'src/kit/alone.ts': '',
      'src/kit/tested.ts': '',
      'test/unit/kit/tested.test.ts': "import '../../../src/kit/tested.ts'",
      'bench/b.ts': '',
      'bench/c.ts': '',
    },
    found: ['bench/c.ts:1', 'src/kit/alone.ts:1', 'src/kit/tested.ts:1'],
  },
}
