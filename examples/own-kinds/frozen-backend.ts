import { defineScenario } from 'badgateway'
import { frozenService, frozenServices, thawedWithin, thawService } from './kinds.ts'
import { freezes } from './reporter.ts'

/** A scenario that brings its own kinds along: an editor knows their fields as it knows those of badgateway's. */
export default defineScenario({
  kinds: [frozenService, thawService, frozenServices, thawedWithin, freezes],
  name: 'frozen-backend',
  title: 'A backend that stands still',
  summary: 'The only web server accepts connections and answers none of them, until it is resumed.',
  report: {
    rootCause: 'All processes of the web server stood still.',
    impact: 'Pages time out.',
    lessons: ['Ask the engine for the state of a container before restarting it'],
  },
  clock: { steadyFrom: '09:55', start: '10:00', end: '10:12' },
  stack: { web: 1, api: 1 },
  load: { users: { ratePerS: 25, users: 50, timeout: '2s', mix: [{ path: '/' }] } },
  story: [
    { at: '10:00', look: { kind: 'frozen-services' }, finds: 'none frozen' },
    { at: '10:01', fault: { kind: 'frozen-service', service: 'web-1' }, as: 'the freeze' },
    { at: '10:05', look: { kind: 'frozen-services' }, finds: 'some frozen' },
    { at: '10:06', remedy: { kind: 'thaw-service', service: 'web-1' }, as: 'the thaw', expect: 'cures' },
    { at: '10:12', recovered: { within: '10s', hold: '2s' } },
  ],
  checks: [{ kind: 'thawed-within', withinMs: 30_000 }],
  variants: { 'as-it-happened': { title: 'Found by a probe, and resumed' } },
})
