import { describe, expect, it } from 'vitest'
import { gateCode } from '../../../../src/commands/gate/action.ts'
import { gateAskedOf, repeatedGate } from '../../../../src/commands/gate/flags.ts'
import { comparisonLines, gateMarkdown, gateText } from '../../../../src/commands/gate/told.ts'
import { parseProject, usualGate } from '../../../../src/project/index.ts'

const project = (gate: object) =>
  parseProject(
    { proxy: { service: 'edge' }, upstreams: { api: { servers: ['api'], port: 3000 } }, gate },
    'badgateway.yaml',
  ).gate ?? expect.unreachable()
const none = { threshold: [], out: 'runs' }

describe('what a gate asks', () => {
  it('is what the file says, or its defaults', () => {
    const { thresholds, share, spikeTimes } = gateAskedOf(none, usualGate())
    expect(thresholds.map(({ metric, is }) => `${metric}: ${is}`)).toEqual([
      'http_req_duration: p(95)<500',
      'http_req_duration: p(99)<1000',
      'http_req_failed: rate<0.01',
      'goodput: rate>0.99',
    ])
    expect({ share, spikeTimes }).toEqual({ share: 0.5, spikeTimes: 1.8 })
  })

  it("may be written as k6's scripts have it", () => {
    const written = { http_req_failed: [{ threshold: 'rate<0.05', abortOnFail: true }], http_reqs: ['rate>100'] }
    expect(gateAskedOf(none, project({ thresholds: written })).thresholds).toEqual([
      { metric: 'http_req_failed', is: 'rate<0.05', abortOnFail: true },
      { metric: 'http_reqs', is: 'rate>100' },
    ])
  })

  it.each([
    [{ http_req_waiting: ['p(95)<300'] }, /gate\.thresholds\.http_req_waiting\.0: http_req_waiting is not known/],
    [{ http_req_failed: [{ threshold: 'rate<1', delayAbortEval: '10s' }] }, /delayAbortEval/],
  ])('is refused by name where it cannot be known: %j', (thresholds, message) => {
    expect(() => project({ thresholds })).toThrow(message)
  })

  it('is what is typed rather than what the file says, and all mistakes are told at once', () => {
    const file = project({ rate: 10, step: '9s' })
    const typed = { ...none, threshold: ['http_req_duration=p(95)<300'], rate: '20', share: '30%' }
    expect(gateAskedOf(typed, file)).toMatchObject({
      thresholds: [{ metric: 'http_req_duration', is: 'p(95)<300' }],
      ratePerS: 20,
      share: 0.3,
      stepMs: 9_000,
    })
    const wrong = { ...none, threshold: ['p(95)<300', 'http_reqs=avg>1'], spike: '1', step: 'soon' }
    expect(() => gateAskedOf(wrong, file)).toThrow(/4 mistakes:[\s\S]*names no metric|avg[\s\S]*--spike[\s\S]*--step/)
  })

  it('is asked again by the same command', () => {
    const typed = { ...none, threshold: ['http_reqs=rate>1'], against: 'main', longestStep: '9s' }
    expect(repeatedGate('shop', typed)).toBe(
      "npx badgateway gate shop --threshold 'http_reqs=rate>1' --longest-step 9s --against main",
    )
  })
})

const end = {
  knee: { ratePerS: 400, above: 'budgets' as const, because: '400/s keeps the budgets; 450/s does not: p95' },
  steps: [{ ratePerS: 400, status: 'kept' as const, because: 'p(95)<300: 12 ms' }],
  ratePerS: 200,
  stages: [{ name: 'reload', about: 'reload \u001b[2J edge', status: 'fail' as const, because: ['rate<0.01: 3 %'] }],
  left: [{ name: 'rolling-api', because: 'api has one server' }],
}
const comparison = {
  names: ['v1', 'this folder'] as const,
  ratePerS: 200,
  unclear: [],
  exitCode: 0 as const,
  differences: [
    {
      share: 0.95,
      of: 'a typical second' as const,
      wasMs: 100,
      isMs: 103,
      slowerBy: 0.03,
      interval: [-0.02, 0.08] as const,
      smallestSeen: 0.07,
      verdict: 'no difference seen' as const,
    },
  ],
}

describe('what a gate tells', () => {
  it('is the knee, each stage, what was left out, and whether it is slower', () => {
    const text = gateText({ end, comparison, exitCode: 1 }, false)
    expect(text).toContain('✗ FAIL: 0 of 1 stages kept all thresholds at 200/s')
    expect(text).toContain('rolling-api was not played: api has one server')
    expect(text).not.toContain('\u001b')
    const [line] = comparisonLines(comparison)
    expect(line).toContain('no difference seen: 100.0 ms on v1, 103.0 ms on this folder')
    expect(line).toContain('this run could have seen 7 %')
    expect(gateMarkdown({ end, comparison, exitCode: 1 })).toContain('| 400/s | kept |')
  })

  it('ends with the worse of both exit codes', () => {
    const gated = (exitCode: 0 | 1 | 2 | 3 | 4, other: 0 | 1 | 2 | 3) => ({
      end: { ...end, variants: [], exitCode },
      comparison: { ...comparison, exitCode: other },
    })
    expect(gateCode(gated(0, 1))).toBe(1)
    expect(gateCode(gated(2, 1))).toBe(1)
    expect(gateCode(gated(4, 1))).toBe(4)
    expect(gateCode(gated(0, 0))).toBe(0)
    expect(gateCode({ ...gated(2, 0), comparison: undefined })).toBe(2)
  })
})
