import { expect, it } from 'vitest'
import { cellsOf } from '../../../src/modes/index.ts'
import { quarry } from '../../support/quarry.ts'

const cellsWith = (attached: { ephemeral: string[]; siteMoves: boolean; unlimited: string[] }) => {
  const { cells, left } = cellsOf({ ...quarry(''), attached })
  return {
    names: cells.map(({ name }) => name),
    because: (cell: string) => left.find((one) => one.cell === cell)?.because ?? 'it applies',
  }
}

it('plays on containers of others what leaves them what they are, and says what would make the rest apply', () => {
  const { names, because } = cellsWith({ ephemeral: [], siteMoves: false, unlimited: ['granite'] })
  const applying = ['stop/granite', 'pause/gate', 'drop/stone', 'few-cores/basalt']
  expect(names).toEqual(expect.arrayContaining(applying))
  expect(because('recreate/granite')).toContain('did not start; on a copy it applies: leave out --attach')
  expect(because('out-of-memory/granite')).toContain('granite has no memory limit')
  expect(because('out-of-memory/basalt')).toBe('it applies')
  expect(because('wrong-port/stone')).toContain('changes files or data of a container that we did not start')
})

it('never ends what the engine would remove or publish elsewhere', () => {
  const { names, because } = cellsWith({ ephemeral: ['granite'], siteMoves: true, unlimited: [] })
  expect(because('stop/granite')).toBe('the engine removes granite when it ends (AutoRemove); without that it applies')
  for (const cell of ['kill/granite', 'out-of-memory/granite']) expect(because(cell)).toContain('AutoRemove')
  expect(because('restart/gate')).toContain('publish gate on another port')
  expect(names).toEqual(expect.arrayContaining(['stop/basalt', 'pause/granite', 'pause/gate', 'refuse/stone']))
})
