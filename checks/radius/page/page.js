// The page's own script: it stands in the page, so it imports nothing.
const data = JSON.parse(document.getElementById('data').textContent)
const down = new Set(data.failed)

// Far apart from each other, the first ones most of all.
const hues = [40, 255, 150, 325, 95, 205, 10, 285, 125, 230]
const colourOf = (subgraph) => {
  const index = data.subgraphs.indexOf(subgraph)
  return index < 0 ? 'var(--soft)' : `oklch(var(--tone) ${hues[index % hues.length]})`
}

const svgNames = 'http://www.w3.org/2000/svg'

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'colour') element.style.setProperty('--colour', value)
    else if (value !== undefined) element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children)
const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(svgNames, tag), attributes, children)

/** What is drawn says here how it looks when something else is down. */
const updates = []
const onChange = (update) => updates.push(update)

const ownersOfType = (type) => [...new Set(type.fields.flatMap(({ owners }) => owners))]
const listed = (names) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What the supergraph and the operations have to say about what is down now. */
function currentOutage() {
  const key = data.subgraphs.filter((name) => down.has(name)).join(',')
  const drags = data.schema[key] ?? []
  const dragged = new Set(drags.filter(({ isEverywhere }) => isEverywhere).flatMap(({ fields }) => fields))
  const isOut = (type, field) =>
    (field.owners.length > 0 && field.owners.every((owner) => down.has(owner))) ||
    dragged.has(`${type.name}.${field.name}`)
  return { key, drags, dragged, isOut }
}

function toggle(subgraph) {
  if (down.has(subgraph)) down.delete(subgraph)
  else {
    down.add(subgraph)
    // Only so many at once were worked out: the one that has been closed for longest opens again.
    const [first] = down
    if (down.size > data.mostAtOnce) down.delete(first)
  }
  update()
}

function openAll() {
  down.clear()
  update()
}

function update() {
  const outage = currentOutage()
  for (const draw of updates) draw(outage)
  history.replaceState(null, '', outage.key === '' ? location.pathname + location.search : `#${outage.key}`)
}

/** What can be clicked can be reached and pressed by keys as well. */
function asButton(element, press) {
  element.addEventListener('click', press)
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    press()
  })
}

function drawSwitches() {
  const box = document.getElementById('switches')
  for (const [index, name] of data.subgraphs.entries()) {
    const button = html(
      'button',
      { type: 'button', colour: colourOf(name), title: `Key ${index + 1}` },
      html('span', { class: 'lamp' }),
      name,
    )
    button.addEventListener('click', () => toggle(name))
    onChange(() => button.setAttribute('aria-pressed', String(down.has(name))))
    box.append(button)
  }
  const reset = html('button', { type: 'button', class: 'reset' }, 'open all')
  reset.addEventListener('click', openAll)
  onChange(() => {
    reset.hidden = down.size === 0
  })
  box.append(reset)
}

function drawSummary() {
  const box = document.getElementById('summary')
  onChange(({ key, isOut }) => {
    if (down.size === 0) {
      const values = data.operations.reduce((sum, { tree }) => sum + leavesOf(tree).length, 0)
      box.replaceChildren(
        `All is open: ${counted(data.operations.length, 'operation')}, ${counted(values, 'value')}, nothing lost.`,
      )
      return
    }
    const verdicts = data.operations.map(({ outages }) => outages[key]?.keeps ?? 'all')
    const count = (wanted) => verdicts.filter((verdict) => verdict === wanted).length
    const fields = data.types.flatMap((type) => type.fields.filter((field) => isOut(type, field)))
    box.replaceChildren(
      `Without ${listed(data.subgraphs.filter((name) => down.has(name)))}, `,
      html(
        'b',
        { class: 'good' },
        `${counted(count('all'), 'operation')} lose${count('all') === 1 ? 's' : ''} nothing`,
      ),
      ', ',
      html('b', {}, `${count('some')} a part`),
      ' and ',
      html('b', { class: 'bad' }, `${count('nothing')} everything`),
      `. ${counted(fields.length, 'field')} of the schema ${fields.length === 1 ? 'is' : 'are'} dark.`,
    )
  })
}

