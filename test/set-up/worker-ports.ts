const portsOfWorker = 2_000
const workers = 11
const first = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % workers) * portsOfWorker

/** Each of Vitest's workers chooses among ports of its own: no two get the same, also while nobody listens on it. */
export const workerPorts = { first, last: first + portsOfWorker - 1 }
