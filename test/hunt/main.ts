import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readRecord } from '../../src/journal/index.ts'
import type { RunRecord } from '../../src/journal/record.ts'
import type { Sabotage } from './edit.ts'
import { unnoticed } from './fields.ts'
import { harmless } from './harmless.ts'
import { hunt } from './hunt.ts'
import { judge } from './judge.ts'
import { sabotages } from './kinds/index.ts'
import { huntLive } from './live/play.ts'

/** `npm run false-pass-hunt -- --from DIR …`: spoils the kept journals of runs that passed; none may pass any more. */
const { values } = parseArgs({
  options: {
    from: { type: 'string', multiple: true, default: [] },
    fields: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: 'runs/hunt' },
  },
})

/** Every variant below a folder that passes by itself. */
async function passing(folder: string): Promise<{ folder: string; record: RunRecord }[]> {
  const entries = await readdir(folder, { recursive: true })
  const folders = entries
    .filter((entry) => entry.endsWith('journal.jsonl'))
    .map((entry) => join(folder, dirname(entry)))
  const found: { folder: string; record: RunRecord }[] = []
  for (const place of folders.sort()) {
    const record = await readRecord(place)
    const { status } = judge(record)
    if (status === 'pass') found.push({ folder: place, record })
    else process.stderr.write(`${place}: ${status} as it is, nothing to hunt in\n`)
  }
  return found
}

interface Row {
  tried: number
  passed: string[]
  noticedBy: Set<string>
}

function tell(rows: ReadonlyMap<Sabotage, Row>, records: number): number {
  for (const [{ name, breaks }, { tried, passed, noticedBy }] of rows) {
    const result = passed.length > 0 ? `PASSED in ${passed.join(', ')}` : tried === 0 ? 'nothing to spoil' : 'noticed'
    process.stdout.write(`${result.padEnd(18)} ${name} (${breaks}): ${[...noticedBy].slice(0, 4).join(', ') || '–'}\n`)
  }
  const used = [...rows.values()].filter(({ tried }) => tried > 0)
  const passed = used.reduce((sum, row) => sum + row.passed.length, 0)
  const tried = used.reduce((sum, row) => sum + row.tried, 0)
  process.stdout.write(
    `\n${used.length} kinds of ${rows.size}, ${records} journals, ${tried} spoilt, passed: ${passed}\n`,
  )
  return passed
}

async function huntKept(): Promise<number> {
  const rows = new Map<Sabotage, Row>(sabotages.map((one) => [one, { tried: 0, passed: [], noticedBy: new Set() }]))
  const records = (await Promise.all(values.from.map((folder) => passing(resolve(folder))))).flat()
  if (records.length === 0)
    throw new Error('No kept journal that passes: play one with badgateway run, and name it with --from')
  for (const { record } of records) {
    for (const { sabotage, status, noticedBy } of hunt(record, sabotages)) {
      const row = rows.get(sabotage)
      if (!row || status === undefined) continue
      row.tried += 1
      if (status === 'pass') row.passed.push(`${record.plan.scenario}/${record.plan.variant}`)
      for (const check of noticedBy) row.noticedBy.add(check)
    }
  }
  const told = tell(rows, records.length)
  return values.fields ? told + tellFields(records.map(({ record }) => record)) : told
}

/** Every field of every fact: what can be changed unnoticed is named, with its reason, or it is a hole. */
function tellFields(records: readonly RunRecord[]): number {
  const bare = unnoticed(records)
  for (const what of bare)
    process.stdout.write(`${(harmless[what] ? 'no proof' : 'A HOLE').padEnd(18)} ${what}: ${harmless[what] ?? '?'}\n`)
  return bare.filter((what) => harmless[what] === undefined).length
}

const passedKept = values.from.length > 0 || !values.live ? await huntKept() : 0
const passedLive = values.live ? await huntLive({ only: values.only, out: resolve(values.out) }) : 0
process.exitCode = passedKept + passedLive > 0 ? 1 : 0
