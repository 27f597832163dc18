import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { temporaryFolder } from './folder.ts'

const api = join(import.meta.dirname, '../../src/index.ts')

/** A scenario as data, and the file of the kind that it names and does not bring along. */
export async function ownLook(): Promise<{ scenario: string; kinds: string }> {
  const folder = await temporaryFolder('own-look')
  const [scenario, kinds] = [join(folder, 'edge.yaml'), join(folder, 'own.ts')]
  const told = {
    name: 'edge',
    title: 'The edge',
    summary: 'It was there.',
    report: { rootCause: 'A deploy.', impact: 'Some.', lessons: [] },
    clock: { steadyFrom: '10:00', start: '10:06', end: '10:26' },
    load: { users: { ratePerS: 50, users: 50, mix: [{ path: '/' }] } },
    story: [
      { at: '10:06', fault: { kind: 'wrong-upstream', upstreams: ['api'] } },
      { at: '10:07', look: { kind: 'own-look' }, finds: 'well' },
    ],
    variants: { plain: { title: 'Plain', measures: [] } },
  }
  await writeFile(scenario, stringify(told))
  const probe = `{ kind: 'own-look', about: 'Looks.', fields: {}, finds: ['well'], make: () => ({ look }) }`
  const look = `const look = async () => ({ finding: 'well', because: '', evidence: {} })`
  await writeFile(kinds, `import { defineProbe } from '${api}'\n${look}\nexport const own = defineProbe(${probe})\n`)
  return { scenario, kinds }
}
