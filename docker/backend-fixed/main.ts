import type { BackendRelease } from '../../src/shop/index.ts'
import { serveShop } from '../backend/serve.ts'
import { personalPages } from '../backend-next/personal-pages.ts'

const name: BackendRelease = '1.9.1'
await serveShop({ name, web: personalPages({ tickets: false }) }, process)