// The graph: subgraphs left and right, and between them the types to which several add.

const shopWidth = 390
const pageWidth = 1200
const pillHeight = 21
const donutRadius = 33
const donutSpace = 114

/** Types to which only one subgraph adds something stand with it; so do values that several have alike. */
function isShared(type) {
  const all = ownersOfType(type)
  return all.length > 1 && type.fields.some(({ owners }) => owners.length < all.length)
}

function flow(texts) {
  let x = 0
  let row = 0
  return texts.map((text) => {
    const width = text.length * 6.65 + 16
    if (x > 0 && x + width > shopWidth - 28) {
      x = 0
      row++
    }
    const pill = { text, x, row, width }
    x += width + 5
    return pill
  })
}

function layShops() {
  const half = Math.ceil(data.subgraphs.length / 2)
  const columns = [data.subgraphs.slice(0, half), data.subgraphs.slice(half)]
  const laid = columns.map((names, side) => {
    let y = 0
    return names.map((name) => {
      const types = data.types.filter((type) => !isShared(type) && ownersOfType(type).includes(name))
      const pills = flow(types.map((type) => type.name))
      const rows = (pills.at(-1)?.row ?? -1) + 1
      const height = 70 + rows * (pillHeight + 5)
      const shop = { name, side, types, pills, y, height, x: side === 0 ? 1 : pageWidth - shopWidth - 1 }
      y += height + 26
      return shop
    })
  })
  const heights = laid.map((shops) => shops.reduce((sum, { height }) => sum + height + 26, -26))
  const height = Math.max(...heights)
  return {
    height,
    shops: laid.flatMap((shops, side) =>
      shops.map((shop) => ({ ...shop, y: shop.y + (height - heights[side]) / 2 })),
    ),
  }
}

function layShared(shopsHeight) {
  const shared = data.types
    .filter(isShared)
    .sort(
      (one, other) =>
        Number(data.roots.includes(other.name)) - Number(data.roots.includes(one.name)) ||
        ownersOfType(other).length - ownersOfType(one).length ||
        other.fields.length - one.fields.length,
    )
  const columns = shared.length > 7 ? 2 : 1
  const rows = Math.ceil(shared.length / columns)
  const height = Math.max(shopsHeight, rows * donutSpace)
  const step = height / Math.max(rows, 1)
  return {
    height,
    donuts: shared.map((type, index) => ({
      type,
      x: pageWidth / 2 + (columns === 1 ? 0 : index % 2 === 0 ? -70 : 70),
      y: step * (Math.floor(index / columns) + 0.5) - 8,
    })),
  }
}

function drawGraph() {
  const { shops, height: shopsHeight } = layShops()
  const { donuts, height } = layShared(shopsHeight)
  const lift = (height - shopsHeight) / 2
  const picture = svg('svg', {
    viewBox: `0 0 ${pageWidth} ${height + 12}`,
    role: 'group',
    'aria-label': 'Subgraphs, and the types to which several of them add',
  })
  for (const shop of shops) {
    const placed = { ...shop, y: shop.y + lift + 6 }
    const reached = donuts.filter(({ type }) => ownersOfType(type).includes(shop.name))
    for (const [index, donut] of reached.entries()) {
      picture.append(drawLink(placed, donut, (index + 1) / (reached.length + 1)))
    }
  }
  for (const donut of donuts) picture.append(drawDonut(donut))
  for (const shop of shops) picture.append(drawShop({ ...shop, y: shop.y + lift + 6 }))
  document.getElementById('graph').append(picture)
}

