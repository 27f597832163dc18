import { ask, at, type Scene, type Showing, site, statuses } from './showing.ts'

const named = (scene: Scene, inner: string) => `server { listen 127.0.0.1:${scene.site}; ${inner} }`
const first = (scene: Scene, path = '') => `proxy_pass http://${at(scene.first)}${path};`
const second = (scene: Scene, path = '') => `proxy_pass http://${at(scene.second)}${path};`
/** A file of the tests' own, as good as any. */
const file = 'nginx.conf'
const whole = '^ { return 200 all; }'

/** The rules of locations. */
export const shownLocations = {
  'path-is-decoded': {
    bad: (scene) => named(scene, `location /api/ { ${first(scene, '/v1/')} }`),
    good: (scene) => named(scene, `location /api/ { ${first(scene)} }`),
    see: async (scene) => {
      await ask(scene, '/api/a%2Fb')
      return scene.first.seen.paths
    },
    sees: { bad: ['/v1/a/b'], good: ['/api/a%2Fb'] },
  },
  'slashes-differ': {
    bad: (scene) => named(scene, `location /api/ { ${first(scene, '/v1')} } location /b { ${first(scene, '/c/')} }`),
    good: (scene) => named(scene, `location /api/ { ${first(scene, '/v1/')} } location /b { ${first(scene, '/c')} }`),
    see: async (scene) => {
      await statuses(scene, ['/api/x', '/b/x'])
      return scene.first.seen.paths
    },
    sees: { bad: ['/v1x', '/c//x'], good: ['/v1/x', '/c/x'] },
  },
  'try-files-beside-pass': {
    bad: (scene) => named(scene, `root @FOLDER@; location / { try_files $uri /x; ${first(scene)} }`),
    good: (scene) => {
      return named(scene, `root @FOLDER@; location / { try_files $uri @app; } location @app { ${first(scene)} }`)
    },
    see: async (scene) => (await ask(scene, `/${file}`)).text.slice(0, 5),
    sees: { bad: 'first', good: 'user ' },
  },
  'if-in-location': {
    bad: (scene) => named(scene, conditional('if ($arg_a) { set $b 1; }')),
    good: (scene) => named(scene, conditional('if ($arg_b) { return 403; }')),
    see: (scene) => statuses(scene, ['/x', '/x?a=1']),
    sees: { bad: [200, 404], good: [200, 200] },
    log: /open\(\) ".*\/x" failed \(2: No such file or directory\)/,
  },
  'location-not-reached': {
    bad: (scene) => named(scene, `location ~ ${whole} location ~ ^/api/ { ${first(scene)} }`),
    good: (scene) => named(scene, `location ~ ^/api/ { ${first(scene)} } location ~ ${whole}`),
    see: async (scene) => (await ask(scene, '/api/x')).text,
    sees: { bad: 'all', good: 'first' },
  },
  'root-in-locations-only': {
    bad: (scene) => named(scene, `location / { root @FOLDER@; } location /${file} { expires 1d; }`),
    good: (scene) => named(scene, `root @FOLDER@; location / { } location /${file} { expires 1d; }`),
    see: (scene) => statuses(scene, [`/${file}`]),
    sees: { bad: [404], good: [200] },
    log: new RegExp(`open\\(\\) "/usr/share/nginx/html/${file}" failed`),
  },
  'host-not-passed': {
    bad: (scene) => grouped(scene, ''),
    good: (scene) => grouped(scene, 'proxy_set_header Host $host;'),
    see: async (scene) => {
      await ask(scene, '/', { headers: { host: 'shop.test' } })
      return scene.first.seen.hosts
    },
    sees: { bad: ['web'], good: ['shop.test'] },
  },
  'body-limit-by-default': {
    bad: (scene) => site(scene, `http://${at(scene.first)}`),
    good: (scene) => site(scene, `http://${at(scene.first)}`, 'client_max_body_size 20m;'),
    see: async (scene) => (await ask(scene, '/', { method: 'POST', body: Buffer.alloc(2 ** 20 + 1) })).status,
    sees: { bad: 413, good: 200 },
    log: /client intended to send too large body: 1048577 bytes/,
  },
  'group-not-there': {
    bad: (scene) => site(scene, `http://${at(scene.first)}`, 'rewrite ^/old/(.*)$ /new/$2 break;'),
    good: (scene) => site(scene, `http://${at(scene.first)}`, 'rewrite ^/old/(.*)$ /new/$1 break;'),
    see: async (scene) => {
      await ask(scene, '/old/x')
      return scene.first.seen.paths
    },
    sees: { bad: ['/new/'], good: ['/new/x'] },
  },
  'pattern-backtracks': {
    bad: (scene) => named(scene, `location ~ ^/([a-z]+)+$ { ${first(scene)} } location / { return 404; }`),
    good: (scene) => named(scene, `location ~ ^/[a-z]+$ { ${first(scene)} } location / { return 404; }`),
    see: (scene) => statuses(scene, [`/${'a'.repeat(40)}-`]),
    sees: { bad: [500], good: [404] },
    log: /pcre2?_(exec|match)\(\) failed: -\d+ on "\/a+-" using "\^\/\(\[a-z\]\+\)\+\$"/,
  },
  'pattern-not-anchored': {
    bad: (scene) => named(scene, `location ~ /api/ { ${first(scene)} } location / { ${second(scene)} }`),
    good: (scene) => named(scene, `location ~ ^/api/ { ${first(scene)} } location / { ${second(scene)} }`),
    see: async (scene) => [(await ask(scene, '/api/x')).text, (await ask(scene, '/pages/api/x')).text],
    sees: { bad: ['first', 'first'], good: ['first', 'second'] },
  },
} as const satisfies Record<string, Showing>

const conditional = (condition: string) => `root @FOLDER@; location / { try_files $uri /${file}; ${condition} }`

const grouped = (scene: Scene, header: string) =>
  `upstream web { server ${at(scene.first)}; } ${site(scene, 'http://web', header)}`
