import type { BackendRelease } from '../../src/shop/index.ts'
import { serveShop } from '../backend/serve.ts'
import { personalPages } from './personal-pages.ts'

const name: BackendRelease = '1.9.0'
await serveShop({ name, web: personalPages() }, process)
