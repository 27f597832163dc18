import { defineScenario } from '../../src/index.ts'
import {
  causeAlert,
  deviations,
  downAlert,
  downFires,
  dropAlert,
  dropFires,
  everybody,
  halfPurged,
  isBack,
  limitMb,
  list,
  logsTell,
  noTraffic,
  notTheCause,
  outgrown,
  overload,
  overloadByFewer,
  pageIs,
  prevented,
  product,
  purged,
  raised,
  restored,
  unnoticed,
  upToTheLogs,
  usersReport,
} from './_memory-overload.ts'

/**
 * Incident report "502 Bad Gateway Error", 15 March 2023, 14:30 to 15:05: a critical microservice dies of its memory
 * limit, and once it is well again the proxy's cache goes on serving the errors of the outage.
 */
export default defineScenario({
  name: 'memory-overload-stale-cache',
  title: 'The microservice that was well again, and the site that was not',
  summary:
    'A critical microservice met its memory limit and was killed, again after its restart. Once it had more memory ' +
    "it was well, and users still got 502: the proxy's cache had kept the errors. Clearing it restored the site.",
  report: {
    date: '2023-03-15',
    rootCause:
      'An unresponsive microservice due to memory overload, made worse by outdated caching, which kept the site from ' +
      'serving users even after the service was restored.',
    impact: 'Users got 502 Bad Gateway from 14:30 to 15:05.',
    lessons: [
      'Monitor service health and resource usage, so that a problem is known before it is an outage',
      'Test regularly under load that services can handle peak traffic',
      'Review the caching strategy, so that a stale cache does not reach users during disruptions',
    ],
    deviations,
  },
  clock: { steadyFrom: '14:08', start: '14:12', end: '15:05' },
  // One critical microservice: one server, below a program that outlives it, as a pod keeps its address.
  stack: { web: 2, api: 1, apiMemoryMb: limitMb, supervised: true, overlays: ['cached'] },
  load: {
    users: {
      ratePerS: 50,
      users: 50,
      timeout: '8s',
      // The pages are kept by the cache, and all but the first come from the API; orders are never kept.
      mix: [
        { weight: 1, path: '/' },
        { weight: 6, path: list },
        { weight: 2, path: product },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
  },
  causeAlerts: [causeAlert],
  story: [
    overload,
    usersReport,
    dropFires,
    downFires,
    ...upToTheLogs,
    {
      at: '14:46',
      look: { kind: 'missing-alert', alert: causeAlert },
      finds: 'missing',
      title: 'No warning: the alert that would have fired before the kill did not exist',
    },
    raised('14:50', 'no effect', 'Its memory is raised and it is restarted: users see no difference'),
    isBack('14:55'),
    pageIs('14:55', list, 'cached error', 'The site is broken all the same, by its cache, which holds the 502'),
    purged('15:00', 'all', "The web server's cache is cleared"),
    pageIs('15:03', list, 'fresh', 'Content is fresh again'),
    restored('15:05'),
  ],
  checks: [
    ...everybody,
    { kind: 'on-time' },
    { kind: 'outage-begins', from: '14:25', to: '14:32' },
    { kind: 'failed-with', as: 'http_502', atLeast: 0.9 }, // Nginx is restarted for the purge: that is refusals.
    // From 14:25 or later to the purge at 15:00, which the clock gives three minutes.
    { kind: 'outage-length', atLeastMinutes: 25, atMostMinutes: 45 },
    { kind: 'recovery-gap', atLeastMs: 2_000 },
    { kind: 'no-other-alert', allow: [dropAlert, downAlert, noTraffic] },
    { kind: 'alerts-over' },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
    'outdated-content': {
      title: 'The same, and one page is kept for an hour, because it says so itself',
      stack: { overlays: ['cached', 'outdated'] },
      story: [
        overloadByFewer,
        usersReport,
        dropFires,
        downFires,
        pageIs('14:31', product, 'stale but good', 'The page of a product is still there: an old copy'),
        ...upToTheLogs,
        raised('14:50', 'no effect', 'Its memory is raised and it is restarted: users see no difference'),
        isBack('14:55'),
        pageIs('14:55', list, 'cached error', 'The list of products is the 502 of the outage'),
        pageIs('14:56', product, 'outdated', "The product's page is what it was before the outage"),
        purged('15:00', { prefix: '/api/' }, 'Everything of the API is cleared from the cache'),
        pageIs('15:03', product, 'fresh', 'Content is fresh again'),
        restored('15:05'),
      ],
    },
    'with-measures': {
      title: 'With all three measures',
      measures: ['load-test', 'memory-alerts', 'caching-strategy'],
      end: outgrown,
      story: prevented,
      // The alert may tell of a copy that the load test runs into its limit.
      checks: [...unnoticed, { kind: 'no-other-alert', allow: [causeAlert] }],
    },
    'memory-alerts': {
      title: 'Only: an alert on memory before the kernel takes it',
      measures: ['memory-alerts'],
      end: '14:47',
      story: [
        overload,
        {
          at: '14:12',
          alert: causeAlert,
          // From the first failed request: it must have fired before.
          firesWithin: '0s',
          title: 'Alert: the memory of the API nears its limit, before anybody is failed',
        },
        usersReport,
        dropFires,
        downFires,
        {
          ...logsTell('14:32', 'The first look goes to its logs, since the alert names its memory: 13 minutes earlier'),
          once: { alert: causeAlert, state: 'delivered', within: '10s' },
        },
        raised('14:33', 'no effect', 'Its memory is raised and it is restarted: users see no difference'),
        isBack('14:37'),
        pageIs('14:37', list, 'cached error', 'The site is broken all the same, by its cache'),
        halfPurged('14:38', 'One page is cleared from the cache, which helps that page'),
        purged('14:43', { url: list }, 'The other page is cleared from the cache'),
        pageIs('14:46', list, 'fresh', 'Content is fresh again'),
        restored('14:47'),
      ],
      checks: [
        ...everybody,
        { kind: 'alert-lead', alert: causeAlert, atLeastMs: 1_500 },
        { kind: 'no-other-alert', allow: [causeAlert, dropAlert, downAlert, noTraffic] },
        { kind: 'alerts-over' },
      ],
    },
    'caching-strategy': {
      title: 'Only: a cache that keeps no errors, and shows old pages when no server answers',
      measures: ['caching-strategy'],
      end: '14:54',
      story: [
        overload,
        downFires,
        pageIs('14:31', list, 'stale but good', 'Users are shown an old page instead of a 502'),
        ...upToTheLogs,
        raised('14:50', 'cures', 'Its memory is raised and it is restarted: orders are taken again, and that is all'),
        pageIs('14:53', list, 'fresh', 'Nothing has cleared the cache, and content is fresh'),
        restored('14:54'),
      ],
      // Orders fail, one request in ten: a cache is no shop.
      checks: [
        ...notTheCause,
        // Five orders a second, from the kill until its memory is raised: some 110.
        { kind: 'failed-requests', atMost: 250 },
        { kind: 'recovery-gap', atMostMs: 2_000 },
        { kind: 'no-other-alert', allow: [downAlert, noTraffic] },
        { kind: 'alerts-over' },
      ],
    },
    'load-test': {
      title: 'Only: a load test before the users come',
      measures: ['load-test'],
      end: outgrown,
      story: prevented,
      checks: [...unnoticed, { kind: 'no-other-alert', allow: [] }],
    },
    'without-the-purge': {
      title: 'Control: the same without clearing the cache',
      control: { of: 'as-it-happened', without: 'the purge' },
      end: '15:02',
    },
  },
})
