// These burn CPU or press a server to its limit, and would be late beside each other: one file, and so one after the
// other, whatever else runs.
import './heavy/misconfigured-load-balancing.ts'
import './heavy/traffic-spike-memory-leak.ts'
