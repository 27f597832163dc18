import { architectureFile, covers } from '../architecture.ts'
import type { Rule } from '../rule.ts'

export const map: Rule = {
  name: 'ARCHITECTURE.md maps every file of src, and no other',
  check({ sources, architecture }) {
    const paths = sources.map(({ path }) => path).filter((path) => path.startsWith('src/'))
    const { map: mapped, additions, programs } = architecture
    const unmapped = paths.filter((path) => ![...mapped, ...additions].some((entry) => covers(entry, path)))
    const all = sources.map(({ path }) => path)
    const entries = [...mapped, ...additions, ...programs]
    const stale = entries.filter((entry) => !all.some((path) => covers(entry, path)))
    return [
      ...unmapped.map((path) => ({
        file: architectureFile,
        line: 1,
        message: `"Map" does not name ${path}: add a line "- \`${path}\`: what it is for"`,
      })),
      ...stale.map(({ path, line }) => ({
        file: architectureFile,
        line,
        message: `names ${path}, which does not exist: take the line out`,
      })),
    ]
  },
  bad: {
    architecture: '## Map\n- `src/kit/a.ts`: there\n- `src/kit/gone.ts`: not there\n- `src/faults/*.ts`: one each',
    files: { 'src/kit/a.ts': '', 'src/kit/new.ts': '', 'src/faults/x.ts': '' },
    found: ['ARCHITECTURE.md:1', 'ARCHITECTURE.md:3'],
  },
}

interface Lock {
  packages?: Record<string, { optionalDependencies?: Record<string, string>; dev?: boolean }>
}

/**
 * `npm ci` refuses a lock that leaves out another platform's package. npm writes such a lock without a word when the
 * registry lacks that package's version.
 */
export const lock: Rule = {
  name: 'package-lock.json is complete for every platform',
  check({ lockText }) {
    const { packages = {} }: Lock = JSON.parse(lockText)
    const names = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))
    return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
      const missing = Object.keys(optionalDependencies).filter((name) => !names.has(name))
      if (missing.length === 0) return []
      const message = `${path} lacks ${missing.join(', ')}: choose a version of it whose platform packages all exist`
      return [{ file: 'package-lock.json', line: 1, message }]
    })
  },
  bad: {
    files: {},
    lock: JSON.stringify({
      packages: {
        'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } },
        'node_modules/a/node_modules/a-linux': {},
      },
    }),
    found: ['package-lock.json:1'],
  },
}

interface Manifest {
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** What src imports without having it at run time: the image programs are bundled beforehand in the package. */
const optional = ['esbuild']

const packageOf = (target: string) => target.split('/', target.startsWith('@') ? 2 : 1).join('/')

export const dependencies: Rule = {
  name: 'what src imports is a dependency, and no other package is',
  check({ sources, packageText }) {
    const { dependencies: declared = {}, peerDependencies: peers = {} }: Manifest = JSON.parse(packageText)
    const shipped = sources.filter(({ path }) => /^(src|scenarios)\//.test(path))
    const outward = shipped.flatMap(({ path, imports }) => {
      const foreign = imports.filter(({ target }) => !target.startsWith('node:') && !/^(src|scenarios)\//.test(target))
      return foreign.map(({ target, line }) => ({ file: path, line, name: packageOf(target) }))
    })
    const undeclared = outward.filter(({ name }) => !(name in declared) && !(name in peers) && !optional.includes(name))
    const isUsed = (name: string) =>
      shipped.some(({ text }) => text.includes(`'${name}'`) || text.includes(`'${name}/`))
    return [
      ...undeclared.map(({ file, line, name }) => ({
        file,
        line,
        message: `'${name}' is no dependency of package.json: the package would not start without it`,
      })),
      ...Object.keys(declared)
        .filter((name) => !isUsed(name))
        .map((name) => ({
          file: 'package.json',
          line: 1,
          message: `'${name}' is a dependency that src does not import: take it out, or make it a devDependency`,
        })),
    ]
  },
  bad: {
    package: '{"dependencies":{"zod":"1","@a/b":"1","idle":"1"}}',
    files: { 'src/a.ts': "import 'zod/mini'\nimport '@a/b/c'\nimport { x } from 'missing'\nimport 'node:fs'" },
    found: ['package.json:1', 'src/a.ts:3'],
  },
}
