import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '../../../../docker/proxy/wait-for-names.sh')
const run = promisify(execFile)

describe('wait-for-names', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'names-'))
    await mkdir(join(folder, 'conf.d'))
    await mkdir(join(folder, 'bin'))
    const upstreams = [
      'upstream web {',
      '  server web-1:8080;',
      '  server web-2:8080 max_fails=3;',
      '  server 10.0.0.1:8080;',
      '  server unix:/run/app.sock;',
      '}',
      'server {',
      '  listen 8080;',
      '}',
    ]
    await writeFile(join(folder, 'conf.d/upstreams.conf'), upstreams.join('\n'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** A resolver that writes down what it is asked and goes by a shell test. */
  async function resolver(test: string): Promise<void> {
    const path = join(folder, 'bin/getent')
    await writeFile(path, `#!/bin/sh\necho "$2" >> ${folder}/asked\n${test}\n`)
    await chmod(path, 0o755)
  }

  const wait = (waitMs: string) =>
    run('sh', [script, 'sh', '-c', `echo started; sort -u ${folder}/asked`], {
      env: { PATH: `${folder}/bin:${process.env['PATH']}`, NGINX_FOLDER: folder, WAIT_FOR_NAMES_MS: waitMs },
    })

  it('asks for the hosts of the configuration, and for nothing else', async () => {
    await resolver('exit 0')
    expect(await wait('1000')).toEqual({ stdout: 'started\nweb-1\nweb-2\n', stderr: '' })
  })

  it('waits until the last one resolves', async () => {
    await resolver(`[ "$2" = web-1 ] || [ $(wc -l < ${folder}/asked) -gt 6 ]`)
    expect(await wait('5000')).toMatchObject({ stdout: 'started\nweb-1\nweb-2\n', stderr: '' })
  })

  it('starts without a name that never resolves, and names it', async () => {
    await resolver('[ "$2" = web-1 ]')
    const { stdout, stderr } = await wait('0')
    expect(stdout).toContain('started')
    expect(stderr).toBe('wait-for-names: web-2 does not resolve, starting without it\n')
  })
})
