import { defineCheck, fail, inconclusive, pass, z } from '../../../src/index.ts'
import { guideCell, guideCellFields, guideEffects, guideSteps } from './_cell.ts'

/** What a step of the guide should come to; what is not said of it is only measured. */
export const guideStep = defineCheck({
  kind: 'guide-step',
  about: 'behaviour',
  time: 'system',
  asks: 'Did this step of the escalation guide find the cause, and what did it do?',
  fields: {
    ...guideCellFields,
    /** Whether the look should name the cause; absent: it is measured only. */
    finds: z.boolean().optional(),
    /** What the remedy should do; absent: it is measured only. */
    effect: z.enum(guideEffects).optional(),
    step: z.number().int().nonnegative().optional(),
  },
  needs: ['requests'],
  title: ({ guide, finds, effect }) => {
    const wanted = [finds === undefined ? '' : finds ? 'finds the cause' : 'does not find the cause', effect ?? '']
    return `${guide}. ${guideSteps[guide - 1]}: ${wanted.filter(Boolean).join(', ') || 'measured'}`
  },
  judge: (reading, { finds, effect, ...spec }) => {
    const cell = guideCell(reading, spec)
    const { found, because, facts } = cell
    // Measured is only what was seen: a step that was never taken has no result, wanted or not.
    if (spec.look !== undefined && cell.finding === null)
      return inconclusive(`no observation was made: ${because}`, facts)
    const isApplied = spec.remedy === undefined || reading.remedies.some(({ step }) => step === spec.remedy)
    if (!isApplied) return inconclusive(`nothing was done: ${because}`, facts)
    if (finds !== undefined && found === null) return inconclusive(`no observation was made: ${because}`, facts)
    if (effect !== undefined && cell.effect === null) return inconclusive(because, facts)
    const wrong = [
      finds !== undefined && finds !== found && (finds ? 'it does not name the cause' : 'it names the cause'),
      effect !== undefined && effect !== cell.effect && `expected: ${effect}, measured: ${cell.effect}`,
    ].filter(Boolean)
    return wrong.length === 0 ? pass(because, facts) : fail(`${because}; ${wrong.join('; ')}`, facts)
  },
})
