import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { probing } from '../../../support/probing.ts'
import { fakeView } from '../../../support/view.ts'

const upstreamsFile = '/etc/nginx/conf.d/upstreams.conf'

const probe = probeFor({ kind: 'connections', service: 'proxy' })

/** What is found when `server` lines read so, and these are dead. */
async function finds(change: (text: string) => string, dead: readonly string[] = []) {
  const stack = fakeStack()
  for (const name of dead) stack.dead.add(name)
  const proxy = stack.service('proxy')
  const [file] = await proxy.readFiles([upstreamsFile])
  await proxy.writeFiles([{ path: upstreamsFile, content: Buffer.from(change(String(file?.content))) }])
  probing(stack, 'proxy')
  return await probe.look(fakeView({ stack }))
}

test('every server answers, in the configuration as in the shop', async () => {
  const { finding, because } = await finds((text) => text)
  expect(finding).toBe('all answer')
  expect(because).toBe('web-1:8080 status 200, web-2:8080 status 200, api-1:8080 status 200, api-2:8080 status 200')
})

test.each([
  ['some do not answer', (text: string) => text.replace('web-1:8080', 'web-1:8090'), []],
  ['some do not answer', (text: string) => text, ['api-2']],
  ['none answers', (text: string) => text, ['web-1', 'web-2', 'api-1', 'api-2']],
  ['servers are not in the configuration', (text: string) => text.replace(/ {2}server api-2:8080;\n/, ''), []],
])('%s', async (finding, change, dead) => {
  expect((await finds(change, dead)).finding).toBe(finding)
})
