import { describe, expect, it } from 'vitest'
import {
  figureOf,
  isKept,
  type Met,
  quantileOf,
  requestsFor,
  type Threshold,
  thresholdOf,
} from '../../../../src/kit/thresholds/thresholds.ts'

const read = (metric: string, is: string): Threshold => {
  const found = thresholdOf(metric, is)
  return 'because' in found ? expect.unreachable(found.because) : found
}

const met: Met = {
  seconds: 10,
  planned: 1_000,
  requests: 990,
  failed: 90,
  served: 900,
  buckets: [
    { ms: 10, count: 900 },
    { ms: 100, count: 89 },
    { ms: 400, count: 1 },
  ],
}

describe("thresholds in k6's words", () => {
  it.each([
    ['http_req_duration', 'p(95)<300', 100],
    ['http_req_duration', 'p(99.9) <= 300', 400],
    ['http_req_duration', 'med<300', 10],
    ['http_req_duration', 'min>1', 10],
    ['http_req_duration', 'max<500', 400],
    ['http_req_duration', 'avg<20', (900 * 10 + 89 * 100 + 400) / 990],
    ['http_req_failed', 'rate<0.01', 90 / 990],
    ['http_reqs', 'rate>100', 99],
    ['http_reqs', 'count>=990', 990],
    ['goodput', 'rate>0.99', 0.9],
  ])('%s %s is about %d', (metric, is, figure) => {
    expect(figureOf(read(metric, is), met)).toBeCloseTo(figure, 9)
  })

  it.each([
    ['http_req_duration', 'p(95)<100', false],
    ['http_req_duration', 'p(95)<=100', true],
    ['http_req_duration', 'p(95)>99', true],
    ['http_req_duration', 'p(95)>=101', false],
    ['http_reqs', 'count==990', true],
    ['http_reqs', 'count===991', false],
    ['http_reqs', 'count!=990', false],
  ])('%s %s is kept: %s', (metric, is, kept) => {
    const threshold = read(metric, is)
    expect(isKept(threshold, figureOf(threshold, met) ?? expect.unreachable())).toBe(kept)
  })

  it.each([
    ['http_req_waiting', 'p(95)<300', 'http_req_waiting is not known'],
    ['http_req_durations', 'p(95)<300', "Did you mean 'http_req_duration'"],
    ['http_req_duration{status:200}', 'p(95)<300', 'a part of the requests (tags) is not known'],
    ['http_req_duration', 'rate<300', 'rate of it is not known. There are: p(N), med, avg, min, max'],
    ['http_req_failed', 'p(95)<0.1', 'There are: rate'],
    ['http_reqs', 'fast', "'fast' is no threshold: write e.g. rate>100"],
    ['http_req_duration', 'p(100)<300', 'is no threshold'],
    ['constructor', 'rate<1', 'constructor is not known'],
  ])('%s %s is refused by name', (metric, is, because) => {
    expect(thresholdOf(metric, is)).toMatchObject({ because: expect.stringContaining(because) })
  })

  it('rest on a hundred requests above each percentile', () => {
    expect([50, 95, 99, 99.9].map((rank) => requestsFor(read('http_req_duration', `p(${rank})<1`)))).toEqual([
      200, 2_000, 10_000, 100_000,
    ])
    expect(requestsFor(read('http_req_failed', 'rate<0.1'))).toBe(100)
  })

  it('have no figure where nothing was asked, or nothing is known', () => {
    expect(figureOf(read('http_reqs', 'rate>1'), { ...met, requests: 0 })).toBeNull()
    expect(figureOf(read('http_req_duration', 'avg<1'), { ...met, buckets: [] })).toBeNull()
    expect(quantileOf([], 0.95)).toBeNull()
  })
})
