import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import express from 'express'
import { createClient } from 'redis'

const items = [
  { id: 1, name: 'Salt pretzel', cents: 140 },
  { id: 2, name: 'Cheese pretzel', cents: 230 },
  { id: 3, name: 'Pretzel roll', cents: 110 },
  { id: 4, name: 'Butter pretzel', cents: 190 },
]

const redis = createClient({ url: process.env.REDIS_URL })
redis.on('error', (error) => console.error('redis:', error.message))
await redis.connect()

// The card terminal's sandbox; the real one is about as fast.
const charge = (cents) => wait(80 + Math.random() * 80, { approved: cents < 100_000 })

const app = express()
app.disable('x-powered-by')
app.use(express.json())

app.get('/health', async (_req, res) => {
  await redis.ping()
  res.json({ status: 'ok', host: hostname() })
})

app.get('/api/items', async (_req, res) => {
  const sold = await redis.hGetAll('sold')
  res.json(items.map((item) => ({ ...item, sold: Number(sold[item.id] ?? 0) })))
})

app.get('/api/items/:id', async (req, res) => {
  const item = items.find(({ id }) => id === Number(req.params.id))
  if (!item) return res.status(404).json({ error: 'no such item' })
  res.json({ ...item, sold: Number((await redis.hGet('sold', String(item.id))) ?? 0) })
})

app.post('/api/orders', async (req, res) => {
  const { itemId, quantity } = req.body ?? {}
  const item = items.find(({ id }) => id === itemId)
  if (!item || !Number.isInteger(quantity) || quantity < 1 || quantity > 50) {
    return res.status(422).json({ error: 'itemId and quantity (1 to 50) are needed' })
  }
  const { approved } = await charge(item.cents * quantity)
  if (!approved) return res.status(402).json({ error: 'the card was declined' })
  const id = await redis.incr('orders:last')
  const order = { id, itemId, quantity, cents: item.cents * quantity, at: new Date().toISOString(), by: hostname() }
  await redis
    .multi()
    .set(`order:${id}`, JSON.stringify(order))
    .hIncrBy('sold', String(itemId), quantity)
    .exec()
  res.status(201).location(`/api/orders/${id}`).json(order)
})

app.get('/api/orders/:id', async (req, res) => {
  const order = await redis.get(`order:${req.params.id}`)
  if (!order) return res.status(404).json({ error: 'no such order' })
  res.type('json').send(order)
})

// Everything below is for people with a browser: they have a session.
app.use(async (req, res, next) => {
  const known = /(?:^|; )sid=([0-9a-f-]{36})/.exec(req.headers.cookie ?? '')?.[1]
  req.sid = known ?? randomUUID()
  if (!known) res.cookie('sid', req.sid, { httpOnly: true, sameSite: 'lax' })
  req.visits = await redis.incr(`session:${req.sid}`)
  await redis.expire(`session:${req.sid}`, 1800)
  next()
})

app.get('/', (req, res) => {
  const list = items.map((item) => `<li>${item.name}: ${(item.cents / 100).toFixed(2)}</li>`).join('')
  res.send(`<!doctype html><title>Pretzels</title><h1>Pretzels</h1><ul>${list}</ul><p>Your visits: ${req.visits}</p>`)
})

const server = app.listen(Number(process.env.PORT ?? 3000), () => console.log(`listening as ${hostname()}`))

process.on('SIGTERM', () => server.close(() => process.exit(0)))
