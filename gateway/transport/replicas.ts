import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import type { Logger } from '../../service/log.ts'
import type { Endpoint, Transport } from './call-subgraph.ts'
import { type BreakerSettings, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'

/** Finds all addresses of a host. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>

interface ReplicasOptions {
  subgraph: string
  /** One for each replica, or for several where it names a host that has several addresses. */
  addresses: readonly URL[]
  transport: Transport
  breaker: BreakerSettings
  /** How long a host's addresses are believed. */
  dnsTtlMs: number
  log: Logger
  resolve?: ResolveHost
  now?: () => number
}

/** One process of those that are a subgraph. */
export interface Replica {
  endpoint: Endpoint
  breaker: CircuitBreaker
  /** Calls that it has not answered yet. */
  inFlight: number
}

interface PickOptions {
  /** Where this very call has failed. */
  tried: readonly Replica[]
  /** A mutation is not used to find out whether a replica is well again. */
  isMutation: boolean
}

export interface Replicas {
  /** Where to send a call: to the less loaded of two, and to one that is well, as long as there are such. */
  pick(options: PickOptions): Replica
  all(): readonly Replica[]
}

/** What stands behind one address of the settings. */
interface Site {
  url: URL
  /** Null where the address names no host whose addresses could change. */
  lookedUpAt: number | null
  isLookingUp: boolean
  /** By the addresses that they are reached at. */
  replicas: Map<string, Replica>
}

/** Others do its work, so that a replica is left out sooner than a whole subgraph: it takes no more than a restart. */
const maxFailuresInARow = 5

const lookUpAll: ResolveHost = (hostname) => lookup(hostname, { all: true, verbatim: true })

const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1')

function lookupBy(resolve: ResolveHost): LookupFunction {
  return (hostname, { all }, done) => {
    resolve(hostname).then(
      (records) => {
        const [first] = records
        if (!first) done(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '')
        else if (all) done(null, records)
        else done(null, first.address, first.family)
      },
      (error) => done(error, ''),
    )
  }
}

/** Which records stand for one replica each. */
function recordsByReplica(records: readonly LookupAddress[]): LookupAddress[][] {
  const ofFamily = (family: number) => records.filter((record) => record.family === family)
  const [four, six] = [ofFamily(4), ofFamily(6)]
  // One of each are two ways to the same host, as with localhost: connecting tries both.
  if (four.length <= 1 && six.length <= 1) return records.length === 0 ? [] : [[...records]]
  return (four.length >= six.length ? four : six).map((record) => [record])
}

const keyOf = (records: readonly LookupAddress[]) =>
  records
    .map(({ address }) => address)
    .sort()
    .join(' ')

function lessLoaded(candidates: readonly Replica[]): Replica | undefined {
  const at = Math.floor(Math.random() * candidates.length)
  const step = 1 + Math.floor(Math.random() * (candidates.length - 1))
  const one = candidates[at]
  const other = candidates[(at + step) % candidates.length]
  return one && other && other.inFlight < one.inFlight ? other : one
}

/** Keeps the replicas of a subgraph: where they are, and which of them answer. */
export function createReplicas({
  subgraph,
  addresses,
  transport,
  breaker: settings,
  dnsTtlMs,
  log,
  resolve = lookUpAll,
  now = performance.now.bind(performance),
}: ReplicasOptions): Replicas {
  function openReplica(endpoint: Endpoint): Replica {
    const replica: Replica = {
      endpoint,
      inFlight: 0,
      breaker: createCircuitBreaker({
        // One call is enough to see that it is back, and more would be lost where it is not.
        settings: { ...settings, probes: 1 },
        maxFailuresInARow,
        now,
        onChange({ state, from, ...change }) {
          // A single one is the subgraph, which tells by itself.
          if (list.length === 1) return
          const about = { subgraph, replica: list.indexOf(replica), ...change }
          if (state === 'open' && from === 'closed') log.warn(about, 'a replica is left out')
          else if (state === 'closed') log.info({ subgraph, replica: about.replica }, 'a replica is back')
        },
      }),
    }
    return replica
  }

  const sites = addresses.map((url): Site => {
    const isHost = isIP(hostOf(url)) === 0
    // Until its addresses are known it is asked by its name.
    const endpoint = transport.endpointOf(url, isHost ? { lookup: lookupBy(resolve), key: 'name' } : {})
    return {
      url,
      lookedUpAt: isHost ? Number.NEGATIVE_INFINITY : null,
      isLookingUp: false,
      replicas: new Map([['', openReplica(endpoint)]]),
    }
  })
  const listAll = () => sites.flatMap(({ replicas }) => [...replicas.values()])
  let list = listAll()

  function takeRecords(site: Site, records: readonly LookupAddress[]) {
    const wanted = new Map(recordsByReplica(records).map((own) => [keyOf(own), own]))
    // A host without any address is asked where it was: it may be the name server that is down.
    if (wanted.size === 0) return
    const { url, replicas } = site
    const gone = [...replicas].filter(([key]) => !wanted.has(key))
    for (const [key, own] of wanted) {
      if (replicas.has(key)) continue
      replicas.set(key, openReplica(transport.endpointOf(url, { lookup: lookupBy(async () => own), key })))
    }
    for (const [key] of gone) replicas.delete(key)
    list = listAll()
    for (const [, { endpoint }] of gone) endpoint.close()
  }

  async function lookUp(site: Site) {
    site.isLookingUp = true
    try {
      takeRecords(site, await resolve(hostOf(site.url)))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.debug({ subgraph, reason }, 'the addresses of a subgraph could not be looked up')
    } finally {
      site.isLookingUp = false
      site.lookedUpAt = now()
    }
  }

  const named = sites.filter(({ lookedUpAt }) => lookedUpAt !== null)
  function lookUpStale() {
    for (const site of named) {
      if (!site.isLookingUp && now() - (site.lookedUpAt ?? 0) >= dnsTtlMs) void lookUp(site)
    }
  }

  return {
    pick({ tried, isMutation }) {
      if (named.length > 0) lookUpStale()
      const [only] = list
      if (list.length === 1 && only) return only
      const isWell = ({ breaker }: Replica) => (isMutation ? breaker.state() === 'closed' : breaker.mayCall())
      const untried = tried.length === 0 ? list : list.filter((replica) => !tried.includes(replica))
      const picked =
        lessLoaded(untried.filter(isWell)) ??
        lessLoaded(list.filter(isWell)) ??
        lessLoaded(untried) ??
        lessLoaded(list)
      if (!picked) throw new Error(`the subgraph ${subgraph} has no address`)
      return picked
    },
    all: () => list,
  }
}
