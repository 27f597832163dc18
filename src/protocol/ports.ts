/** Ports inside the internal network. Only the proxy's and the agent's are published, on 127.0.0.1. */
export const ports = {
  site: 8080,
  proxyStatus: 8081,
  backendControl: 8601,
  agentControl: 8600,
  agentMetrics: 8602,
  postgres: 5432,
  prometheus: 9090,
  alertmanager: 9093,
  blackbox: 9115,
  postgresExporter: 9187,
} as const
