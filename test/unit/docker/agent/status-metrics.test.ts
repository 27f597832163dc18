import { expect, test } from 'vitest'
import { parseStubStatus, StatusMetrics } from '../../../../docker/agent/status-metrics.ts'

const page = (accepted: number, active: number) =>
  `Active connections: ${active} \nserver accepts handled requests\n ${accepted} ${accepted} 90 \n` +
  `Reading: 0 Writing: ${active - 1} Waiting: 1 \n`

const seriesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

test('connections are told under the names of the exporters', async () => {
  const answers = [page(7, 3), page(9, 2), page(1, 1)]
  const metrics = new StatusMetrics(() => Promise.resolve(answers.shift() ?? ''))
  await metrics.refresh()
  await metrics.refresh()
  const second = seriesOf(await metrics.text())
  expect(second).toContain('nginx_connections_accepted 9')
  expect(second).toContain('nginx_connections_active 2')
  expect(second).toContain('nginx_http_connections{state="waiting"} 1')
  await metrics.refresh()
  expect(seriesOf(await metrics.text())).toContain('nginx_connections_handled 1')
})

test('a proxy that does not answer, or says something else, has no connections to tell of', async () => {
  const metrics = new StatusMetrics(() => Promise.reject(new Error('refused')))
  await metrics.refresh()
  expect(await metrics.text()).toBe('')
  expect(parseStubStatus('<html>404</html>')).toBeNull()
})

test('one question is open at a time', async () => {
  const open = Promise.withResolvers<string>()
  let asked = 0
  const metrics = new StatusMetrics(() => {
    asked += 1
    return open.promise
  })
  const both = [metrics.refresh(), metrics.refresh()]
  open.resolve(page(1, 1))
  await Promise.all(both)
  expect(asked).toBe(1)
})
