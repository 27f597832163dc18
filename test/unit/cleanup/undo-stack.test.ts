import { afterEach, beforeEach, expect, test } from 'vitest'
import { filtersIn, inOrder, type Promised, type UndoFact, UndoStack } from '../../../src/cleanup/undo-stack.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

const idOf = (letter: string) => letter.repeat(64)
const [a, b, c] = [idOf('a'), idOf('b'), idOf('c')]
let engine: FakeEngine
let told: string[]

beforeEach(async () => {
  engine = await fakeEngine()
  told = []
  for (const id of [a, b, c]) engine.addContainer(id, { badgateway: 'r1' }, 'exited')
})
afterEach(() => engine.close())

function stack(
  parts: {
    journal?: (fact: UndoFact) => Promise<void>
    guard?: (entry: Promised) => Promise<void>
    limitMs?: number
  } = {},
) {
  const say = (words: string) => Promise.resolve(void told.push(words))
  return new UndoStack({
    docker: engine.docker,
    runId: 'r1',
    limitMs: parts.limitMs ?? 10_000,
    journal: {
      writeDurably:
        parts.journal ?? ((fact) => say(`journal ${fact.kind} ${fact.id}${'ok' in fact ? ` ${fact.ok}` : ''}`)),
    },
    guard: {
      register: parts.guard ?? (({ id }) => say(`guard holds ${id}`)),
      done: (id) => say(`guard lets go ${id}`),
    },
  })
}

const start = (container: string) => ({ verb: 'start', container }) as const

test('a promise is kept only by journal and guard together', async () => {
  const guard = Promise.withResolvers<void>()
  const undo = stack({ guard: () => guard.promise })
  let promised = false
  const promise = undo.register(start(a), 'stop').then(() => {
    promised = true
  })
  await new Promise(setImmediate)
  expect(told).toEqual(['journal undo-promised u1'])
  expect(promised).toBe(false)
  guard.resolve()
  await promise
  expect(promised).toBe(true)
})

test('who stands beside a container stays while the filter that was set from there is in force', async () => {
  const undo = stack()
  await undo.register({ verb: 'remove-container', container: a }, 'stand there')
  // It shares nobody's network, so there is no way to what was filtered.
  await undo.register({ verb: 'flush-firewall', container: a }, 'filter')
  expect(await undo.undoAll()).toEqual([
    expect.stringContaining('filter: not undone'),
    'stand there: not undone: the packet filter that was set from there is in force',
  ])
  expect(engine.containers.has(a)).toBe(true)
  expect(filtersIn(undo.outstanding)).toEqual(new Set([a]))
})

test('without journal or guard there is no promise', async () => {
  const broken = () => Promise.reject(new Error('full'))
  await expect(stack({ journal: broken }).register(start(a), 'stop')).rejects.toThrow('full')
  await expect(stack({ guard: broken }).register(start(a), 'stop')).rejects.toThrow('full')
})

test('what is no undo is refused before anybody is told', async () => {
  const undo = stack()
  await expect(undo.register(start('web; rm -rf /'), 'stop')).rejects.toMatchObject({
    code: 'UNDO_REFUSED',
    message: expect.stringMatching(/container: no container id/),
  })
  expect(told).toEqual([])
  expect(undo.outstanding).toEqual([])
})

test('undoes what one fault promised, newest first, for a remedy; the rest is kept', async () => {
  const undo = stack()
  await undo.register(start(a), 'stop a', 'one')
  await undo.register(start(b), 'stop b', 'other')
  await undo.register(start(c), 'stop c', 'one')
  told = []
  const { undone, failures } = await undo.undoFault('one')
  expect([undone.map(({ why }) => why), failures]).toEqual([['stop c', 'stop a'], []])
  expect(engine.changes).toEqual([c, a].map((id) => `POST /containers/${id}/start`))
  expect(told).toEqual(['u3', 'u1'].flatMap((id) => [`journal undo-done ${id} true`, `guard lets go ${id}`]))
  expect(undo.outstanding.map(({ id }) => id)).toEqual(['u2'])
  expect(await undo.undoFault('one')).toEqual({ undone: [], failures: [] })
})

test('who undoes all while a fault is ended does nothing twice', async () => {
  const by: string[] = []
  const undo = stack({ journal: (fact) => Promise.resolve(void ('by' in fact && by.push(fact.by))) })
  for (const id of [a, b, c]) await undo.register(start(id), `stop ${id[0]}`, id === a ? undefined : 'one')
  const [ended, left] = await Promise.all([undo.undoFault('one'), undo.undoAll()])
  expect([ended.undone.length, left]).toEqual([2, []])
  expect(by).toEqual(['remedy', 'remedy', 'harness'])
})

test('undoes newest first and tells journal and guard; a second time there is nothing to do', async () => {
  const undo = stack()
  for (const id of [a, b, c]) await undo.register(start(id), `stop ${id[0]}`)
  expect(undo.outstanding.map(({ id }) => id)).toEqual(['u3', 'u2', 'u1'])
  told = []
  expect(await undo.undoAll()).toEqual([])
  expect(engine.changes).toEqual([c, b, a].map((id) => `POST /containers/${id}/start`))
  expect(told).toEqual(['u3', 'u2', 'u1'].flatMap((id) => [`journal undo-done ${id} true`, `guard lets go ${id}`]))
  expect(undo.outstanding).toEqual([])
  expect(await undo.undoAll()).toEqual([])
  expect(engine.changes).toHaveLength(3)
})

