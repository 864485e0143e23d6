// Who may import whom. Each part can be moved to a repository of its own by moving its folders.

// Tests, and what is there for tests alone.
// No group here captures, since `$1` is what `from` captures.
const tests = '(?:\\.test\\.ts$|(?:^|/)test-[^/]+(?:\\.ts$|/)|/fixtures/|^test/)'
const generated = '(?:/generated/|\\.generated\\.ts$)'
// Tests that a person runs, who sees how they go: they are made of what tests are made of.
const longTest = '^commands/(?:kill-test|journey)\\.ts$'
const authoring = '^subgraphs/kit/database/schema-engine\\.ts$'
const packages = '(?:^|/)node_modules/'

/** What stands in `from` imports, of this repository, nothing but `accepted`. Tests beside it may set it up as well. */
const only = ({ name, comment, from, accepted, inTests = [] }) => {
  const refuse = (suffix, source, alsoAccepted) => ({
    name: `${name}${suffix}`,
    comment,
    severity: 'error',
    from: source,
    to: {
      dependencyTypesNot: ['core'],
      couldNotResolve: false,
      pathNot: [packages, ...accepted, ...alsoAccepted],
    },
  })
  return [
    refuse('', { path: from, pathNot: tests }, []),
    refuse('-tests', { path: `(?=.*${tests})${from}` }, ['^test/set-up/', '^prisma/shop-data/', ...inTests]),
  ]
}

module.exports = {
  forbidden: [
    ...only({
      name: 'service-alone',
      comment: 'service/ is what any process needs, so it needs nobody.',
      from: '^service/',
      accepted: ['^service/'],
    }),
    ...only({
      name: 'gateway-alone',
      comment: 'The gateway serves any supergraph: it knows none of our subgraphs.',
      from: '^gateway/',
      accepted: ['^gateway/', '^service/'],
    }),
    ...only({
      name: 'kit-alone',
      comment: 'subgraphs/kit is what every subgraph shares, so it knows none of them.',
      from: '^subgraphs/kit/',
      accepted: ['^subgraphs/kit/', '^service/'],
      inTests: ['^prisma/[^/]+/(generated|migrations)/'],
    }),
    ...only({
      name: 'subgraph-alone',
      comment: 'A subgraph imports itself, the kit, service/ and its own database client.',
      from: '^subgraphs/(?!kit/)([^/]+)/',
      accepted: ['^subgraphs/$1/', '^subgraphs/kit/', '^service/', '^prisma/$1/generated/'],
      inTests: ['^prisma/$1/'],
    }),
    ...only({
      name: 'seed-alone',
      comment:
        'A seed imports the data that seeds agree on, its own database client, the kit and the drawings that it fills in.',
      from: '^prisma/(?!shop-data/)([^/]+)/',
      accepted: ['^prisma/$1/', '^prisma/shop-data/', '^subgraphs/kit/', '^subgraphs/$1/pictures/'],
    }),
    ...only({
      name: 'shop-data-alone',
      comment: 'The data that seeds agree on is made of nothing but itself.',
      from: '^prisma/shop-data/',
      accepted: ['^prisma/shop-data/'],
    }),
    ...only({
      name: 'checks-alone',
      comment: 'The checks read files of any repository: they know none of our code.',
      from: '^checks/',
      accepted: ['^checks/'],
    }),
    ...only({
      name: 'storefront-alone',
      comment: 'The web shop knows the graph, and nothing behind it.',
      from: '^storefront/',
      accepted: ['^storefront/'],
    }),
    ...only({
      name: 'starter-alone',
      comment: 'The starter starts processes: it imports what it shares with them, and none of them.',
      from: '^starter/',
      accepted: ['^starter/', '^service/', '^subgraphs/kit/database/', '^generate\\.js$'],
      inTests: ['^subgraphs/kit/'],
    }),
    ...only({
      name: 'bench-alone',
      comment: 'A benchmark drives what it measures from outside, as a client does.',
      from: '^bench/',
      accepted: ['^bench/'],
    }),
    {
      name: 'shop-data-for-seeds',
      comment: 'What runs in production knows nothing of the data that it happens to be seeded with.',
      severity: 'error',
      from: { pathNot: ['^prisma/', '^commands/', tests] },
      to: { path: '^prisma/shop-data/' },
    },
    {
      name: 'commands-are-not-imported',
      comment: 'A command is run. What others need of it stands in the folder that it is about.',
      severity: 'error',
      from: { pathNot: ['^commands/', tests] },
      to: { path: '^commands/' },
    },
    {
      name: 'no-test-code',
      comment: 'What runs in production imports nothing that is there for tests.',
      severity: 'error',
      from: { pathNot: [tests, longTest] },
      to: { path: tests, pathNot: packages },
    },
    {
      name: 'no-circle',
      comment: 'Nothing imports in a circle, types included: neither could be understood or moved alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'listed-packages',
      comment:
        'Every package that is imported stands in package.json, and not by the chance of another needing it.',
      severity: 'error',
      from: { pathNot: generated },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'production-packages',
      comment: 'What runs in production takes nothing from devDependencies.',
      severity: 'error',
      from: { path: '^(gateway|service|subgraphs|starter|prisma)/', pathNot: [tests, authoring] },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'authoring-is-for-development',
      comment: 'What writes migrations is a development dependency: only the command for it has it.',
      severity: 'error',
      from: { pathNot: ['^commands/', tests] },
      to: { path: authoring },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API, which the default parser takes. This one reads type-only imports too.
    parser: 'swc',
    // The gateways that are measured import packages of their own, which only measuring installs.
    exclude: { path: '^(\\.build|\\.data|coverage|docs|bench/peers)/' },
    // Generated code imports the context whose type it was given: that is no circle of ours.
    doNotFollow: { path: [packages, generated] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
