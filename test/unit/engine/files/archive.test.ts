import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { packFiles, repackFolder, unpackFiles, unpackFolder } from '../../../../src/engine/files/archive.ts'

test('what is packed is unpacked, by the names in the archive', async () => {
  const content = Buffer.from('x')
  const owned = { mode: 0o640, uid: 33, gid: 34 }
  const packed = await packFiles([
    { path: '/a/b.conf', content },
    { path: '/a/own.conf', content, owned },
  ])
  expect(await unpackFiles(Readable.from([packed]))).toEqual([
    { name: 'a/b.conf', content, owned: { mode: 0o644, uid: 0, gid: 0 } },
    { name: 'a/own.conf', content, owned },
  ])
})

test("a folder's files and links have their paths in the container; what else lies there has none", async () => {
  const archive = pack()
  archive.entry({ name: 'sites-enabled/', type: 'directory' })
  archive.entry({ name: 'sites-enabled/own' }, 'server {}')
  archive.entry({ name: 'sites-enabled/near', type: 'symlink', linkname: '../sites-available/near' })
  archive.entry({ name: 'sites-enabled/far', type: 'symlink', linkname: '/srv/far' })
  archive.entry({ name: 'sites-enabled/pipe', type: 'fifo' })
  archive.finalize()
  expect(await unpackFolder(Readable.from([await buffer(archive)]), '/etc/nginx/sites-enabled')).toEqual([
    { path: '/etc/nginx/sites-enabled/own', content: Buffer.from('server {}') },
    { path: '/etc/nginx/sites-enabled/near', link: '/etc/nginx/sites-available/near' },
    { path: '/etc/nginx/sites-enabled/far', link: '/srv/far' },
  ])
})

test('a folder is packed again with its links and owners, without what is left out', async () => {
  const archive = pack()
  archive.entry({ name: 'nginx/', type: 'directory' })
  archive.entry({ name: 'nginx/own', uid: 33, mode: 0o600 }, 'a')
  archive.entry({ name: 'nginx/near', type: 'symlink', linkname: 'own' })
  archive.entry({ name: 'nginx/mounted/x' }, 'theirs')
  archive.finalize()
  const again = extract()
  const packed = await repackFolder(Readable.from([await buffer(archive)]), '/etc/nginx', (path) =>
    path.startsWith('/etc/nginx/mounted'),
  )
  Readable.from([packed]).pipe(again)
  const found: unknown[] = []
  for await (const entry of again) {
    const { name, type, uid, mode, linkname } = entry.header
    found.push([name, type, uid, mode, linkname, String(await buffer(entry))])
  }
  expect(found).toEqual([
    ['nginx/', 'directory', 0, 0o755, null, ''],
    ['nginx/own', 'file', 33, 0o600, null, 'a'],
    ['nginx/near', 'symlink', 0, expect.any(Number), 'own', ''],
  ])
})
