import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { placesOf } from '../../../src/commands/init/flags.ts'
import { told } from '../../../src/commands/init/told.ts'
import { initCommand } from '../../../src/commands/init.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { nginx, site, surveyed } from '../../support/strangers.ts'
import { said } from './said.ts'

const none = { file: [], profile: [] }

it('tells all mistakes of a command line at once, before anything is started', async () => {
  const folder = await temporaryFolder('init')
  await writeFile(join(folder, 'badgateway.yaml'), 'x')
  const text = await said(initCommand, [
    ...['init', folder, '--file', 'none.yaml', '--from-access-log', '/none.log', '--from-openapi', '/none.json'],
  ])
  expect(text).toMatch(/5 mistakes:/)
  expect(text).toMatch(/--file none\.yaml: no such file in/)
  expect(text).toMatch(/--from-access-log \/none\.log: no such file/)
  expect(text).toMatch(/--from-openapi \/none\.json: no such file/)
  expect(text).toMatch(/both say what users ask for/)
  expect(text).toMatch(/badgateway\.yaml is there already/)
})

it('names the files that Compose takes, from where badgateway.yaml lies', async () => {
  const folder = await temporaryFolder('init')
  await writeFile(join(folder, 'docker-compose.yml'), '')
  await writeFile(join(folder, 'docker-compose.override.yml'), '')
  await mkdir(join(folder, 'deep'))
  const places = (out: string) => placesOf('.', { ...none, out }, { cwd: folder }).named
  expect(places('badgateway.yaml')).toEqual(['docker-compose.yml', 'docker-compose.override.yml'])
  expect(places('deep/badgateway.yaml')).toEqual(['../docker-compose.yml', '../docker-compose.override.yml'])
  await writeFile(join(folder, 'compose.yaml'), '')
  expect(places('badgateway.yaml')).toEqual(['compose.yaml'])
})

it('fits what was understood into 100 columns, and nothing in it is a command', () => {
  const odd = '\u001b[31m::error::'.repeat(20)
  const survey = surveyed({
    services: { edge: nginx, api: { scale: 2, healthcheck: ['CMD-SHELL', `curl localhost:3000/${odd}`] } },
    nginx: { edge: site('location / { proxy_pass http://api:3000; } location /x { proxy_pass http://far.example; }') },
  })
  const { project } = survey
  expect(project).toBeDefined()
  if (!project) return
  const text = told({ ...survey, project, notes: [odd] }, 200)
  expect(text).toMatch(/^proxy +edge: http 80/m)
  expect(text).toMatch(/^upstream api +api/m)
  expect(text).toMatch(/never touched +far\.example:80/)
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  expect(text).not.toContain('\u001b')
})