test('calls at the same time undo once', async () => {
  const undo = stack()
  await undo.register(start(a), 'stop')
  expect(await Promise.all([undo.undoAll(), undo.undoAll()])).toEqual([[], []])
  expect(engine.changes).toHaveLength(1)
})

test('one that fails, and one that hangs, stop no other, are named, and stay with the guard', async () => {
  const undo = stack({ limitMs: 300 })
  for (const id of [a, b, c]) await undo.register(start(id), `stop ${id[0]}`)
  engine.disturb((call) => {
    if (call.includes(c)) return 'hang'
    return call.includes(`${b}/start`) ? { status: 500, message: 'no such device' } : undefined
  })
  const failures = await undo.undoAll()
  expect(failures).toEqual([
    expect.stringMatching(/^stop c: not undone: DEADLINE_PASSED/),
    expect.stringMatching(/^stop b: not undone: .*no such device/),
  ])
  expect(engine.containers.get(a)?.state).toBe('running')
  expect(told.filter((words) => words.startsWith('guard lets go'))).toEqual(['guard lets go u1'])
  expect(undo.outstanding.map(({ id }) => id)).toEqual(['u3', 'u2'])
  engine.disturb(() => undefined)
  expect(await undo.undoAll()).toEqual([])
})

test('a full disk does not keep anything from being undone, and is told', async () => {
  let full = false
  const undo = stack({ journal: () => (full ? Promise.reject(new Error('no space left')) : Promise.resolve()) })
  await undo.register(start(a), 'stop a')
  await undo.register(start(b), 'stop b')
  full = true
  const failures = await undo.undoAll()
  expect(failures).toEqual(['stop b: not recorded: no space left', 'stop a: not recorded: no space left'])
  expect([a, b].map((id) => engine.containers.get(id)?.state)).toEqual(['running', 'running'])
})

test('what a remedy has done is not undone again', async () => {
  const undo = stack()
  await undo.register(start(a), 'stop')
  await undo.done('u1', 'remedy', 'started by hand')
  await undo.done('u1', 'remedy', 'said twice')
  await undo.done('u9', 'remedy', 'never promised')
  expect(told.filter((words) => words.includes('undo-done'))).toEqual(['journal undo-done u1 true'])
  expect(await undo.undoAll()).toEqual([])
  expect(engine.changes).toEqual([])
})

test('removals of networks that follow each other are begun at once, all else waits for its turn', async () => {
  const network = (id: string): Promised => ({ id, undo: { verb: 'remove-network', network: a }, why: '' })
  const container = (id: string): Promised => ({ id, undo: { verb: 'remove-container', container: a }, why: '' })
  const entries: Promised[] = [
    network('n1'),
    network('n2'),
    container('c1'),
    container('c2'),
    { id: 's1', undo: start(a), why: '' },
    { id: 's2', undo: start(b), why: '' },
  ]
  const seen: string[] = []
  await inOrder(entries, async ({ id }) => {
    seen.push(`${id} begins`)
    await new Promise(setImmediate)
    seen.push(`${id} ends`)
  })
  const alone = (id: string) => [`${id} begins`, `${id} ends`]
  const together = ['n1 begins', 'n2 begins', 'n1 ends', 'n2 ends']
  expect(seen).toEqual([...together, ...['c1', 'c2', 's1', 's2'].flatMap(alone)])
})

test('servers get their behaviours back at once, each its own in order', async () => {
  const behave = (id: string, container: string): Promised => {
    return { id, undo: { verb: 'set-behaviour', container, behaviour: '{}' }, why: '' }
  }
  const running = new Set<string>()
  const beside: string[][] = []
  await inOrder([behave('a2', a), behave('b1', b), behave('a1', a)], async ({ id }) => {
    running.add(id)
    await new Promise(setImmediate)
    beside.push([...running])
    running.delete(id)
  })
  expect(beside).toEqual([['a2', 'b1'], ['b1'], ['a1']])
})

test('one that will be removed gets its behaviour back last, where it is still there', async () => {
  const behave = (id: string, container: string): Promised => {
    return { id, undo: { verb: 'set-behaviour', container, behaviour: '{}' }, why: '' }
  }
  const remove = (id: string, container: string): Promised => {
    return { id, undo: { verb: 'remove-container', container }, why: '' }
  }
  const again = { id: 'a4', undo: start(a), why: '' }
  const order: string[] = []
  const entries = [again, behave('a3', a), behave('b2', b), remove('a1', a), behave('a0', a)]
  await inOrder(entries, ({ id }) => Promise.resolve(void order.push(id)))
  expect(order).toEqual(['a4', 'b2', 'a1', 'a0', 'a3'])

  const undo = stack()
  await undo.register({ verb: 'remove-container', container: a }, 'remove a')
  await undo.register({ verb: 'set-behaviour', container: a, behaviour: '{}' }, 'behave as before')
  expect(await undo.undoAll()).toEqual([])
  expect(told.filter((words) => words.startsWith('journal undo-done'))).toEqual([
    'journal undo-done u1 true',
    'journal undo-done u2 true',
  ])
})

test("a stack that was lent wears the label of nobody's run: its changes are undone all the same", async () => {
  const undo = stack()
  engine.addContainer(idOf('d'), { badgateway: 'ward' }, 'exited')
  await undo.register(start(idOf('d')), 'stop')
  expect(await undo.undoAll()).toEqual([expect.stringContaining('UNDO_REFUSED')])
  undo.actOn('ward')
  expect(await undo.undoAll()).toEqual([])
})