function drawLink(shop, { type, x, y }, share) {
  const fields = type.fields.filter(({ owners }) => owners.includes(shop.name))
  const fromX = shop.side === 0 ? shop.x + shopWidth : shop.x
  const fromY = shop.y + shop.height * share
  const toX = shop.side === 0 ? x - donutRadius - 8 : x + donutRadius + 8
  const middle = (fromX + toX) / 2
  const link = svg(
    'path',
    {
      class: 'link',
      colour: colourOf(shop.name),
      d: `M${fromX} ${fromY} C${middle} ${fromY} ${middle} ${y} ${toX} ${y}`,
      'stroke-width': 1.5 + Math.sqrt(fields.length) * 1.4,
    },
    svg('title', {}, `${shop.name} resolves ${counted(fields.length, 'field')} of ${type.name}`),
  )
  onChange(() => link.classList.toggle('dark', down.has(shop.name)))
  links.push({ link, ends: [shop.name, type.name] })
  return link
}

/** All links, each with the subgraph and the type that it joins. */
const links = []

/** Shows the links of what is pointed at, and those of others faintly. */
function showLinksOf(element, end) {
  const show = (name) => {
    for (const { link, ends } of links) link.classList.toggle('quiet', name !== null && !ends.includes(name))
  }
  element.addEventListener('pointerenter', () => show(end))
  element.addEventListener('pointerleave', () => show(null))
  // What listens for the focus gets it: only what can be pressed is to be reached by Tab.
  if (!element.hasAttribute('tabindex')) return
  element.addEventListener('focus', () => show(end))
  element.addEventListener('blur', () => show(null))
}

function ringPiece(from, to) {
  const at = (turn, radius) =>
    `${Math.sin(turn * 2 * Math.PI) * radius} ${-Math.cos(turn * 2 * Math.PI) * radius}`
  const outer = donutRadius
  const inner = donutRadius - 10
  const end = Math.min(to, from + 0.9999)
  const isLong = end - from > 0.5 ? 1 : 0
  return `M${at(from, outer)} A${outer} ${outer} 0 ${isLong} 1 ${at(end, outer)} L${at(end, inner)} A${inner} ${inner} 0 ${isLong} 0 ${at(from, inner)}Z`
}

function drawDonut({ type, x, y }) {
  const fields = [...type.fields].sort(
    (one, other) => data.subgraphs.indexOf(one.owners[0]) - data.subgraphs.indexOf(other.owners[0]),
  )
  const pieces = fields.map((field, index) => {
    const piece = svg(
      'path',
      {
        d: ringPiece(index / fields.length, (index + 1) / fields.length),
        'stroke-width': Math.min(1.5, 30 / fields.length),
      },
      svg('title', {}, `${type.name}.${field.name}: ${listed(field.owners)}`),
    )
    onChange(({ isOut }) => {
      const owner = field.owners.find((name) => !down.has(name)) ?? field.owners[0]
      piece.style.setProperty('--colour', colourOf(owner))
      piece.classList.toggle('dark', isOut(type, field))
    })
    return piece
  })
  const count = svg('text', { class: 'count', y: 4 })
  const group = svg(
    'g',
    { class: 'shared', transform: `translate(${x} ${y})` },
    svg('circle', { class: 'halo', r: donutRadius + 7 }),
    svg('circle', { class: 'core', r: donutRadius }),
    ...pieces,
    count,
    svg('text', { class: 'name', y: donutRadius + 22 }, type.name),
  )
  showLinksOf(group, type.name)
  onChange(({ isOut }) => {
    const lit = fields.filter((field) => !isOut(type, field)).length
    count.textContent = lit === fields.length ? fields.length : `${lit}/${fields.length}`
    group.classList.toggle('part', lit < fields.length)
    group.classList.toggle('gone', lit === 0)
  })
  return group
}

/** The edge of an awning, in waves. */
function awning(width) {
  const waves = 13
  const wave = width / waves
  const edge = Array.from({ length: waves }, () => `a${wave / 2} 9 0 0 1 ${-wave} 0`).join('')
  return `M0 10 a10 10 0 0 1 10 -10 h${width - 20} a10 10 0 0 1 10 10 v26 ${edge}Z`
}

