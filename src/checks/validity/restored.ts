import { type Fact, factsOf } from '../../journal/index.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'

/** Was everything that was promised also taken back, and the machine compared with before? Pass means proven clean. */
export function restoredAnswer(noted: readonly Fact[]): Answer {
  // What a guard or a sweep mends after the harness has given up makes no clean run of it.
  const end = factsOf(noted, 'run-ended').find(({ by }) => by === 'harness')?.n ?? Infinity
  const facts = noted.filter(({ n }) => n <= end)
  const promised = factsOf(facts, 'undo-promised')
  const done = new Map(factsOf(facts, 'undo-done').map((fact) => [fact.id, fact]))
  const known = new Set(promised.map((promise) => promise.id))
  const stray = [...done.values()].find((fact) => !known.has(fact.id))
  if (stray) return inconclusive(`undone without being registered: ${stray.because}`, [stray.n])
  const undone = promised.filter((promise) => done.get(promise.id)?.ok !== true)
  if (undone.length > 0) {
    const what = undone.map((promise) => `${promise.why} (${done.get(promise.id)?.because ?? 'never undone'})`)
    return inconclusive(
      `not undone: ${what.join('; ')}`,
      undone.map((promise) => promise.n),
    )
  }
  const strange = end < Infinity ? notOnce(facts) : undefined
  if (strange) return strange
  const present = lingering(facts)
  if (present) return inconclusive(`${present.fault} is still there after the end: ${present.because}`, [present.n])
  const compared = factsOf(facts, 'world-compared').at(-1)
  if (!compared && factsOf(facts, 'phase-entered').length === 0) return pass('nothing was ever begun')
  if (!compared) return inconclusive('the machine was not compared with before')
  if (!compared.clean || compared.differences.length > 0)
    return inconclusive(`the machine differs: ${compared.differences.join('; ')}`, [compared.n])
  const kept = promised.length === 0 ? 'no undo was registered' : `all ${promised.length} registered undos done`
  return pass(`${kept}, and the machine is as before`, [compared.n])
}

/** While the harness lives nobody else undoes, and it does each thing once, in its time: a second try hides one. */
function notOnce(facts: readonly Fact[]): Answer | undefined {
  const undone = factsOf(facts, 'undo-done')
  const other = undone.find(({ by }) => by === 'guard' || by === 'sweep')
  if (other) return inconclusive(`undone by the ${other.by} while the harness was there: ${other.because}`, [other.n])
  const again = undone.find(({ id }, index) => undone.findIndex((one) => one.id === id) !== index)
  if (again) return inconclusive(`undone more than once: ${again.because}`, [again.n])
  const undoN = factsOf(facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.n ?? Infinity
  const early = undone.find(({ by, n }) => by === 'harness' && n < undoN)
  if (early) return inconclusive(`undone while the story ran: ${early.because}`, [early.n])
  const [compared, twice] = factsOf(facts, 'world-compared')
  return compared && twice && inconclusive('the machine was compared with before twice', [compared.n, twice.n])
}

/** The last look at a fault after its end, when it was still there. */
function lingering(facts: readonly Fact[]) {
  const last = new Map(
    factsOf(facts, 'fault-witnessed')
      .filter((fact) => fact.moment === 'after')
      .map((fact) => [fact.fault, fact]),
  )
  return [...last.values()].find((fact) => fact.present)
}

/** Was all of that seen in its order: undone, looked at, taken down, compared? */
function provenInOrder(facts: readonly Fact[]): Answer | undefined {
  const undoneN = Math.max(0, ...factsOf(facts, 'undo-done').map(({ n }) => n))
  const [lower] = factsOf(facts, 'phase-entered').filter(({ phase }) => phase === 'lower')
  const inForce = factsOf(facts, 'fault-injected').filter(({ outcome }) => outcome === 'in-force')
  const looks = factsOf(facts, 'fault-witnessed').filter(({ moment, n }) => moment === 'after' && n > undoneN)
  const unseen = inForce.find(({ fault, n }) => !looks.some((look) => look.fault === fault && look.n > n))
  if (unseen) return inconclusive(`${unseen.fault}: no observation was made after the undo`, [unseen.n])
  const compared = factsOf(facts, 'world-compared').at(-1)
  const lastN = Math.max(undoneN, lower?.n ?? Infinity, ...looks.map(({ n }) => n))
  if (compared && compared.n < lastN) {
    return inconclusive('the machine was compared with before when not everything was undone and taken down', [
      compared.n,
    ])
  }
  return undefined
}

export const restored = defineGate({
  kind: 'restored',
  asks: 'Is the machine proven to be as before?',
  judge: ({ facts }) => {
    const answer = restoredAnswer(facts)
    const begun = factsOf(facts, 'phase-entered').length > 0
    return answer.status === 'pass' && begun ? (provenInOrder(facts) ?? answer) : answer
  },
})
