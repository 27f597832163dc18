import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { counted } from '../../kit/figures.ts'
import { showBounds } from '../bounds.ts'
import { type Answer, defineCheck, fail, inconclusive, pass, stepNumber } from '../check.ts'
import type { Reading } from '../reading.ts'

const count = z.number().int().nonnegative()

/** By the engine's own events: nobody else knows who killed a process and who started it again. */
export const crashes = defineCheck({
  kind: 'crashes',
  about: 'behaviour',
  time: 'none',
  asks: 'How often was each server killed for its memory, and started again by the engine?',
  fields: {
    services: z.array(z.string().min(1)).min(1),
    atLeast: count.optional(),
    atMost: count.optional(),
    step: stepNumber.optional(),
  },
  refuse: ({ services }, { services: known, mayGrow }) => {
    const absent = services.filter((name) => !mayGrow && !known.includes(name))
    return absent.map((name) => ({ path: 'services', value: name, what: `there is no '${name}'` }))
  },
  title: ({ services, atLeast, atMost }) => {
    const times = showBounds({ atLeast, atMost }, (n) => `${n} times`)
    return `${services.join(', ')}: killed for memory, and started again, ${times}`
  },
  judge: (reading, { services, ...bounds }) => services.map((service) => judgeOne(reading, service, bounds)),
})

interface Bounds {
  atLeast?: number | undefined
  atMost?: number | undefined
}

function judgeOne({ facts, storyToT }: Reading, service: string, { atLeast, atMost }: Bounds): Answer {
  const events = factsOf(facts, 'service-event')
  if (events.length === 0) return inconclusive('no event of the engine was heard')
  if (atLeast === undefined && atMost === undefined) return inconclusive('the check names no bound')
  const own = events.filter((event) => event.service === service && event.t <= storyToT)
  const starts = own.flatMap((event, index) => {
    const before = own.slice(0, index).findLast(({ action }) => action === 'die' || action === 'start')
    const life = own.slice(before ? own.indexOf(before) : 0, index)
    // Whoever stops a container tells it so first; the engine starts by itself what ended by itself.
    return event.action === 'start' && before?.action === 'die' && !life.some(isAsked) ? [event] : []
  })
  const kills = own.filter(({ action }) => action === 'oom')
  const numbers = [...kills, ...starts].map((event) => event.n)
  const restarts = `${counted(starts.length, 'restart')} by the engine`
  const because = `${service}: ${counted(kills.length, 'out-of-memory kill')}, ${restarts}`
  const least = Math.min(kills.length, starts.length)
  if (atLeast !== undefined && least < atLeast) return fail(`${because}: less than expected`, numbers)
  const most = Math.max(kills.length, starts.length)
  return atMost !== undefined && most > atMost ? fail(`${because}: more than allowed`, numbers) : pass(because, numbers)
}

const isAsked = ({ action }: { action: string }) => action === 'stop' || action === 'restart'
