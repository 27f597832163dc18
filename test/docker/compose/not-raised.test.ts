// @group light 40s
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { inScope } from '../../../src/cleanup/index.ts'
import { raiseProject, readProject } from '../../../src/compose/index.ts'
import { findOurs } from '../../../src/engine/ours.ts'
import { composeMajors, composeOf } from '../../support/compose-tools.ts'
import { writeTree } from '../../support/docker-folder.ts'
import { baseImage, realEngine } from '../../support/doomed.ts'
import { temporaryFolder } from '../../support/folder.ts'

const sleeps = ['sleep', '1000']
const isReady = { condition: 'service_healthy' }
/** Nothing listens there, and nothing leaves this machine. */
const nowhere = '127.0.0.1:1/none:1'

interface Trial {
  services: object
  files?: Record<string, string>
  code: string
  message: RegExp
}

const trials: Record<string, (image: string) => Trial> = {
  'a service that ends': (image) => ({
    services: { api: { image, command: ['sh', '-c', 'echo "no database"; exit 3'] } },
    code: 'SERVICE_NOT_READY',
    message: /^Service api \(container 1\) of the Compose project ended with 3. Its last words: no database$/,
  }),
  'a service that others wait for and that is never healthy': (image) => ({
    services: {
      api: {
        image,
        command: ['sh', '-c', 'printf "\\033[2J\\n::error::no disk\\n"; exec sleep 1000'],
        healthcheck: { test: 'false', interval: '1s', retries: 1 },
      },
      edge: { image, command: sleeps, depends_on: { api: isReady } },
    },
    code: 'SERVICE_NOT_READY',
    message:
      /^Service api \(container 1\) .* is unhealthy, as its healthcheck says. Its last words: +\[2J \| \\x3a:error::no disk$/,
  }),
  'an image that is nowhere': (image) => ({
    services: { api: { image, command: sleeps }, edge: { image: nowhere } },
    code: 'IMAGE_MISSING',
    message: /neither built, nor here, nor pulled: 127\.0\.0\.1:1\/none:1 of service edge \(/,
  }),
  'a build that fails': (image) => ({
    services: { api: { build: './api' } },
    files: { 'api/Dockerfile': `FROM ${image}\nRUN echo about to fail && exit 7\n` },
    code: 'IMAGE_BUILD_FAILED',
    message: /^Compose cannot build api: .*7/,
  }),
}

describe.each(composeMajors)('with Compose %i', (major) => {
  test.each(Object.keys(trials))('%s is named, and nothing is left', async (name) => {
    const { services, files = {}, code, message } = trials[name]?.(await baseImage()) ?? { services: {} }
    const engine = await realEngine()
    const { tool, env } = await composeOf(major)
    const folder = await temporaryFolder(`none-${randomBytes(3).toString('hex')}`)
    await writeTree(folder, { 'compose.yaml': JSON.stringify({ services }), ...files })
    const project = await readProject(tool, { folder, env })
    await inScope(engine, async ({ runId, labels }) => {
      const raising = raiseProject(tool, project, { engine, labels, proxyServices: [], say: () => undefined })
      await expect(raising).rejects.toMatchObject({ code, message: expect.stringMatching(message ?? /^$/) })
      expect(await findOurs(engine.docker, runId)).toEqual([])
    })
    expect(await readdir(folder)).toEqual([...(files['api/Dockerfile'] ? ['api'] : []), 'compose.yaml'])
  })
})
