import { expect, test } from 'vitest'
import { templatePlaces, templatesOf } from '../../../../src/stack/attach/templates.ts'

const file = (path: string) => ({ path, content: Buffer.from('') })
const lying = [
  file('/etc/nginx/templates/site.conf.template'),
  file('/etc/nginx/templates/unused.conf.template'),
  file('/etc/nginx/templates/README'),
]
const proxy = { readFolder: (folder: string) => Promise.resolve(lying.filter(({ path }) => path.startsWith(folder))) }

test('a template belongs to the file that it becomes', async () => {
  const found = await templatesOf(proxy, [], (path) => path === '/etc/nginx/conf.d/site.conf')
  expect(found.map(({ rendered, file: { path } }) => [rendered, path])).toEqual([
    ['/etc/nginx/conf.d/site.conf', '/etc/nginx/templates/site.conf.template'],
  ])
})

test('the environment may say where they lie', () => {
  const env = [
    'NGINX_ENVSUBST_TEMPLATE_DIR=/tpl',
    'NGINX_ENVSUBST_TEMPLATE_SUFFIX=.in',
    'NGINX_ENVSUBST_OUTPUT_DIR=/etc/nginx',
  ]
  expect(templatePlaces(env)).toEqual({ folder: '/tpl', suffix: '.in', output: '/etc/nginx' })
})