function drawShop({ name, types, pills, x, y, height }) {
  const sign = svg('text', { class: 'sign', x: shopWidth - 14, y: 25 })
  const drawnPills = pills.map((pill, index) => {
    const type = types[index]
    const drawn = svg(
      'g',
      { class: 'pill', transform: `translate(${14 + pill.x} ${57 + pill.row * (pillHeight + 5)})` },
      svg('rect', { width: pill.width, height: pillHeight, rx: 6 }),
      svg('text', { x: 8, y: 14.5 }, pill.text),
      svg('title', {}, `${type.name}: ${type.fields.map((field) => field.name).join(', ')}`),
    )
    onChange(({ isOut }) => {
      const isGone = down.has(name) || type.fields.every((field) => isOut(type, field))
      drawn.classList.toggle('dark', isGone)
    })
    return drawn
  })
  const shop = svg(
    'g',
    {
      class: 'shop',
      colour: colourOf(name),
      transform: `translate(${x} ${y})`,
      role: 'button',
      tabindex: 0,
      'aria-label': name,
    },
    svg('rect', { class: 'wall', width: shopWidth, height, rx: 10 }),
    svg('path', { class: 'awning', d: awning(shopWidth) }),
    svg('text', { class: 'name', x: 16, y: 26 }, name),
    sign,
    ...drawnPills,
  )
  asButton(shop, () => toggle(name))
  showLinksOf(shop, name)
  onChange(() => {
    const isDown = down.has(name)
    shop.classList.toggle('down', isDown)
    shop.setAttribute('aria-pressed', String(isDown))
    sign.textContent = isDown ? 'closed' : 'open'
  })
  return shop
}

function drawDrags() {
  const box = document.getElementById('drags')
  onChange(({ drags }) => {
    if (down.size === 0) return box.replaceChildren()
    if (drags.length === 0) {
      const names = listed(data.subgraphs.filter((name) => down.has(name)))
      return box.replaceChildren(
        html('li', { class: 'fine' }, `No field of another subgraph goes down with ${names}.`),
      )
    }
    return box.replaceChildren(
      ...drags.map(({ fields, reason, mend }) =>
        html(
          'li',
          {},
          html(
            'code',
            {},
            fields.length > 8 ? `${fields.slice(0, 8).join(' ')} +${fields.length - 8}` : fields.join(' '),
          ),
          html('div', {}, reason.replaceAll('`', '')),
          html('div', { class: 'mend' }, mend.replaceAll('`', '')),
        ),
      ),
    )
  })
}

// The operations

const leavesOf = (nodes) =>
  nodes.flatMap((node) => (node.children.length === 0 ? [node] : leavesOf(node.children)))

const pathsOf = (nodes, above = []) =>
  nodes.flatMap((node) => {
    const path = [...above, node.key]
    node.path = path
    return [node, ...pathsOf(node.children, path)]
  })

function lostIn(operation, key) {
  const outage = operation.outages[key]
  const lost = new Map()
  for (const { path, words } of outage?.lost ?? []) lost.set(path, [...(lost.get(path) ?? []), words])
  const isLost = ({ path }) =>
    lost.has('data') || lost.has('') || path.some((_, index) => lost.has(path.slice(0, index + 1).join('.')))
  return { lost, isLost, keeps: outage?.keeps ?? 'all' }
}

function drawOperation(operation) {
  const nodes = pathsOf(operation.tree)
  const leaves = leavesOf(operation.tree)
  const cells = leaves.map((leaf) => {
    const cell = html('i', { colour: colourOf(leaf.owner), title: `${leaf.path.join('.')}: ${leaf.owner}` })
    return { leaf, cell }
  })
  const verdict = html('span', { class: 'verdict' })
  const answer = html('div', { class: 'answer mono' })
  const details = html(
    'details',
    {},
    html(
      'summary',
      { class: 'operation' },
      html('span', { class: 'title' }, operation.name, html('span', { class: 'kind' }, operation.kind)),
      html('span', { class: 'strip', 'aria-hidden': 'true' }, ...cells.map(({ cell }) => cell)),
      verdict,
    ),
    answer,
  )
  // Most of them are never opened.
  const items = new Map()
  details.addEventListener('toggle', () => {
    if (items.size > 0) return
    answer.append(drawAnswer(operation.tree, items))
    showAnswer(currentOutage())
  })
  function showAnswer({ key }) {
    const { lost } = lostIn(operation, key)
    for (const node of nodes) {
      const item = items.get(node)
      if (!item) continue
      const words = lost.get(node.path.join('.'))
      item.item.classList.toggle('lost', lostIn(operation, key).isLost(node))
      item.why.textContent = words ? [...new Set(words)].join('; ').replace(/^[^:]*: /, '') : ''
    }
  }
  onChange((outage) => {
    const { isLost, keeps } = lostIn(operation, outage.key)
    for (const { leaf, cell } of cells) cell.classList.toggle('dark', isLost(leaf))
    const left = leaves.filter((leaf) => !isLost(leaf)).length
    verdict.className = `verdict ${keeps === 'nothing' ? 'bad' : keeps === 'all' ? 'good' : ''}`
    verdict.textContent =
      keeps === 'nothing' ? 'all lost' : keeps === 'all' ? 'all there' : `${left} of ${leaves.length} left`
    showAnswer(outage)
  })
  return details
}

