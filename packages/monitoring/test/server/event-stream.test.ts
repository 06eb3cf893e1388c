import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EventStream } from '../../src/server/event-stream.ts';

/** A server that puts everybody who comes into the stream, and what became of them. */
async function streaming(everything: () => string) {
  const stream = new EventStream(everything);
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => {
    if (stream.add(response)) responses.push(response);
    else response.writeHead(503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const join = async (): Promise<IncomingMessage> => {
    const [response] = await once(get({ port, host: '127.0.0.1', agent: false }), 'response');
    return (response as IncomingMessage).setEncoding('utf8').on('error', () => {});
  };
  return { stream, responses, join };
}

/** Reads on until the text holds `end`. */
async function readTill(response: IncomingMessage, end: string): Promise<string> {
  let text = '';
  while (!text.includes(end)) {
    const part = response.read() as string | null;
    if (part === null) await once(response, 'readable');
    else text += part;
  }
  return text;
}

test('whoever comes is told everything, and then the news', async () => {
  const { stream, join } = await streaming(() => '{"all":1}');
  const client = await join();
  expect(client.headers['content-type']).toContain('text/event-stream');
  expect(await readTill(client, '"all":1}\n\n')).toBe('retry: 2000\n\nevent: everything\ndata: {"all":1}\n\n');
  stream.send('tick', () => '{"n":1}');
  expect(await readTill(client, '"n":1}\n\n')).toBe('event: tick\ndata: {"n":1}\n\n');
});

test('news are made once for all, and not at all for nobody', async () => {
  const { stream, join } = await streaming(() => '{}');
  const news = vi.fn(() => '{"n":1}');
  stream.send('tick', news);
  expect(news).not.toHaveBeenCalled();
  const clients = await Promise.all([join(), join(), join()]);
  stream.send('tick', news);
  await Promise.all(clients.map((client) => readTill(client, '"n":1}\n\n')));
  expect(news).toHaveBeenCalledTimes(1);
});

test('a client that does not read is left out, and told everything when it reads again', async () => {
  const much = JSON.stringify('x'.repeat(8 * 1024 * 1024));
  let everything = much;
  const { stream, responses, join } = await streaming(() => everything);
  const client = await join();
  const [response] = responses;
  expect(response?.writableNeedDrain).toBe(true);
  const queued = response?.writableLength ?? 0;
  for (let n = 0; n < 1000; n++) stream.send('tick', () => `{"missed":${n}}`);
  expect(response?.writableLength).toBeLessThanOrEqual(queued);

  everything = '"again"';
  const reading = readTill(client, '"again"\n\n');
  await once(response!, 'drain');
  stream.send('tick', () => '{"missed":true}');
  const text = await reading;
  expect(text).not.toContain('missed');
  stream.send('tick', () => '{"n":2}');
  expect(await readTill(client, '"n":2}\n\n')).toBe('event: tick\ndata: {"n":2}\n\n');
});

test('there is a most of clients, and one that leaves makes room', async () => {
  const { join, responses } = await streaming(() => '{}');
  const clients = [];
  for (let n = 0; n < 32; n++) clients.push(await join());
  expect((await join()).statusCode).toBe(503);
  clients[0]!.destroy();
  await once(responses[0]!, 'close');
  expect((await join()).statusCode).toBe(200);
});

test('close() ends the streams', async () => {
  const { stream, join } = await streaming(() => '{}');
  const client = await join();
  client.resume();
  stream.close();
  await once(client, 'end');
});
