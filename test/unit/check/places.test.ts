import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { budgetPath } from '../../../src/check/budgets.ts'
import { readOnDisk } from '../../../src/check/on-disk.ts'
import { placesOf } from '../../../src/check/places.ts'
import { planned } from '../../support/cell.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quarry } from '../../support/quarry.ts'

const expectations = {
  default: { failedAtMost: 0.05, alertWithin: 30_000 },
  modes: { refuse: { failedAtMost: 0.02, recoveredWithin: 5_000 } },
  targets: { granite: { failedAtMost: 0.01 }, constructor: { p95AtMost: 1_000 } },
}

test.each([
  ['failed-share', ['expect', 'targets', 'granite', 'failedAtMost']],
  ['recovered', ['expect', 'modes', 'refuse', 'recoveredWithin']],
  ['told-within', ['expect', 'default', 'alertWithin']],
  ['answer-time', undefined],
  ['look-finds', undefined],
  ['constructor', undefined],
])('the budget that %s holds a cell to is the stricter one', (check, path) => {
  expect(budgetPath(expectations, { mode: 'refuse', target: 'granite', check })).toEqual(path)
})

const yaml = `stack: { compose: [ compose.yaml ] }
expect:
  targets:
    granite: { failedAtMost: 1% }
`

async function project() {
  const folder = await temporaryFolder('places')
  const file = join(folder, 'badgateway.yaml')
  const conf = join(folder, 'nginx.conf')
  await writeFile(file, yaml)
  await writeFile(
    conf,
    'http {\n  upstream stone { server granite:3000; server basalt:3000; }\n  server {\n' +
      '    location / {\n      proxy_next_upstream off;\n      proxy_pass http://stone;\n    }\n  }\n}\n',
  )
  await writeFile(join(folder, 'badgateway.snapshot.json'), '{\n  "cells": {\n    "refuse/granite": {}\n  }\n}\n')
  const config = '/etc/nginx/nginx.conf'
  const mounts = [{ kind: 'bind' as const, source: conf, target: config, readOnly: true }]
  const onDisk = await readOnDisk({ mounts }, quarry(''), config)
  const expect = { targets: { granite: { failedAtMost: 0.01 } } }
  return { folder, places: await placesOf({ file, expect, onDisk }), bare: await placesOf({ file }) }
}

test('the directive stands in the file that Compose binds, and nowhere without one', async () => {
  const { folder, places, bare } = await project()
  const of = (directive: string | null, group: string | null = 'stone') => ({ planned: planned({ group }), directive })
  expect(places.directive(of('proxy_next_upstream'))).toEqual({ file: join(folder, 'nginx.conf'), line: 5 })
  expect(places.directive(of(null))).toBeUndefined()
  expect(places.directive(of('proxy_next_upstream', null))).toBeUndefined()
  expect(bare.directive(of('proxy_next_upstream'))).toBeUndefined()
})

test('a budget and an entry of the snapshot stand on their lines, or at the top of the file', async () => {
  const { folder, places, bare } = await project()
  const file = join(folder, 'badgateway.yaml')
  const cell = { planned: planned({ target: 'granite' }) }
  expect(places.budget(cell, 'failed-share')).toEqual({ file, line: 4 })
  expect(places.budget(cell, 'look-finds')).toEqual({ file, line: 2 })
  const entry = { file: join(folder, 'badgateway.snapshot.json'), line: 3 }
  expect(bare.snapshot({ cell: 'refuse/granite' })).toEqual(entry)
  expect(bare.snapshot({ cell: 'stop/granite' })).toEqual({ file, line: 1 })
})
