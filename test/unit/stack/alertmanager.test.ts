import { expect, test } from 'vitest'
import type { Agent } from '../../../src/protocol/agent-types.ts'
import { alertmanagerOf, notifiedIn } from '../../../src/stack/alertmanager.ts'
import { fakeStack } from '../../support/fake-stack.ts'

type Request = Parameters<Agent['forward']>[0]

function asking(body: string, status = 200) {
  const asked: Request[] = []
  const forward = (request: Request) => {
    asked.push(request)
    return Promise.resolve({ status, headers: {}, body, ms: 1 })
  }
  const place = { service: 'pager', port: 9093, prefix: '/am', isSecure: true, authorization: 'Bearer abc' } as const
  return { asked, alertmanager: alertmanagerOf({ ...fakeStack().agent, forward }, place) }
}

test('it is asked below its prefix, by TLS and as somebody, and says whom an alert is for', async () => {
  const held = {
    ...{
      fingerprint: 'f',
      labels: { alertname: 'A' },
      startsAt: '2026-12-01T10:00:00Z',
      receivers: [{ name: 'staff' }],
    },
    status: { state: 'suppressed', silencedBy: ['s'] },
  }
  const { asked, alertmanager } = asking(JSON.stringify([held]))
  expect(await alertmanager.alerts()).toEqual([
    { ...held, annotations: {}, status: { ...held.status, inhibitedBy: [] } },
  ])
  expect(asked[0]).toMatchObject({
    ...{ host: 'pager', port: 9093, path: '/am/api/v2/alerts', secure: true },
    headers: { authorization: 'Bearer abc' },
  })
})

test('what it answers otherwise is an error of the monitoring', async () => {
  await expect(asking('<html>').alertmanager.alerts()).rejects.toMatchObject({ code: 'MONITOR_FAILED' })
  await expect(asking('no', 403).alertmanager.alerts()).rejects.toThrow('Alertmanager answers 403: no')
  expect(await asking('no', 403).alertmanager.notified()).toBeUndefined()
  const text = JSON.stringify({ config: { original: 'route: {}' } })
  expect(await asking(text).alertmanager.configuration()).toBe('route: {}')
})

test('notifications are those of all integrations together', () => {
  const metrics = `# HELP alertmanager_notifications_total x
alertmanager_notifications_total{integration="email"} 2
alertmanager_notifications_total{integration="webhook"} 1e+01
alertmanager_notification_requests_total{integration="email"} 3
alertmanager_notification_requests_total{integration="webhook"} 12
alertmanager_notification_requests_failed_total{integration="webhook"} 4
`
  expect(notifiedIn(metrics)).toEqual({ begun: 12, reached: 11, failed: 4 })
  expect(notifiedIn('alertmanager_notifications_total 3\n')).toBeUndefined()
})
