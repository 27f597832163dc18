/** What the kernel has counted, as `/proc/net/dev` and `/proc/net/snmp` say it. */
export function procNet(counted: {
  packets: number
  segments: number
  dropped?: number
  damaged?: number
  again?: number
  /** Of those sent again: the first ones of connections that never came about. */
  knocks?: number
  unroutable?: number
  refused?: number
}): string {
  const { packets, segments, dropped = 0, damaged = 0, again = 0, knocks = 0, unroutable = 0, refused = 0 } = counted
  return [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compr',
    '    lo:  9000     999    9    9    0     0          0         0  9000   999    9    9    0     0     0          0',
    `  eth0:  9000 ${packets / 2} 0 ${dropped} 0 0 0 0 9000 ${packets / 2} 0 0 0 0 0 0`,
    'Ip: Forwarding InReceives OutNoRoutes',
    `Ip: 1 900 ${unroutable}`,
    'Tcp: RtoAlgorithm MaxConn AttemptFails OutSegs RetransSegs InErrs InCsumErrors',
    `Tcp: 1 -1 ${refused} ${segments} ${again} ${damaged} 0`,
    'TcpExt: SyncookiesSent TCPSynRetrans',
    `TcpExt: 0 ${knocks}`,
    '',
  ].join('\n')
}