function drawAnswer(nodes, items) {
  return html(
    'ul',
    {},
    ...nodes.map((node) => {
      const why = html('span', { class: 'why' })
      const field = html(
        'span',
        { class: 'field', colour: colourOf(node.owner), title: `${node.coordinate}: ${node.owner}` },
        node.key,
      )
      const below = node.children.length > 0 ? [drawAnswer(node.children, items)] : []
      const item = html('li', {}, field, why, ...below)
      items.set(node, { item, why })
      return item
    }),
  )
}

// The types

function drawTypes() {
  const find = document.getElementById('find')
  const affected = document.getElementById('affected')
  const cards = data.types.map(drawType)
  document.getElementById('types').append(...cards.map(({ card }) => card))
  const show = () => {
    const text = find.value.trim().toLowerCase()
    for (const { card, type, isAffected } of cards) {
      const isFound =
        type.name.toLowerCase().includes(text) ||
        type.fields.some(({ name }) => name.toLowerCase().includes(text))
      card.hidden = !isFound || (affected.checked && !isAffected())
    }
  }
  find.addEventListener('input', show)
  affected.addEventListener('change', show)
  onChange(show)
}

function drawType(type) {
  let lost = 0
  const count = html('small')
  const rows = type.fields.map((field) => {
    const dots = field.owners.map((owner) => html('i', { colour: colourOf(owner), title: owner }))
    const row = html(
      'li',
      {},
      html('span', { class: 'owners' }, ...dots),
      html('span', { class: 'mono' }, field.name, ' ', html('small', {}, field.type)),
    )
    return { field, row }
  })
  const card = html(
    'article',
    { class: 'type' },
    html('h3', {}, type.name, count),
    html('ul', {}, ...rows.map(({ row }) => row)),
  )
  onChange(({ isOut, dragged }) => {
    lost = 0
    for (const { field, row } of rows) {
      const isDark = isOut(type, field)
      if (isDark) lost++
      row.classList.toggle('dark', isDark)
      row.classList.toggle('dragged', dragged.has(`${type.name}.${field.name}`))
    }
    card.classList.toggle('gone', lost === type.fields.length)
    count.textContent = lost === 0 ? '' : `${type.fields.length - lost} of ${type.fields.length} left`
  })
  return { card, type, isAffected: () => lost > 0 }
}

function readAddress() {
  const names = decodeURIComponent(location.hash.slice(1)).split(',')
  const known = data.subgraphs.filter((name) => names.includes(name))
  if (known.length === 0) return
  down.clear()
  for (const name of known.slice(0, data.mostAtOnce)) down.add(name)
}

document.addEventListener('keydown', (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return
  const name = /^[1-9]$/.test(event.key) ? data.subgraphs[Number(event.key) - 1] : undefined
  if (name !== undefined) toggle(name)
  if (event.key === 'Escape') openAll()
})
window.addEventListener('hashchange', () => {
  readAddress()
  update()
})

readAddress()
drawSwitches()
drawSummary()
drawGraph()
drawDrags()
document.getElementById('operations').append(...data.operations.map(drawOperation))
drawTypes()
update()
