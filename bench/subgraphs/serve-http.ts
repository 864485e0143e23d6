import { createServer, type Socket } from 'node:net'

export interface HttpRequest {
  method: string
  path: string
  /** As it was sent; empty when there is none. */
  authorization: string
  body: string
}

const endOfHead = Buffer.from('\r\n\r\n')

interface Head extends Omit<HttpRequest, 'body'> {
  bodyLength: number
}

function parseHead(text: string): Head {
  const [, method = '', path = ''] = /^(\S+) (\S+)/.exec(text) ?? []
  const header = (name: RegExp) => name.exec(text)?.[1] ?? ''
  if (/\r\ntransfer-encoding:/i.test(text)) throw new Error('a body without a length')
  return {
    method,
    path,
    authorization: header(/\r\nauthorization: *([^\r]*)/i),
    bodyLength: Number(header(/\r\ncontent-length: *(\d+)/i)),
  }
}

/** Answers what is whole of what has arrived. @returns the rest */
function answerWhole(
  arrived: Buffer,
  socket: Socket,
  answer: (request: HttpRequest) => Promise<string> | string,
) {
  let rest = arrived
  for (;;) {
    const headEnd = rest.indexOf(endOfHead)
    if (headEnd === -1) return rest
    const { bodyLength, ...head } = parseHead(rest.toString('latin1', 0, headEnd))
    const bodyStart = headEnd + endOfHead.length
    if (rest.length < bodyStart + bodyLength) return rest
    const body = rest.toString('utf8', bodyStart, bodyStart + bodyLength)
    rest = rest.subarray(bodyStart + bodyLength)
    const answered = answer({ ...head, body })
    if (typeof answered === 'string') send(socket, answered)
    else answered.then((text) => send(socket, text))
  }
}

/** In one write: all that the subgraphs say is ASCII. */
function send(socket: Socket, text: string) {
  socket.write(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    'latin1',
  )
}

/**
 * An HTTP/1.1 server that can do what a gateway needs of a subgraph and no more: a body with its length, connections
 * that stay. Node's own takes several times as long, on the core that the load comes from as well.
 * @param port any free one when it is 0
 * @returns the port that it listens on, of the loopback interface
 */
export async function serveHttp(
  answer: (request: HttpRequest) => Promise<string> | string,
  port: number,
): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      try {
        rest = answerWhole(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), socket, answer)
      } catch (error) {
        socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
        console.error(error)
      }
    })
    // A gateway that is stopped drops its connections.
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The subgraphs have no port')
  return address.port
}
