// The four projects below examples/ as their users would try them: what `init` understands of each, beside the
// badgateway.yaml that is committed, and the matrix of its cells before and after mended.patch. The exit code is 1 when
// anything is understood otherwise, when no budget is over before, or when one is over after.
// Usage: node bench/examples.ts [NAME…]. Needs a Compose.
import { checkExample, type ExampleRow, exampleNames, initialised, prepareExamples } from './support/examples.ts'

const asked = process.argv.slice(2)
const names = exampleNames.filter((name) => asked.length === 0 || asked.includes(name))

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function told(row: ExampleRow | undefined): string {
  if (!row?.figures) return 'inconclusive'
  const { failedShare, failedAfterEndMs, endedBy } = row.figures
  const after = failedAfterEndMs === null ? (endedBy ?? '–') : `${(failedAfterEndMs / 1_000).toFixed(1)} s`
  return `${percent(failedShare)}, after ${after}, ${row.verdict}`
}

let isAsTold = true
await prepareExamples()
console.log(`| project | cell | as it is: failed, then, verdict | with mended.patch |\n|---|---|---|---|`)
for (const name of names) {
  const wrong = await initialised(name)
  const before = await checkExample(name, { isMended: false })
  const after = await checkExample(name, { isMended: true })
  for (const row of before.rows) {
    const mended = after.rows.find(({ cell }) => cell === row.cell)
    console.log(`| ${name} | ${row.cell} | ${told(row)} | ${told(mended)} |`)
  }
  if (before.code !== 1) wrong.push(`as it is, check ended with ${before.code} and not with 1: ${before.err.trim()}`)
  if (after.code !== 0) wrong.push(`mended, check ended with ${after.code} and not with 0: ${after.err.trim()}`)
  for (const line of wrong) console.error(`${name}: ${line}`)
  if (wrong.length > 0) isAsTold = false
}
process.exitCode = isAsTold ? 0 : 1
