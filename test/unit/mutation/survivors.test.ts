import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutantsOf } from '../../mutation/mutants.ts'
import { compared, rowOf, type Survivor, survivorOf, survivorsIn } from '../../mutation/survivors.ts'

const line = 'if (a < 2 || a > 3 || !a) b(`a`)'
const source = `const a = 1\n  ${line}\n`
const all = mutantsOf(source)
const named = all.map((mutant) => survivorOf('src/a.ts', source, mutant, all))

describe('a survivor', () => {
  it('is named by its line and what stands there instead', () => {
    expect(named.every((one) => one.line === line)).toBe(true)
    expect(named.map(({ mutant }) => mutant)).toEqual(
      expect.arrayContaining(['`<` → `<=`', '`||` → `&&`, 1 of 2', '`||` → `&&`, 2 of 2', '`!` → `nothing`']),
    )
    expect(new Set(named.map(({ mutant }) => mutant)).size).toBe(all.length)
  })

  it('is counted from left to right, whichever is the outer one', () => {
    const places = named.flatMap(({ mutant }, index) =>
      mutant.startsWith('`||`') ? [[mutant, all[index]?.start]] : [],
    )
    expect(places).toEqual([
      ['`||` → `&&`, 2 of 2', source.lastIndexOf('||')],
      ['`||` → `&&`, 1 of 2', source.indexOf('||')],
    ])
  })

  it('is read back from its row in a table', () => {
    const told = named.map((one, index) => ({ ...one, reason: `because of ${index}, or "a | b"` }))
    const table = ['| File | Line | Mutant | Why |', '|---|---|---|---|', ...told.map(rowOf), '| `a.ts` | 3 | 4 | 5 |']
    expect(survivorsIn(table.join('\n'))).toEqual(told)
  })

  it('has the reason that the document gives, is unexplained without one, and stale when it was noticed', () => {
    const [one, other, third] = named as [Survivor, Survivor, Survivor]
    const told = [
      { ...one, reason: 'as it should' },
      { ...third, reason: 'once' },
      { ...third, file: 'src/b.ts' },
    ]
    const { rows, stale, unexplained } = compared([one, other], told, ['src/a.ts'])
    expect(rows.map(({ reason }) => reason)).toEqual(['as it should', ''])
    expect(unexplained).toEqual([other])
    expect(stale).toEqual([{ ...third, reason: 'once' }])
  })
})

describe('docs/mutation.md', () => {
  const root = join(import.meta.dirname, '../../..')
  const told = survivorsIn(readFileSync(join(root, 'docs/mutation.md'), 'utf8'))

  it('names survivors of sources as they are, each once and with a reason', () => {
    expect(told.length).toBeGreaterThan(0)
    for (const file of new Set(told.map((one) => one.file))) {
      const text = readFileSync(join(root, file), 'utf8')
      const mutants = mutantsOf(text)
      const known = mutants.map((mutant) => rowOf(survivorOf(file, text, mutant, mutants)))
      for (const one of told.filter((row) => row.file === file)) {
        expect(known).toContain(rowOf({ ...one, reason: '' }))
        expect(one.reason).not.toBe('')
      }
    }
    expect(new Set(told.map(({ file, line, mutant }) => `${file} ${line} ${mutant}`)).size).toBe(told.length)
  })
})
